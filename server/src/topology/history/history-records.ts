import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { TopologyEvent, TopologyEventKind, TopologyGraph } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import { sql } from 'kysely'
import type { ControlDb } from '../../db/db.ts'
import { applyEvents } from './apply-event.ts'
import { forgetOld, forgetOverShare } from './forget-events.ts'
import { memoryOf, memoryText } from './memory-text.ts'
import {
  NOTHING_REMEMBERED,
  type Remembered,
  type RememberedGraph,
  rememberedOf,
  topologyGraphOf,
} from './remembered.ts'
import { WaitRecords, writeWaits } from './wait-records.ts'

export type EventQuery = {
  readonly from?: EpochMs
  readonly to?: EpochMs
  readonly device?: DeviceId
  readonly kinds?: readonly TopologyEventKind[]
  readonly limit: number
  /** As the page before gave it. */
  readonly cursor?: string
}

export type EventPage = { readonly items: readonly TopologyEvent[]; readonly total: number; readonly next?: string }
/** Writes what else belongs to events, as the rows of stations that they tell of. */
type Beside = (trx: ControlDb) => Promise<void>
export type Watched = Pick<Remembered, 'watched' | 'lookedAt'>
export type HistorySpan = { readonly from?: EpochMs; readonly events: number }

/** A rebuild replays so many events at most, some 30 ms of them, where snapshots are not thinned. */
const EVENTS_PER_SNAPSHOT = 500
const DAY_MS = 24 * 3_600_000
const KEEP_MS = 400 * DAY_MS
/** For so long each snapshot is kept; beyond it one a day. */
const SNAPSHOTS_MS = 7 * DAY_MS
/** Of changes of the network: 200 MB with long names. */
const MAX_EVENTS = 200_000
/** Stations come and go more often than cables. */
const MAX_ENDPOINT_EVENTS = 100_000
const ENDPOINT_KINDS: readonly TopologyEventKind[] = ['endpoint-new', 'endpoint-moved']
/** Events above these numbers that may be there until somebody looks. */
const TRIM_AFTER = 20_000
/** Rows of one INSERT; SQLite takes 32,766 variables. */
const ROWS_PER_INSERT = 2_000
/** Events that are read at a time. */
const EVENTS_PER_READ = 2_000
const MEMORY = 'remembered'
const WATCHED = 'watched'
/** What a restart adds to a wait at most; where nothing waits, how old a port's state before it may be. */
const WATCHED_EVERY_MS = 10_000
const WATCHED_IDLY_EVERY_MS = 600_000
const zip = promisify(gzip)
const unzip = promisify(gunzip)

/** Events, snapshots of the graph, and what is remembered beside it. */
export class HistoryRecords {
  readonly #db: ControlDb
  /** Undefined while there is no snapshot. */
  #snapshotSeq: number | undefined
  /** When the graph was, as it was written last. */
  #graphAt = epochMs(0)
  #memory = ''
  readonly #waits = new WaitRecords()
  #watched: Watched = NOTHING_REMEMBERED
  /** Stored since there was last looked for too many. */
  #untrimmed = 0

  constructor(db: ControlDb) {
    this.#db = db
  }

  /** When the network was looked at last, as far as that is on disk: by the clock of the day, and by the watch clock. */
  get watched(): Watched {
    return this.#watched
  }

  /** What was remembered last; undefined before anything was. */
  async load(): Promise<Remembered | undefined> {
    const rows = await this.#db.selectFrom('topology_memory').selectAll().execute()
    const bodies = new Map(rows.map(({ name, body }) => [name, body]))
    const watched = bodies.get(WATCHED)
    if (watched !== undefined) this.#watched = JSON.parse(watched)
    const waits = await this.#waits.load(this.#db)
    const snapshot = await this.#db
      .selectFrom('topology_snapshots')
      .selectAll()
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (snapshot === undefined) return undefined
    this.#snapshotSeq = snapshot.seq
    const memory = bodies.get(MEMORY)
    this.#memory = memory ?? ''
    const graph = await this.#replay(await graphOfBlob(snapshot.graph), epochMs(Number.MAX_SAFE_INTEGER))
    this.#graphAt = graph.at
    return { ...NOTHING_REMEMBERED, ...waits, ...(memory !== undefined && memoryOf(memory)), ...this.#watched, graph }
  }

  /**
   * Events, what they lead to, and what belongs to them, in one transaction: a server that is killed has all of it or
   * none. The first graph has no events: it is a snapshot.
   */
  async append(events: readonly TopologyEvent[], after: Remembered, beside?: Beside): Promise<void> {
    const memory = memoryText(after)
    const waits = this.#waits.changed(after)
    const graph = this.#isSnapshotDue(after) ? await blobOf(after.graph) : undefined
    const isOther = events.length > 0 || memory !== this.#memory || waits !== undefined || beside !== undefined
    if (!isOther && graph === undefined && !this.#isWatchDue(after)) return
    const watched = { watched: after.watched, lookedAt: after.lookedAt }
    await this.#db.transaction().execute(async (trx) => {
      await insertEvents(trx, events)
      await beside?.(trx)
      if (waits !== undefined) await writeWaits(trx, waits.change)
      await putMemory(trx, WATCHED, JSON.stringify(watched))
      if (memory !== this.#memory) await putMemory(trx, MEMORY, memory)
      if (graph === undefined) return
      const row = { at: after.graph.at, graph }
      await trx
        .insertInto('topology_snapshots')
        .values({ seq: after.graph.seq, ...row })
        .onConflict((one) => one.column('seq').doUpdateSet(row))
        .execute()
    })
    waits?.written()
    this.#watched = watched
    this.#memory = memory
    this.#graphAt = after.graph.at
    this.#untrimmed += events.length
    if (graph !== undefined) this.#snapshotSeq = after.graph.seq
  }

  /** After a clock was set back too: events from before it bear times that are still to come. */
  #isSnapshotDue({ graph }: Remembered): boolean {
    if (this.#snapshotSeq === undefined || graph.at < this.#graphAt) return true
    return graph.seq - this.#snapshotSeq >= EVENTS_PER_SNAPSHOT
  }

  #isWatchDue({ watched, held, shrunk, missing, joined, young, cameUp }: Remembered): boolean {
    const isWaiting = [held, shrunk, missing, joined, young, cameUp].some(({ size }) => size > 0)
    return watched - this.#watched.watched >= (isWaiting ? WATCHED_EVERY_MS : WATCHED_IDLY_EVERY_MS)
  }

  /** The graph as it was at that moment. EyeNetError `not_found` for one before the first, or before what is kept. */
  async graphAt(at: EpochMs): Promise<RememberedGraph> {
    const snapshot = await this.#db
      .selectFrom('topology_snapshots')
      .select('graph')
      .where('at', '<=', at)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (snapshot === undefined) {
      const { from } = await this.span()
      const since = from === undefined ? 'there is none yet' : `it begins at ${new Date(from).toISOString()}`
      throw new EyeNetError('not_found', `there is no topology of ${new Date(at).toISOString()}: ${since}`)
    }
    return this.#replay(await graphOfBlob(snapshot.graph), at)
  }

  /** From when on the graph can be rebuilt, and how many events there are. */
  async span(): Promise<HistorySpan> {
    const [first, { events }] = await Promise.all([
      this.#db.selectFrom('topology_snapshots').select('at').orderBy('seq').limit(1).executeTakeFirst(),
      this.#db
        .selectFrom('topology_events')
        .select((eb) => eb.fn.countAll<number>().as('events'))
        .executeTakeFirstOrThrow(),
    ])
    return { events, ...(first && { from: epochMs(first.at) }) }
  }

  /** Newest first. */
  async events(query: EventQuery): Promise<EventPage> {
    const found = this.#filtered(query)
    const { total } = await found.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
    const before = cursorOf(query.cursor)
    const rows = await found
      .$if(before !== undefined, (some) => some.where('topology_events.seq', '<', before ?? 0))
      .select(['topology_events.seq', 'body'])
      .orderBy('topology_events.seq', 'desc')
      .limit(query.limit + 1)
      .execute()
    const shown = rows.slice(0, query.limit)
    const last = shown.at(-1)
    return {
      items: shown.map(({ body }) => eventOf(body)),
      total,
      ...(rows.length > shown.length && last !== undefined && { next: String(last.seq) }),
    }
  }

  /** So much came since that the next look must not wait. */
  get isCrowded(): boolean {
    return this.#untrimmed >= TRIM_AFTER
  }

  /** Forgets what is too old or too much; answers how many events went for their number. */
  async expire(now: EpochMs): Promise<number> {
    this.#untrimmed = 0
    const old = epochMs(now - KEEP_MS)
    await forgetOld(this.#db, old)
    const over =
      (await this.#trim(ENDPOINT_KINDS, 'in', MAX_ENDPOINT_EVENTS)) +
      (await this.#trim(ENDPOINT_KINDS, 'not in', MAX_EVENTS))
    const first = await this.#db
      .selectFrom('topology_events')
      .select((eb) => eb.fn.min('seq').as('seq'))
      .where('kind', 'not in', ENDPOINT_KINDS)
      .executeTakeFirst()
    // What a snapshot needs after it must be there; the newest one always is.
    await sql`DELETE FROM topology_snapshots WHERE seq < ${(first?.seq ?? 0) - 1}
      AND seq < (SELECT max(seq) FROM topology_snapshots)`.execute(this.#db)
    // One a day: the last of each.
    await sql`DELETE FROM topology_snapshots WHERE at < ${now - SNAPSHOTS_MS} AND seq NOT IN
      (SELECT max(seq) FROM topology_snapshots GROUP BY at / ${DAY_MS})
      AND seq > (SELECT min(seq) FROM topology_snapshots)`.execute(this.#db)
    return over
  }

  async #trim(kinds: readonly TopologyEventKind[], op: 'in' | 'not in', max: number): Promise<number> {
    const greedy = await forgetOverShare(this.#db, { kinds, op, max })
    const bound = await this.#db
      .selectFrom('topology_events')
      .select('seq')
      .where('kind', op, kinds)
      .orderBy('seq', 'desc')
      .offset(max)
      .limit(1)
      .executeTakeFirst()
    if (bound === undefined) return greedy
    const gone = await this.#db
      .deleteFrom('topology_events')
      .where('kind', op, kinds)
      .where('seq', '<=', bound.seq)
      .executeTakeFirst()
    return greedy + Number(gone.numDeletedRows)
  }

  #filtered({ from, to, device, kinds }: EventQuery) {
    let found = this.#db.selectFrom('topology_events')
    if (from !== undefined) found = found.where('at', '>=', from)
    if (to !== undefined) found = found.where('at', '<=', to)
    if (kinds !== undefined) found = found.where('kind', 'in', kinds)
    if (device === undefined) return found
    return found.where('topology_events.seq', 'in', (eb) =>
      eb.selectFrom('topology_event_devices').select('topology_event_devices.seq').where('device', '=', device),
    )
  }

  async #replay(from: RememberedGraph, to: EpochMs): Promise<RememberedGraph> {
    let graph = from
    for (;;) {
      const rows = await this.#db
        .selectFrom('topology_events')
        .select('body')
        .where('seq', '>', graph.seq)
        .where('at', '<=', to)
        .where('kind', 'not in', ENDPOINT_KINDS)
        .orderBy('seq')
        .limit(EVENTS_PER_READ)
        .execute()
      graph = applyEvents(
        graph,
        rows.map(({ body }) => eventOf(body)),
      )
      if (rows.length < EVENTS_PER_READ) return { ...graph, seq: await this.#seqAt(to, graph.seq) }
    }
  }

  /** Events of stations change no graph, and are counted with the others. */
  async #seqAt(at: EpochMs, least: number): Promise<number> {
    const row = await this.#db
      .selectFrom('topology_events')
      .select((eb) => eb.fn.max('seq').as('seq'))
      .where('at', '<=', at)
      .executeTakeFirst()
    return Math.max(least, row?.seq ?? 0)
  }
}

async function putMemory(trx: ControlDb, name: string, body: string): Promise<void> {
  await trx
    .insertInto('topology_memory')
    .values({ name, body })
    .onConflict((one) => one.column('name').doUpdateSet({ body }))
    .execute()
}

async function insertEvents(trx: ControlDb, events: readonly TopologyEvent[]): Promise<void> {
  const rows = events.map((event) => ({
    ...{ seq: event.seq, at: event.at, kind: event.kind },
    body: JSON.stringify(event),
  }))
  for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
    await trx
      .insertInto('topology_events')
      .values(rows.slice(from, from + ROWS_PER_INSERT))
      .execute()
  }
  const about = events.flatMap(({ seq, devices }) => devices.map((device) => ({ device, seq })))
  for (let from = 0; from < about.length; from += ROWS_PER_INSERT) {
    await trx
      .insertInto('topology_event_devices')
      .values(about.slice(from, from + ROWS_PER_INSERT))
      .execute()
  }
}

async function blobOf(graph: RememberedGraph): Promise<Buffer> {
  return zip(JSON.stringify(topologyGraphOf(graph, [])))
}

async function graphOfBlob(blob: Uint8Array): Promise<RememberedGraph> {
  const text = (await unzip(blob)).toString('utf8')
  return rememberedOf(JSON.parse(text) as TopologyGraph)
}

function eventOf(body: string): TopologyEvent {
  return JSON.parse(body)
}

function cursorOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  if (!/^\d{1,15}$/.test(cursor))
    throw new EyeNetError('invalid', 'the cursor is not one that a page of this list gave')
  return Number(cursor)
}
