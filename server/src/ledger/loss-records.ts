import type { AgentId, DeviceId, EpochMs, OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import type { EventReport, Peer } from '@eyenet/shared/wire'
import { sql } from 'kysely'
import type { ControlDb, LedgerLossRow, LedgerTotalRow } from '../db/db.ts'

/** Rows of one agent; the oldest go, their sum stays. */
const MAX_LOSSES_PER_AGENT = 20_000
const ROWS_PER_INSERT = 1_000

export type DroppedReport = Extract<EventReport, { kind: 'dropped' }>

/** Samples of one message that the server did not take, though it took the others. */
export type RejectedSamples = {
  readonly lane: string
  readonly epoch: OutboxEpoch
  readonly first: number
  readonly samples: number
  readonly devices: readonly DeviceId[]
}

type LossPart = Pick<LedgerLossRow, 'device' | 'samples' | 'from_at' | 'to_at'>
type LossHead = Pick<LedgerLossRow, 'source' | 'epoch' | 'seq' | 'reason'>

/** Losses that were told: one row per report and device, and sums per agent and reason that outlive the rows. */
export class LossRecords {
  readonly #db: ControlDb

  constructor(db: ControlDb) {
    this.#db = db
  }

  /** On disk when it answers. A report that comes again changes nothing. Answers what was lost so before; undefined where it was known. */
  addDropped(peer: Peer, report: DroppedReport, now: EpochMs): Promise<number | undefined> {
    // Facts and events are not samples, though they are counted as if; they are told as a notice.
    if (report.samples === 0 || report.lane === 'facts' || report.lane === 'events') return Promise.resolve(undefined)
    const named: LossPart[] = (report.devices ?? []).map(({ device, samples, from, to }) => {
      return { device, samples, from_at: from, to_at: to }
    })
    const rest = report.samples - named.reduce((total, { samples }) => total + samples, 0)
    const whole = rest > 0 ? [{ device: null, samples: rest, from_at: report.from, to_at: report.to }] : []
    const head = { source: 'agent', epoch: report.epoch, seq: report.seq, reason: report.reason }
    return this.#add(peer, head, { parts: [...whole, ...named], now })
  }

  /** Their time says nothing, so they count at the moment at which they came. */
  addRejected(peer: Peer, rejected: RejectedSamples, now: EpochMs): Promise<number | undefined> {
    const { lane, epoch, first, samples, devices } = rejected
    const [only] = devices
    const device = devices.length === 1 && only !== undefined ? only : null
    const head = { source: lane, epoch, seq: first, reason: 'impossible-time' }
    return this.#add(peer, head, { parts: [{ device, samples, from_at: now, to_at: now }], now })
  }

  /** Losses that touch from < time <= to. */
  between(agents: readonly AgentId[], from: EpochMs, to: EpochMs): Promise<LedgerLossRow[]> {
    return this.#db
      .selectFrom('ledger_losses')
      .selectAll()
      .where('agent', 'in', agents)
      .where('to_at', '>', from)
      .where('from_at', '<=', to)
      .orderBy('from_at')
      .execute()
  }

  totals(): Promise<LedgerTotalRow[]> {
    return this.#db.selectFrom('ledger_totals').selectAll().execute()
  }

  async expire(before: EpochMs): Promise<void> {
    await this.#db.deleteFrom('ledger_losses').where('noted_at', '<', before).execute()
  }

  #add(
    { agent, site }: { readonly agent: AgentId; readonly site: SiteName },
    head: LossHead,
    { parts, now }: { readonly parts: readonly LossPart[]; readonly now: EpochMs },
  ): Promise<number | undefined> {
    return this.#db.transaction().execute(async (trx) => {
      const { source, epoch, seq } = head
      const known = await trx
        .selectFrom('ledger_losses')
        .select('seq')
        .where('agent', '=', agent)
        .where('source', '=', source)
        .where('epoch', '=', epoch)
        .where('seq', '=', seq)
        .executeTakeFirst()
      if (known !== undefined) return undefined
      const rows = parts.map((one, part) => ({ agent, ...head, part, ...one, noted_at: now }))
      for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
        await trx
          .insertInto('ledger_losses')
          .values(rows.slice(at, at + ROWS_PER_INSERT))
          .execute()
      }
      const samples = parts.reduce((total, one) => total + one.samples, 0)
      const before = await trx
        .selectFrom('ledger_totals')
        .select('samples')
        .where('agent', '=', agent)
        .where('reason', '=', head.reason)
        .executeTakeFirst()
      await trx
        .insertInto('ledger_totals')
        .values({ agent, site, reason: head.reason, samples, last_at: now })
        .onConflict((one) =>
          one.columns(['agent', 'reason']).doUpdateSet((eb) => ({
            samples: eb('ledger_totals.samples', '+', samples),
            last_at: now,
          })),
        )
        .execute()
      await removeOldest(trx, agent)
      return before?.samples ?? 0
    })
  }
}

async function removeOldest(trx: ControlDb, agent: AgentId): Promise<void> {
  const { rows } = await trx
    .selectFrom('ledger_losses')
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .where('agent', '=', agent)
    .executeTakeFirstOrThrow()
  if (rows <= MAX_LOSSES_PER_AGENT) return
  const beyond = rows - MAX_LOSSES_PER_AGENT
  await sql`DELETE FROM ledger_losses WHERE rowid IN
    (SELECT rowid FROM ledger_losses WHERE agent = ${agent} ORDER BY noted_at LIMIT ${beyond})`.execute(trx)
}
