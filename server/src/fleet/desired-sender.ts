import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import { desiredTopic, withoutLinks } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { AgentRow, ControlDb } from '../db/db.ts'
import type { Configurations } from './configuration/configuration.ts'
import type { DesiredTargets } from './desired-targets.ts'
import { type DiscoverySupply, deliveredDiscovery } from './discovery-delivery.ts'
import type { Downlink } from './downlink.ts'
import { deliveredModels, type ModelSupply } from './model-delivery.ts'

export type DesiredSenderOptions = {
  readonly db: ControlDb
  readonly now: () => EpochMs
  readonly logger: Logger
  readonly downlink: Downlink
  readonly targets: DesiredTargets
  readonly configuration: Configurations
  readonly models: Pick<ModelSupply, 'modelsFor'> | undefined
  readonly discovery: Pick<DiscoverySupply, 'settingsFor'> | undefined
  readonly send: (topic: string, payload: string, options: { readonly retain: boolean }) => Promise<void>
}

/** Sends agents what they should run: retained, signed, encrypted to each. */
export class DesiredSender {
  readonly #options: DesiredSenderOptions
  /** The desired state of one agent is sent one after the other, so that the newest stays. */
  readonly #turns = new Map<AgentId, Promise<void>>()
  /** What is the same for all agents has changed. */
  #allChanged = false
  /** At most one entry per agent. */
  readonly #changed = new Set<AgentId>()

  constructor(options: DesiredSenderOptions) {
    this.#options = options
  }

  async send(agent: AgentId): Promise<void> {
    const before = this.#turns.get(agent) ?? Promise.resolve()
    const turn = before.catch(() => {}).then(() => this.#sendNow(agent))
    this.#turns.set(agent, turn)
    try {
      await turn
    } finally {
      if (this.#turns.get(agent) === turn) this.#turns.delete(agent)
    }
  }

  /** Several changes in a moment are told as one. Who is not connected is told when it connects. */
  allChanged(): void {
    this.#allChanged = true
  }

  /** The same for some. */
  changed(agents: readonly AgentId[]): void {
    for (const agent of agents) this.#changed.add(agent)
  }

  /** Tells those that are connected what has changed for them since the last call. */
  async tellChanged(): Promise<void> {
    if (!this.#allChanged && this.#changed.size === 0) return
    const [isForAll, changed] = [this.#allChanged, new Set(this.#changed)]
    this.#allChanged = false
    this.#changed.clear()
    const { db } = this.#options
    const connected = await db.selectFrom('agents').select('id').where('state', '=', 'connected').execute()
    await this.tell(connected.map(({ id }) => id).filter((id) => isForAll || changed.has(id)))
  }

  /** Tells each of these; one that cannot be told keeps no other from it. */
  async tell(agents: readonly AgentId[]): Promise<void> {
    for (const agent of agents) {
      try {
        await this.send(agent)
      } catch (thrown) {
        this.#options.logger.error({ agent, error: messageOf(thrown) }, 'an agent could not be told what it should run')
      }
    }
  }

  async #sendNow(agent: AgentId): Promise<void> {
    const { targets, configuration, models, discovery, downlink, now, send } = this.#options
    const known = await this.#row(agent)
    if (known.desired_revision === 0 && !(await targets.begin(agent)) && !(await configuration.begin(known))) return
    const row = known.desired_revision === 0 ? await this.#row(agent) : known
    const state = {
      ...(await targets.stateOf(row, now())),
      ...(await configuration.stateOf(row)),
      ...(models && (await deliveredModels(models, downlink, agent))),
      ...(discovery && (await deliveredDiscovery(discovery, agent))),
    }
    const taken = row.takes_settings === 2 ? state : withoutLinks(state)
    const message = await downlink.protect('desired', taken, row.encryption_key)
    await send(desiredTopic({ site: row.site, agent }), message, { retain: true })
  }

  async #row(id: AgentId): Promise<AgentRow> {
    const row = await this.#options.db.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined) throw new EyeNetError('not_found', `there is no agent ${id}; it may have been removed`)
    return row
  }
}
