import type { ModelAlarms } from '@eyenet/shared/api'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { type AgentId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { Birth, ModelId } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { ControlDb } from '../../db/db.ts'
import { bumpRevision, type ModelSupply, type OutgoingModel } from '../../fleet/fleet.ts'
import type { ModelRecords } from '../registry/model-records.ts'
import type { AgentModels, KnownAgent } from './agent-models.ts'
import type { AlarmEvidence } from './alarm-evidence.ts'
import { canariesOf } from './canaries-of.ts'
import type { Change } from './change-models.ts'
import { type EvidenceSources, loadEvidence } from './load-evidence.ts'
import { isObserved, isWatched, liveOf, type Standing, type WatchedState } from './model-state.ts'
import { formerOf, modelsForAgent } from './models-for-agent.ts'
import { concerned, evidenceKey, type Facts, modeIn, nextModels } from './next-models.ts'

export type ModelRolloutsOptions = EvidenceSources & {
  readonly records: ModelRecords
  readonly agents: AgentModels
  readonly now: () => EpochMs
  readonly logger: Logger
  /** These agents have something else to run now: tell them. */
  readonly onAssigned: (agents: readonly AgentId[]) => void
  /** The server took a model from where it was. */
  readonly onReturned: (change: Change, agents: readonly AgentId[]) => Promise<void>
}

/** Alarms are looked at no more often than this: it asks the metric store. */
const EVIDENCE_MS = 60_000
/** Alarms of longer ago say little about a model. */
const MAX_EVIDENCE_MS = 7 * 24 * 3_600_000
/** Between the models in the text of what is assigned. */
const SEPARATOR = ', '
/** One look makes so many steps at most; a step may be the reason for the next. */
const MAX_STEPS = 10

/** Brings models to agents, watches them there, and takes them back. Each step is on disk before anybody is told. */
export class ModelRollouts implements ModelSupply {
  readonly #options: ModelRolloutsOptions
  readonly #db: ControlDb
  readonly #records: ModelRecords
  readonly #agents: AgentModels
  #evidenceAt = 0
  #returned = 0
  #unsound = 0

  constructor(options: ModelRolloutsOptions) {
    this.#options = options
    this.#db = options.db
    this.#records = options.records
    this.#agents = options.agents
  }

  /** Models that the server took back by itself, and files that were not what was put in; since the start. */
  get stats(): { readonly returned: number; readonly unsound: number } {
    return { returned: this.#returned, unsound: this.#unsound }
  }

  receiveBirth(agent: AgentId, birth: Birth): void {
    this.#agents.heard(agent, { contracts: birth.abilities.models ?? [], reports: birth.models ?? [] })
  }

  async modelsFor(agent: AgentId): Promise<readonly OutgoingModel[]> {
    const known = await this.#agents.one(agent)
    if (known === undefined || known.contracts.length === 0) return []
    const wanted = modelsForAgent(await this.#records.standings(), known, this.#options.now())
    const models = await Promise.all(
      wanted.map(async ({ id, mode }): Promise<readonly OutgoingModel[]> => {
        try {
          return [{ ...(await this.#records.vouched(id)), mode }]
        } catch (thrown) {
          if (!(thrown instanceof EyeNetError)) throw thrown
          this.#unsound += 1
          this.#options.logger.error({ model: id, agent, error: thrown.message }, 'a model is not sent')
          return []
        }
      }),
    )
    return models.flat()
  }

  /** Judges what is watched and tells agents what has changed for them. Call it every few seconds. */
  async look(): Promise<void> {
    await this.#agents.flush()
    // What the command line has changed is assigned before it is judged: what agents said before is not about it.
    await this.assign()
    for (let step = 0; step < MAX_STEPS; step++) {
      if ((await this.#step()).length === 0) break
    }
    await this.assign()
  }

  /** Asked and actual of a model in its stage; undefined where it is in none that is watched. */
  async alarmsOf(id: ModelId): Promise<ModelAlarms | undefined> {
    const models = await this.#records.standings()
    const own = models.find((one) => one.id === id)
    if (own === undefined || !isWatched(own.state)) return undefined
    const now = this.#options.now()
    const from = evidenceFrom(own.state, now)
    const evidence = await this.#evidenceOf(models, { ...own, state: own.state }, await this.#agents.list())
    const seriesMonths = evidence.reduce((sum, one) => sum + one.seriesMonths, 0)
    const alarms = evidence.reduce((sum, one) => sum + one.alarms.length, 0)
    const expected = evidence.reduce((sum, one) => sum + one.seriesMonths * one.asked, 0)
    return {
      ...{ from, to: now, seriesMonths, alarms },
      asked: seriesMonths > 0 ? expected / seriesMonths : 0,
      ...(seriesMonths > 0 && { actual: alarms / seriesMonths }),
    }
  }

  /** One step of what is watched; what it wrote. */
  async #step(): Promise<readonly Change[]> {
    const models = await this.#records.standings()
    const watched = models.filter((one): one is Standing<WatchedState> => isWatched(one.state))
    if (watched.length === 0) return []
    const { now } = this.#options
    const agents = await this.#agents.list()
    const evidence = new Map<string, readonly AlarmEvidence[]>()
    if (Math.abs(now() - this.#evidenceAt) >= EVIDENCE_MS) {
      this.#evidenceAt = now()
      for (const one of watched) evidence.set(evidenceKey(one), await this.#evidenceOf(models, one, agents))
    }
    const facts: Facts = { now: now(), agents, evidence, canaries: (one) => canariesNow(one, agents) }
    const changes = await this.#records.change((then) => nextModels(then, facts))
    for (const change of changes) if (change.state.kind === 'withdrawn') await this.#tellReturned(change, agents)
    return changes
  }

  async #tellReturned(change: Change, agents: readonly KnownAgent[]): Promise<void> {
    this.#returned += 1
    const { id, state } = change
    this.#options.logger.warn({ model: id, reason: state.reason }, 'a model was taken back')
    try {
      const had = agents.filter(({ reports }) => reports.some((one) => one.id === id))
      await this.#options.onReturned(
        change,
        had.map(({ agent }) => agent),
      )
    } catch (thrown) {
      this.#options.logger.error({ model: id, error: messageOf(thrown) }, 'could not tell that a model was taken back')
    }
  }

  #evidenceOf(models: readonly Standing[], one: Standing<WatchedState>, agents: readonly KnownAgent[]) {
    const now = this.#options.now()
    return loadEvidence(this.#options, {
      model: one.id,
      mode: modeIn(one.state),
      control: controlOf(models, one, now),
      agents: concerned(models, one, { agents, now }).map(({ agent }) => agent),
      from: evidenceFrom(one.state, now),
      to: now,
    })
  }

  /** Agents that should run something else than they were told get a new revision of their desired state. */
  async assign(): Promise<void> {
    const now = this.#options.now()
    const models = await this.#records.standings()
    const told = await this.#db.transaction().execute(async (trx) => {
      const changed: AgentId[] = []
      for (const known of await this.#agents.list(trx)) {
        const before = known.assigned.split(SEPARATOR)
        const wanted = modelsForAgent(models, known, now).map(({ id, mode }) => ({ id, text: `${id} ${mode}` }))
        const assigned = wanted.map(({ text }) => text).join(SEPARATOR)
        if (assigned === known.assigned) continue
        // What it said of these is of another time.
        const fresh = new Set<string>(wanted.filter(({ text }) => !before.includes(text)).map(({ id }) => id))
        const reports = JSON.stringify(known.reports.filter(({ id }) => !fresh.has(id)))
        await trx.updateTable('agent_models').set({ assigned, reports }).where('agent', '=', known.agent).execute()
        await bumpRevision(trx, known.agent)
        changed.push(known.agent)
      }
      return changed
    })
    if (told.length > 0) this.#options.onAssigned(told)
  }
}

/** Alarms count from when the agents ran it. */
function evidenceFrom({ since, observedSince = since }: WatchedState, now: EpochMs): EpochMs {
  return epochMs(Math.max(observedSince, now - MAX_EVIDENCE_MS))
}

/** What runs at the same agents in the other mode, from before the model came. */
function controlOf(models: readonly Standing[], own: Standing<WatchedState>, now: EpochMs) {
  const { contract, state } = own
  const live = liveOf(models)
  if (state.kind !== 'all') {
    if (live === undefined || live.contract !== contract) return undefined
    return { model: live.id, mode: state.kind === 'shadow' ? ('live' as const) : ('shadow' as const) }
  }
  const former = formerOf(models, own)
  // Once it is through its observation nothing scores beside it any more.
  return former === undefined || isObserved(state, now) ? undefined : { model: former.id, mode: 'shadow' as const }
}

function canariesNow({ contract, state }: Standing<WatchedState>, agents: readonly KnownAgent[]): readonly AgentId[] {
  try {
    return canariesOf(state.plan.choice, contract, agents)
  } catch (thrown) {
    // Nobody of them is there now; they may come.
    if (thrown instanceof EyeNetError) return []
    throw thrown
  }
}
