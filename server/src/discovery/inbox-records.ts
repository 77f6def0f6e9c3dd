import { INBOX_STATES, type InboxCounts, type InboxQuery, momentCursor, parseMomentCursor } from '@eyenet/shared/api'
import { type AgentId, type DeviceId, type EpochMs, epochMs, type SiteName } from '@eyenet/shared/identity'
import { sql } from 'kysely'
import type { ControlDb, DiscoveredRow } from '../db/db.ts'
import { Evidence } from './evidence.ts'
import { addressesOf, type InboxEntry, macsOf, nameOf } from './inbox-entry.ts'

/** SQLite takes 32,766 variables; an entry has up to 64 keys. */
const AT_ONCE = 250
const MAX_SEARCH_TEXT = 2_000
const DAY_MS = 24 * 3_600_000
/** What nobody has decided about leaves so long after it was seen last, what is ignored later. */
const FORGET_MS = 90 * DAY_MS
const FORGET_IGNORED_MS = 400 * DAY_MS

export type EntryPage = { readonly entries: readonly InboxEntry[]; readonly total: number; readonly next?: string }

/** Entries of the inbox, in the database. */
export class InboxRecords {
  readonly #db: ControlDb

  constructor(db: ControlDb) {
    this.#db = db
  }

  /** Every entry of the site that has one of these keys, with all its keys. */
  async withKeys(site: SiteName, keys: readonly string[], db: ControlDb = this.#db): Promise<readonly InboxEntry[]> {
    const ids = new Set<string>()
    for (const some of slices([...new Set(keys)])) {
      const query = db.selectFrom('discovered_keys').select('entry').where('site', '=', site).where('key', 'in', some)
      for (const { entry } of await query.execute()) ids.add(entry)
    }
    return this.byIds([...ids], db)
  }

  /** Those that there are, in no order. */
  async byIds(ids: readonly string[], db: ControlDb = this.#db): Promise<readonly InboxEntry[]> {
    const found: InboxEntry[] = []
    for (const some of slices(ids)) {
      const rows = await db.selectFrom('discovered').selectAll().where('id', 'in', some).execute()
      found.push(...(await entriesOf(db, rows)))
    }
    return found
  }

  /** Those that are watched as this device. */
  async ofDevice(device: DeviceId): Promise<readonly InboxEntry[]> {
    const rows = await this.#db.selectFrom('discovered').selectAll().where('device', '=', device).execute()
    return entriesOf(this.#db, rows)
  }

  /** Newest found first. */
  async list({ limit, cursor, ...filter }: InboxQuery): Promise<EntryPage> {
    const found = this.#filtered(filter)
    const { total } = await found.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
    const after = parseMomentCursor(cursor)
    const from =
      after === undefined
        ? found
        : found.where((eb) => eb(eb.refTuple('last_seen_at', 'id'), '<', eb.tuple(after.at, after.id)))
    const ordered = from.selectAll().orderBy('last_seen_at', 'desc').orderBy('id', 'desc')
    const rows = await ordered.limit(limit + 1).execute()
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    return {
      entries: await entriesOf(this.#db, shown),
      total,
      ...(rows.length > limit && last && { next: momentCursor({ at: last.last_seen_at, id: last.id }) }),
    }
  }

  /** By agent. */
  async counts(): Promise<ReadonlyMap<AgentId, InboxCounts>> {
    const rows = await this.#db
      .selectFrom('discovered')
      .select((eb) => ['agent', 'state', eb.fn.countAll<number>().as('count')])
      .groupBy(['agent', 'state'])
      .execute()
    const counts = new Map<AgentId, InboxCounts>()
    for (const { agent, state, count } of rows) {
      counts.set(agent, { ...(counts.get(agent) ?? NONE), [state]: count })
    }
    return counts
  }

  async save(entries: readonly InboxEntry[], db: ControlDb = this.#db): Promise<void> {
    for (const entry of entries) {
      const row = rowOf(entry)
      await db
        .insertInto('discovered')
        .values(row)
        .onConflict((one) => one.column('id').doUpdateSet(row))
        .execute()
    }
    for (const some of slices(entries.map(({ id }) => id))) {
      await db.deleteFrom('discovered_keys').where('entry', 'in', some).execute()
    }
    for (const { id, site, keys } of entries) {
      const rows = [...keys].map(([key, at]) => ({ site, key, entry: id, at }))
      if (rows.length > 0) await db.insertInto('discovered_keys').values(rows).execute()
    }
  }

  async remove(ids: readonly string[], db: ControlDb = this.#db): Promise<void> {
    for (const some of slices(ids)) await db.deleteFrom('discovered').where('id', 'in', some).execute()
  }

  /** What nobody decided about leaves with the agent that told of it; what was decided stays for the next agent. */
  async removeUndecided(agent: AgentId): Promise<void> {
    const undecided = this.#db.deleteFrom('discovered').where('state', 'in', ['new', 'known'])
    await undecided.where('agent', '=', agent).execute()
  }

  /**
   * Makes an agent's entries `most` at most; answers how many left. First those that only passed by and were never
   * answered by, then what is undecided, then what is known, ignored, accepted; the oldest of each first.
   */
  async trim(agent: AgentId, most: number, db: ControlDb = this.#db): Promise<number> {
    const { rows } = await db
      .selectFrom('discovered')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('agent', '=', agent)
      .executeTakeFirstOrThrow()
    const beyond = rows - most
    if (beyond <= 0) return 0
    await sql`DELETE FROM discovered WHERE id IN (SELECT id FROM discovered WHERE agent = ${agent} ORDER BY
      CASE state WHEN 'new' THEN 1 - silent WHEN 'known' THEN 2 WHEN 'ignored' THEN 3 ELSE 4 END, last_seen_at, id
      LIMIT ${beyond})`.execute(db)
    return beyond
  }

  async forget(now: EpochMs): Promise<void> {
    const old = (ms: number) => this.#db.deleteFrom('discovered').where('last_seen_at', '<', epochMs(now - ms))
    await old(FORGET_MS).where('state', 'in', ['new', 'known']).execute()
    await old(FORGET_IGNORED_MS).where('state', '=', 'ignored').execute()
  }

  #filtered({ state, agent, site, role, q, snmp }: Omit<InboxQuery, 'limit' | 'cursor'>) {
    let found = this.#db.selectFrom('discovered')
    if (state !== undefined) found = found.where('state', '=', state)
    if (agent !== undefined) found = found.where('agent', '=', agent)
    if (site !== undefined) found = found.where('site', '=', site)
    if (role !== undefined) found = found.where('role', '=', role)
    if (snmp !== undefined) found = found.where('snmp', '=', snmp ? 1 : 0)
    if (q !== undefined) found = found.where(sql<boolean>`instr(search, ${q.toLowerCase()}) > 0`)
    return found
  }
}

export const NONE: InboxCounts = { new: 0, known: 0, accepted: 0, ignored: 0 }

export function sumOfCounts(all: Iterable<InboxCounts>): InboxCounts {
  const sum = { ...NONE }
  for (const counts of all) for (const state of INBOX_STATES) sum[state] += counts[state]
  return sum
}

function* slices<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += AT_ONCE) yield all.slice(at, at + AT_ONCE)
}

async function entriesOf(db: ControlDb, rows: readonly DiscoveredRow[]): Promise<readonly InboxEntry[]> {
  const keys = new Map<string, Map<string, EpochMs>>(rows.map(({ id }) => [id, new Map()]))
  for (const some of slices([...keys.keys()])) {
    const found = await db.selectFrom('discovered_keys').selectAll().where('entry', 'in', some).execute()
    for (const { entry, key, at } of found) keys.get(entry)?.set(key, at)
  }
  return rows.map((row) => ({
    ...{ id: row.id, site: row.site, agent: row.agent, state: row.state, device: row.device ?? undefined },
    ...{ firstSeenAt: row.first_seen_at, lastSeenAt: row.last_seen_at },
    decided: row.decided_at === null ? undefined : { at: row.decided_at, by: row.decided_by ?? '' },
    evidence: Evidence.parse(JSON.parse(row.evidence)),
    keys: keys.get(row.id) ?? new Map(),
  }))
}

function rowOf(entry: InboxEntry): DiscoveredRow {
  const { evidence, decided } = entry
  const words = [nameOf(entry), evidence.hostname, evidence.vendor, evidence.snmp?.model, evidence.snmp?.serial]
  const places = [...addressesOf(entry).map(({ address }) => address), ...macsOf(entry)]
  return {
    ...{ id: entry.id, site: entry.site, agent: entry.agent, state: entry.state, device: entry.device ?? null },
    silent: evidence.answered ? 0 : 1,
    ...{ first_seen_at: entry.firstSeenAt, last_seen_at: entry.lastSeenAt },
    ...{ decided_at: decided?.at ?? null, decided_by: decided?.by ?? null },
    role: evidence.role,
    snmp: evidence.snmp === undefined ? 0 : 1,
    search: [...words, ...places].join(' ').toLowerCase().slice(0, MAX_SEARCH_TEXT),
    evidence: JSON.stringify(evidence),
  }
}
