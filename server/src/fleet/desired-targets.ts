import { EyeNetError } from '@eyenet/shared/errors'
import type { AgentId, DeviceId, EpochMs } from '@eyenet/shared/identity'
import { type DesiredState, MAX_TARGETS, Target } from '@eyenet/shared/wire'
import type { AgentRow, ControlDb } from '../db/db.ts'
import { SEALED, type Vault } from '../vault/vault.ts'
import { bumpRevision } from './revisions.ts'
import { allChoices } from './sensor-choices.ts'

/** A target whose device has its identity. */
export type NamedTarget = Target & { readonly device: DeviceId }
/** What became of one that was to be watched; `problem` where it is not. */
export type WatchOutcome = { readonly device: DeviceId; readonly problem?: EyeNetError }

/** What the server wants agents to watch: targets, sealed in the database, and their revisions. */
export class DesiredTargets {
  readonly #db: ControlDb
  readonly #vault: Vault

  constructor(db: ControlDb, vault: Vault) {
    this.#db = db
    this.#vault = vault
  }

  /**
   * Each is added or not, in their order: `conflict` when the device is watched already, `limit_exceeded` when the agent
   * has its fill.
   */
  async addAll(agent: AgentId, targets: readonly NamedTarget[], now: EpochMs): Promise<readonly WatchOutcome[]> {
    return this.#db.transaction().execute(async (trx) => {
      const { count } = await trx
        .selectFrom('targets')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('agent', '=', agent)
        .executeTakeFirstOrThrow()
      let left = MAX_TARGETS - count
      const outcomes: WatchOutcome[] = []
      for (const target of targets) {
        const { device } = target
        if (left <= 0) {
          const message = `an agent watches ${MAX_TARGETS} devices at most; enrol another agent`
          outcomes.push({ device, problem: new EyeNetError('limit_exceeded', message) })
        } else if (await this.#add(trx, { agent, target, now })) {
          left -= 1
          outcomes.push({ device })
        } else {
          const message = 'this device is watched already; remove it first to add it with other settings'
          outcomes.push({ device, problem: new EyeNetError('conflict', message) })
        }
      }
      if (outcomes.some(({ problem }) => problem === undefined)) await bumpRevision(trx, agent)
      return outcomes
    })
  }

  /** The agents that watched them; those that were not the server's to remove are passed over. */
  async removeAll(devices: readonly DeviceId[]): Promise<readonly AgentId[]> {
    return this.#db.transaction().execute(async (trx) => {
      const agents = new Set<AgentId>()
      for (const device of devices) {
        const row = await trx.deleteFrom('targets').where('device', '=', device).returning('agent').executeTakeFirst()
        if (row !== undefined) agents.add(row.agent)
      }
      for (const agent of agents) await bumpRevision(trx, agent)
      return [...agents]
    })
  }

  /** false where it is there already. */
  async #add(
    trx: ControlDb,
    { agent, target, now }: { readonly agent: AgentId; readonly target: NamedTarget; readonly now: EpochMs },
  ): Promise<boolean> {
    const { device } = target
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
    return added.numInsertedOrUpdatedRows !== 0n
  }

  /** Without retired devices: they stay the server's, and are not polled. */
  async stateOf(agent: AgentRow, now: EpochMs): Promise<DesiredState> {
    const rows = await withRetired(this.#db)
      .selectFrom('targets')
      .selectAll()
      .where('agent', '=', agent.id)
      .where('device', 'not in', (eb) => eb.selectFrom('retired').select('retired.device'))
      .execute()
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

/**
 * With every id of a retired device: agents may know it by one that was merged into another, which was merged into a third.
 * Each id comes once, so that it ends whatever the merges are.
 */
function withRetired(db: ControlDb) {
  return db.withRecursive('retired', (cte) =>
    cte
      .selectFrom('device_lifecycles')
      .select('device_lifecycles.device')
      .where('lifecycle', '=', 'retired')
      .union(
        cte
          .selectFrom('device_merges')
          .innerJoin('retired', 'retired.device', 'device_merges.device')
          .select('device_merges.merged as device')
          .where('device_merges.undone_at', 'is', null),
      ),
  )
}
