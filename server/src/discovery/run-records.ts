import type { DiscoveryRun } from '@eyenet/shared/api'
import { type AgentId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import { DiscoveryProgress } from '@eyenet/shared/wire'
import type { ControlDb, DiscoveryRunRow } from '../db/db.ts'

/** Kept of one agent; the oldest go. */
const MAX_RUNS = 20
/** The agent has told nothing of the run yet: whatever it tells is newer. */
const NOT_TOLD = epochMs(0)

/** Searches for devices, as agents tell of them. */
export class RunRecords {
  readonly #db: ControlDb

  constructor(db: ControlDb) {
    this.#db = db
  }

  /** Newest first. */
  async of(agent: AgentId, limit = MAX_RUNS): Promise<readonly DiscoveryRun[]> {
    const query = this.#db.selectFrom('discovery_runs').selectAll().where('agent', '=', agent)
    return (await query.orderBy('started_at', 'desc').orderBy('run').limit(limit).execute()).map(runOf)
  }

  /**
   * Somebody asked for it. Its first progress may have come before, or was told before and is still on its way: the
   * agent begins when it answers, and is soon through where it knows all addresses.
   */
  async begun(run: { readonly id: string; readonly agent: AgentId; readonly total: number }, by: string, at: EpochMs) {
    const progress: DiscoveryProgress = {
      ...{ run: run.id, state: 'waiting', startedAt: at, done: 0, total: run.total, answered: 0, heldBack: 0 },
    }
    const row = {
      run: run.id,
      agent: run.agent,
      started_at: at,
      told_at: NOT_TOLD,
      by,
      progress: JSON.stringify(progress),
    }
    await this.#db
      .insertInto('discovery_runs')
      .values(row)
      .onConflict((one) => one.column('run').doUpdateSet({ by }))
      .execute()
  }

  /** The run as it is known now; a report that was held up does not undo a newer one. */
  async told(agent: AgentId, progress: DiscoveryProgress, at: EpochMs): Promise<DiscoveryRun> {
    return this.#db.transaction().execute(async (trx) => {
      const known = await trx
        .selectFrom('discovery_runs')
        .selectAll()
        .where('run', '=', progress.run)
        .executeTakeFirst()
      if (known !== undefined && (known.agent !== agent || known.told_at > at)) return runOf(known)
      const row = {
        ...{ run: progress.run, agent, started_at: progress.startedAt, told_at: at },
        ...{ by: known?.by ?? null, progress: JSON.stringify(progress) },
      }
      await trx
        .insertInto('discovery_runs')
        .values(row)
        .onConflict((one) => one.column('run').doUpdateSet(row))
        .execute()
      if (known === undefined) await removeOld(trx, agent)
      return runOf(row)
    })
  }
}

async function removeOld(db: ControlDb, agent: AgentId): Promise<void> {
  await db
    .deleteFrom('discovery_runs')
    .where('agent', '=', agent)
    .where('run', 'not in', (eb) =>
      eb
        .selectFrom('discovery_runs')
        .select('run')
        .where('agent', '=', agent)
        .orderBy('started_at', 'desc')
        .orderBy('run')
        .limit(MAX_RUNS),
    )
    .execute()
}

function runOf({ agent, told_at, by, progress }: DiscoveryRunRow): DiscoveryRun {
  const told = DiscoveryProgress.parse(JSON.parse(progress))
  return { ...told, agent, toldAt: epochMs(Math.max(told_at, told.startedAt)), ...(by !== null && { by }) }
}
