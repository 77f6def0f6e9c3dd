import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import type { Peer, Presence } from '@eyenet/shared/wire'
import type { ControlDb, LedgerRunRow } from '../db/db.ts'

/** Of one agent; the oldest go. One that starts every minute has some days. */
const MAX_RUNS_PER_AGENT = 10_000

/** When agents started, and when they said that they stop, as their births and deaths tell it. */
export class RunRecords {
  readonly #db: ControlDb

  constructor(db: ControlDb) {
    this.#db = db
  }

  async receive({ agent }: Peer, presence: Presence, now: EpochMs): Promise<void> {
    if (presence.kind === 'death') {
      if (presence.reason === 'stopped') await this.#stopped(agent, presence.epoch, now)
      return
    }
    const { startedAt, epoch } = presence
    const started = { agent, started_at: startedAt, epoch, stopped_at: null }
    await this.#db
      .insertInto('ledger_runs')
      .values(started)
      // It is born anew at each connection: then it runs, whatever was heard before.
      .onConflict((one) => one.columns(['agent', 'started_at']).doUpdateSet({ epoch, stopped_at: null }))
      .execute()
    const beyond = await this.#db
      .selectFrom('ledger_runs')
      .select('started_at')
      .where('agent', '=', agent)
      .orderBy('started_at', 'desc')
      .limit(1)
      .offset(MAX_RUNS_PER_AGENT)
      .executeTakeFirst()
    if (beyond === undefined) return
    await this.#db
      .deleteFrom('ledger_runs')
      .where('agent', '=', agent)
      .where('started_at', '<=', beyond.started_at)
      .execute()
  }

  /** Starts with from <= started_at <= to and the one before each agent's first of them, by agent and time. */
  async between(agents: readonly AgentId[], from: EpochMs, to: EpochMs): Promise<LedgerRunRow[]> {
    return this.#db
      .selectFrom('ledger_runs')
      .selectAll()
      .where('agent', 'in', agents)
      .where('started_at', '<=', to)
      .where((eb) =>
        eb(
          'started_at',
          '>=',
          eb.fn.coalesce(
            eb
              .selectFrom('ledger_runs as before')
              .select((inner) => inner.fn.max('before.started_at').as('at'))
              .whereRef('before.agent', '=', 'ledger_runs.agent')
              .where('before.started_at', '<', from),
            eb.val(from),
          ),
        ),
      )
      .orderBy('agent')
      .orderBy('started_at')
      .execute()
  }

  async expire(before: EpochMs): Promise<void> {
    // The newest one says how the agent runs now, however old it is.
    await this.#db
      .deleteFrom('ledger_runs')
      .where('started_at', '<', before)
      .where((eb) =>
        eb(
          'started_at',
          '<',
          eb
            .selectFrom('ledger_runs as newer')
            .select((inner) => inner.fn.max('newer.started_at').as('at'))
            .whereRef('newer.agent', '=', 'ledger_runs.agent'),
        ),
      )
      .execute()
  }

  async #stopped(agent: AgentId, epoch: LedgerRunRow['epoch'], now: EpochMs): Promise<void> {
    const last = await this.#db
      .selectFrom('ledger_runs')
      .select(['started_at', 'epoch', 'stopped_at'])
      .where('agent', '=', agent)
      .orderBy('started_at', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (last === undefined || last.epoch !== epoch || last.stopped_at !== null) return
    await this.#db
      .updateTable('ledger_runs')
      .set({ stopped_at: now })
      .where('agent', '=', agent)
      .where('started_at', '=', last.started_at)
      .execute()
  }
}
