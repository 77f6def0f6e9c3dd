import { EyeNetError } from '@eyenet/shared/errors'
import type { AgentId, DeviceId, EpochMs } from '@eyenet/shared/identity'
import { type DesiredState, MAX_TARGETS, Target } from '@eyenet/shared/wire'
import type { AgentRow, ControlDb } from '../db/db.ts'
import { SEALED, type Vault } from '../vault/vault.ts'
import { bumpRevision } from './revisions.ts'
import { allChoices } from './sensor-choices.ts'

export type NewTarget = { readonly agent: AgentId; readonly device: DeviceId; readonly target: Target }

/** What the server wants agents to watch: targets, sealed in the database, and their revisions. */
export class DesiredTargets {
  readonly #db: ControlDb
  readonly #vault: Vault

  constructor(db: ControlDb, vault: Vault) {
    this.#db = db
    this.#vault = vault
  }

  /** EyeNetError `conflict` when the device is watched already, `limit_exceeded` when the agent has its fill. */
  async add({ agent, device, target }: NewTarget, now: EpochMs): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const { count } = await trx
        .selectFrom('targets')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('agent', '=', agent)
        .executeTakeFirstOrThrow()
      if (count >= MAX_TARGETS) {
        throw new EyeNetError('limit_exceeded', `an agent watches ${MAX_TARGETS} devices at most; enrol another agent`)
      }
      const added = await trx
        .insertInto('targets')
        .values({
          device,
          agent,
          sealed: this.#vault.seal(JSON.stringify(target), SEALED.targets.about(device)),
          interval_seconds: target.intervalSeconds ?? null,
          created_at: now,
        })
        .onConflict((one) => one.doNothing())
        .executeTakeFirst()
      if (added.numInsertedOrUpdatedRows === 0n) {
        throw new EyeNetError(
          'conflict',
          'this device is watched already; remove it first to add it with other settings',
        )
      }
      await bumpRevision(trx, agent)
    })
  }

  /** The agent that watched the device; undefined when it was not the server's to remove. */
  async remove(device: DeviceId): Promise<AgentId | undefined> {
    return this.#db.transaction().execute(async (trx) => {
      const row = await trx.deleteFrom('targets').where('device', '=', device).returning('agent').executeTakeFirst()
      if (row !== undefined) await bumpRevision(trx, row.agent)
      return row?.agent
    })
  }

  async stateOf(agent: AgentRow, now: EpochMs): Promise<DesiredState> {
    const rows = await this.#db.selectFrom('targets').selectAll().where('agent', '=', agent.id).execute()
    const targets = rows.map((row) =>
      Target.parse(JSON.parse(this.#vault.open(row.sealed, SEALED.targets.about(row.device)))),
    )
    const sensorChoices = await allChoices(this.#db)
    return {
      agent: agent.id,
      site: agent.site,
      revision: agent.desired_revision,
      at: now,
      targets,
      ...(sensorChoices.length > 0 && { sensorChoices: [...sensorChoices] }),
    }
  }

  /** The first revision for an agent that has none yet, where there is something to tell it. */
  async begin(agent: AgentId): Promise<boolean> {
    const any = await this.#db.selectFrom('sensor_choices').select('object').limit(1).executeTakeFirst()
    if (any !== undefined) await bumpRevision(this.#db, agent)
    return any !== undefined
  }
}
