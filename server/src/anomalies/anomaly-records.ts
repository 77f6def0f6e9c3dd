import { type FeedbackKind, momentCursor, parseMomentCursor } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { type AgentId, type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { AnomalyReport, Peer } from '@eyenet/shared/wire'
import { type ExpressionBuilder, sql } from 'kysely'
import type { AnomalyRow, ControlDb, Tables } from '../db/db.ts'
import type { AnomalyFilter, AnomalyQuery } from './anomaly-interface.ts'
import { type AnomalyKey, keyOfReport, mergedAnomaly } from './merged-anomaly.ts'

const DAY_MS = 24 * 3_600_000
/** Those that people spoke of are kept twice as long: models learn from them. */
const KEEP_MS = 400 * DAY_MS
/** Anomalies of one agent; the oldest go, those that people spoke of last. 20 MB. */
const MAX_PER_AGENT = 50_000
/** Alarms of one budget: far more than any budget asks for. */
const MAX_ALARMS = 200_000
/** Their number is looked at once in so many reports. */
const LOOK_EVERY = 200

/** What a report changed for those who watch: rows that began or ended. */
export type Taken = { readonly row: AnomalyRow; readonly changed: readonly AnomalyRow[] }

/** Rows of anomalies. */
export class AnomalyRecords {
  readonly #db: ControlDb
  readonly #maxPerAgent: number
  #sinceLook = LOOK_EVERY

  constructor(db: ControlDb, maxPerAgent = MAX_PER_AGENT) {
    this.#db = db
    this.#maxPerAgent = maxPerAgent
  }

  /** On disk when it answers; undefined for a device that is not known, or not any more. */
  async take(peer: Peer, report: AnomalyReport, now: EpochMs): Promise<Taken | undefined> {
    const key = keyOfReport(report, now)
    return this.#db.transaction().execute(async (trx) => {
      const device = await trx.selectFrom('devices').select('site').where('id', '=', key.device).executeTakeFirst()
      if (device === undefined) return undefined
      if (device.site !== peer.site) {
        const detail = `the device ${key.device} belongs to the site ${device.site}; ${peer.site} cannot judge it`
        throw new EyeNetError('conflict', detail)
      }
      const known = await sameKey(trx, key).where('since', '=', key.since).selectAll().executeTakeFirst()
      const merged = mergedAnomaly(known, report, { key, peer, now })
      const row = { ...merged, ...(await closedByNext(trx, merged)) }
      await trx
        .insertInto('anomalies')
        .values(row)
        .onConflict((one) => one.column('id').doUpdateSet(row))
        .execute()
      const former = await closeFormer(trx, key)
      await this.#removeOldest(trx, peer.agent)
      const isNews = known === undefined || known.ended_at !== row.ended_at
      return { row, changed: isNews ? [...former, row] : former }
    })
  }

  get(id: string): Promise<AnomalyRow | undefined> {
    return this.#db.selectFrom('anomalies').selectAll().where('id', '=', id).executeTakeFirst()
  }

  /** Newest first. */
  async list(query: AnomalyQuery) {
    const found = this.#filtered(query)
    const { total } = await found.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
    const after = parseMomentCursor(query.cursor)
    const rows = await found
      .$if(after !== undefined, (some) =>
        some.where((eb) => eb(eb.refTuple('since', 'id'), '<', eb.tuple(after?.at ?? epochMs(0), after?.id ?? ''))),
      )
      .selectAll()
      .orderBy('since', 'desc')
      .orderBy('id', 'desc')
      .limit(query.limit + 1)
      .execute()
    const shown = rows.slice(0, query.limit)
    const last = shown.at(-1)
    const next =
      rows.length > shown.length && last !== undefined ? { next: momentCursor({ at: last.since, id: last.id }) } : {}
    return { rows: shown, total, ...next }
  }

  /** The same series before this one, newest first. */
  before(row: AnomalyRow, limit: number): Promise<AnomalyRow[]> {
    return sameKey(this.#db, row)
      .where('since', '<', row.since)
      .selectAll()
      .orderBy('since', 'desc')
      .limit(limit)
      .execute()
  }

  /** What else its device had within `nearMs`, strongest first. */
  together(row: AnomalyRow, { nearMs, limit }: { nearMs: number; limit: number }): Promise<AnomalyRow[]> {
    return this.#db
      .selectFrom('anomalies')
      .selectAll()
      .where('device', '=', row.device)
      .where('trial', '=', row.trial)
      .where('id', '!=', row.id)
      .where('since', '>=', epochMs(row.since - nearMs))
      .where('since', '<=', epochMs(row.since + nearMs))
      .orderBy('score', 'desc')
      .orderBy('id')
      .limit(limit)
      .execute()
  }

  /** Those that last, of one agent or device, or of all; oldest first. */
  open(of: { readonly agent?: AgentId; readonly device?: DeviceId } = {}): Promise<AnomalyRow[]> {
    let found = this.#db.selectFrom('anomalies').selectAll().where('ended_at', 'is', null)
    if (of.agent !== undefined) found = found.where('agent', '=', of.agent)
    if (of.device !== undefined) found = found.where('device', '=', of.device)
    return found.orderBy('since').execute()
  }

  /** What began within from <= time < to, as far as a budget counts it; 200,000 at most, newest first. */
  alarms(from: EpochMs, to: EpochMs) {
    return this.#db
      .selectFrom('anomalies')
      .select(['id', 'agent', 'trial', 'since', 'series_key'])
      .where('since', '>=', from)
      .where('since', '<', to)
      .orderBy('since', 'desc')
      .limit(MAX_ALARMS)
      .execute()
  }

  /** Ends one that its agent does not end any more; answers it, or undefined where it has ended meanwhile. */
  close(id: string, at: EpochMs): Promise<AnomalyRow | undefined> {
    return this.#db
      .updateTable('anomalies')
      .set((eb) => ({ ended_at: sql<EpochMs>`max(${eb.ref('since')}, ${at})`, closed_by: 'server' }))
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .returningAll()
      .executeTakeFirst()
  }

  async expire(now: EpochMs): Promise<void> {
    await this.#db
      .deleteFrom('anomalies')
      .where('ended_at', '<', epochMs(now - KEEP_MS))
      .where((eb) => eb.or([eb('ended_at', '<', epochMs(now - 2 * KEEP_MS)), eb.not(said(eb))]))
      .execute()
  }

  #filtered(filter: AnomalyFilter) {
    const { device, agent, site, from, to, active, reason, minScore, feedback } = filter
    let found = this.#db.selectFrom('anomalies').where('trial', filter.shadow ? '!=' : '=', '')
    if (device !== undefined) found = found.where('device', '=', device)
    if (agent !== undefined) found = found.where('agent', '=', agent)
    if (site !== undefined) found = found.where('site', '=', site)
    if (to !== undefined) found = found.where('since', '<', to)
    if (from !== undefined) found = found.where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>=', from)]))
    if (active !== undefined) found = found.where('ended_at', active ? 'is' : 'is not', null)
    if (reason !== undefined) found = found.where('reason', '=', reason)
    if (minScore !== undefined) found = found.where('score', '>=', minScore)
    if (feedback === 'none') found = found.where((eb) => eb.not(said(eb)))
    else if (feedback !== undefined) found = found.where((eb) => said(eb, feedback))
    return found
  }

  async #removeOldest(trx: ControlDb, agent: AgentId): Promise<void> {
    this.#sinceLook += 1
    if (this.#sinceLook < Math.min(LOOK_EVERY, this.#maxPerAgent)) return
    this.#sinceLook = 0
    const { rows } = await trx
      .selectFrom('anomalies')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('agent', '=', agent)
      .executeTakeFirstOrThrow()
    const beyond = rows - this.#maxPerAgent
    if (beyond <= 0) return
    await sql`DELETE FROM anomalies WHERE id IN (SELECT id FROM anomalies WHERE agent = ${agent} ORDER BY
      EXISTS (SELECT 1 FROM anomaly_feedback f WHERE f.anomaly = anomalies.id AND f.taken_back_at IS NULL), since
      LIMIT ${beyond})`.execute(trx)
  }
}

function sameKey(db: ControlDb, { device, series_key, trial }: Omit<AnomalyKey, 'since'>) {
  return db
    .selectFrom('anomalies')
    .where('device', '=', device)
    .where('series_key', '=', series_key)
    .where('trial', '=', trial)
}

/** One of which the agent reports a later one is over by then, whatever became of the report of its end. */
async function closedByNext(trx: ControlDb, row: AnomalyRow): Promise<Partial<AnomalyRow>> {
  if (row.closed_by === 'agent') return {}
  const next = await sameKey(trx, row)
    .where('since', '>', row.since)
    .select('since')
    .orderBy('since')
    .limit(1)
    .executeTakeFirst()
  if (next === undefined) return {}
  return { ended_at: epochMs(Math.min(row.ended_at ?? next.since, next.since)), closed_by: 'server' }
}

/** The same for those that began before this one. */
function closeFormer(trx: ControlDb, key: AnomalyKey): Promise<AnomalyRow[]> {
  return trx
    .updateTable('anomalies')
    .set({ ended_at: key.since, closed_by: 'server' })
    .where('device', '=', key.device)
    .where('series_key', '=', key.series_key)
    .where('trial', '=', key.trial)
    .where('since', '<', key.since)
    .where((eb) =>
      eb.or([eb('ended_at', 'is', null), eb.and([eb('closed_by', '=', 'server'), eb('ended_at', '>', key.since)])]),
    )
    .returningAll()
    .execute()
}

/** Whether somebody said something of an anomaly that was not taken back. */
function said(eb: ExpressionBuilder<Tables, 'anomalies'>, kind?: FeedbackKind) {
  const standing = eb
    .selectFrom('anomaly_feedback')
    .select('anomaly_feedback.id')
    .whereRef('anomaly_feedback.anomaly', '=', 'anomalies.id')
    .where('anomaly_feedback.taken_back_at', 'is', null)
  return eb.exists(kind === undefined ? standing : standing.where('anomaly_feedback.kind', '=', kind))
}
