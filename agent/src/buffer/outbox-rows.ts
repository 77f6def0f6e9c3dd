import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import { LANES, type Lane } from '@eyenet/shared/wire'
import { keyOf, laneEnd, laneOf, type OutboxDatabase, seqOf } from './outbox-file.ts'

/** One message as it lies on disk. `body` of events and facts is JSON, of samples a whole frame without definitions. */
export type OutboxRow = {
  readonly lane: Lane
  readonly first: number
  readonly last: number
  /** Whether it was put together from older rows. */
  readonly merged: boolean
  readonly samples: number
  readonly since: number
  readonly until: number
  readonly body: Uint8Array
}

export type LaneState = { next: number; reserved: number; dropped: number; messages: number; samples: number }

export type Dropped = { readonly lane: Lane; readonly samples: number; readonly from: number; readonly to: number }

type Stored = {
  key: number
  last: number
  merged: number
  samples: number
  since: number
  until: number
  body: Uint8Array
}
type Gone = { key: number; samples: number; since: number; until: number }

/** The rows of all lanes, with counts in memory that `settle` brings up to date once a transaction is through. */
export class OutboxRows {
  readonly lanes: Record<Lane, LaneState>
  readonly #database: OutboxDatabase
  readonly #insert
  readonly #from
  readonly #range
  readonly #oldest
  readonly #loose
  readonly #remove
  readonly #saveLane
  /** What the running transaction changed; forgotten when it fails. */
  #draft: Record<Lane, LaneState>

  constructor(database: OutboxDatabase) {
    this.#database = database
    this.#insert = database.prepare(
      'INSERT INTO message (key, last, merged, samples, since, until, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    this.#from = database.prepare<[number, number, number], Stored>(
      'SELECT * FROM message WHERE key >= ? AND key < ? ORDER BY key LIMIT ?',
    )
    this.#range = database.prepare<[number, number, number], Gone>(
      'SELECT key, samples, since, until FROM message WHERE key >= ? AND key <= ? AND last <= ? ORDER BY key',
    )
    this.#oldest = database.prepare<[number, number, number], Gone>(
      'SELECT key, samples, since, until FROM message WHERE key >= ? AND key < ? ORDER BY key LIMIT ?',
    )
    this.#loose = database
      .prepare<[number, number], number>(
        'SELECT key FROM message WHERE key >= ? AND key < ? AND merged = 0 ORDER BY key LIMIT 1',
      )
      .pluck()
    this.#remove = database.prepare('DELETE FROM message WHERE key = ?')
    this.#saveLane = database.prepare('UPDATE lane SET next = ?, reserved = ?, dropped = ? WHERE lane = ?')
    this.lanes = this.#load()
    this.#draft = structuredClone(this.lanes)
  }

  /** Does what changes the disk in one transaction; all or nothing, in memory too. */
  transaction<T>(change: () => T): T {
    const before = structuredClone(this.lanes)
    this.#draft = structuredClone(this.lanes)
    const result = this.#database.transaction(() => {
      const value = change()
      for (const [index, lane] of LANES.entries()) {
        const { next, reserved, dropped } = this.#draft[lane]
        const old = before[lane]
        if (next === old.next && reserved === old.reserved && dropped === old.dropped) continue
        this.#saveLane.run(next, reserved, dropped, index)
      }
      return value
    })()
    Object.assign(this.lanes, this.#draft)
    return result
  }

  /** The number the next row of a lane gets. Within a transaction. */
  claim(lane: Lane): number {
    return this.#draft[lane].next++
  }

  /** From here on rows of a lane up to `seq` may have been sent. Within a transaction. */
  reserve(lane: Lane, seq: number): void {
    this.#draft[lane].reserved = Math.max(this.#draft[lane].reserved, seq)
  }

  insert(row: OutboxRow): void {
    const { lane, first, last, merged, samples, since, until, body } = row
    this.#insert.run(keyOf(lane, first), last, merged ? 1 : 0, samples, since, until, body)
    this.#draft[lane].messages++
    this.#draft[lane].samples += samples
  }

  /** Rows of a lane from a number on, oldest first. */
  read(lane: Lane, from: number, most: number): OutboxRow[] {
    return this.#from.all(keyOf(lane, from), laneEnd(lane), most).map(({ key, merged, ...row }) => ({
      ...row,
      lane: laneOf(key),
      first: seqOf(key),
      merged: merged === 1,
    }))
  }

  /** Whether a lane has a row from this number on. */
  has(lane: Lane, from: number): boolean {
    return this.#oldest.get(keyOf(lane, from), laneEnd(lane), 1) !== undefined
  }

  holds(lane: Lane, first: number): boolean {
    const key = keyOf(lane, first)
    return this.#oldest.get(key, key + 1, 1) !== undefined
  }

  /** Number of the first row, from a number on, that is not merged. */
  firstLoose(lane: Lane, from: number): number | undefined {
    const key = this.#loose.get(keyOf(lane, from), laneEnd(lane))
    return key === undefined ? undefined : seqOf(key)
  }

  /** Removes the rows of a lane that lie within first..last. Within a transaction. */
  remove(lane: Lane, range: { readonly first: number; readonly last: number }): Dropped {
    return this.#removeAll(lane, this.#range.all(keyOf(lane, range.first), keyOf(lane, range.last), range.last))
  }

  /** Removes the oldest rows of a lane. Within a transaction. */
  removeOldest(lane: Lane, most: number): Dropped {
    return this.#removeAll(lane, this.#oldest.all(keyOf(lane, 0), laneEnd(lane), most))
  }

  /** Removes a lane's oldest rows that end before a time, `most` at most. Within a transaction. */
  removeBefore(lane: Lane, time: number, most: number): Dropped {
    const rows = this.#oldest.all(keyOf(lane, 0), laneEnd(lane), most)
    const young = rows.findIndex((row) => row.until >= time)
    return this.#removeAll(lane, young < 0 ? rows : rows.slice(0, young))
  }

  countDropped(lane: Lane, count: number): void {
    this.#draft[lane].dropped += count
  }

  /** Time of the oldest sample of a lane. */
  oldest(lane: Lane): EpochMs | undefined {
    const row = this.#oldest.get(keyOf(lane, 0), laneEnd(lane), 1)
    return row === undefined ? undefined : epochMs(row.since)
  }

  #removeAll(lane: Lane, rows: readonly Gone[]): Dropped {
    let samples = 0
    let from = Number.POSITIVE_INFINITY
    let to = 0
    for (const row of rows) {
      this.#remove.run(row.key)
      samples += row.samples
      from = Math.min(from, row.since)
      to = Math.max(to, row.until)
    }
    this.#draft[lane].messages -= rows.length
    this.#draft[lane].samples -= samples
    return { lane, samples: lane === 'samples' || lane === 'backfill' ? samples : rows.length, from, to }
  }

  #load(): Record<Lane, LaneState> {
    const state = this.#database.prepare<[number], { next: number; reserved: number; dropped: number }>(
      'SELECT next, reserved, dropped FROM lane WHERE lane = ?',
    )
    const sums = this.#database.prepare<[number, number], { messages: number; samples: number }>(
      'SELECT COUNT(*) AS messages, COALESCE(SUM(samples), 0) AS samples FROM message WHERE key >= ? AND key < ?',
    )
    const load = (lane: Lane): LaneState => ({
      next: 1,
      reserved: 0,
      dropped: 0,
      messages: 0,
      samples: 0,
      ...state.get(LANES.indexOf(lane)),
      ...sums.get(keyOf(lane, 0), laneEnd(lane)),
    })
    return {
      events: load('events'),
      facts: load('facts'),
      samples: load('samples'),
      backfill: load('backfill'),
    }
  }
}
