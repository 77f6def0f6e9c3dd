import { EyeNetError } from '@eyenet/shared/errors'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import { LANES, type Lane } from '@eyenet/shared/wire'
import { isDamage, keyOf, laneEnd, laneOf, type OutboxDatabase, seqOf } from './outbox-file.ts'
import { checksumOf } from './row-checksum.ts'

/** One message as it lies on disk. `body` of events and facts is JSON, of samples a whole frame without definitions. */
export type OutboxRow = {
  readonly lane: Lane
  readonly first: number
  readonly last: number
  /** Whether it was put together from older rows. */
  readonly merged: boolean
  /** Whether it has only some of the samples there were; such a row is merged too. */
  readonly thinned?: boolean
  readonly samples: number
  readonly since: number
  readonly until: number
  readonly body: Uint8Array
}

export type LaneState = { next: number; reserved: number; dropped: number; messages: number; samples: number }

/** A row whose checksum does not fit: what it says of its samples may be wrong as well. */
export type BrokenRow = Omit<OutboxRow, 'body' | 'merged' | 'thinned'>

/** As `merged` stands in the file. */
const MERGED = 1
const THINNED = 2

type Stored = {
  key: number
  last: number
  merged: number
  samples: number
  since: number
  until: number
  body: Uint8Array
  crc: number | null
}
type Gone = { key: number; samples: number; since: number; until: number }

/** The rows of all lanes, with counts in memory that `settle` brings up to date once a transaction is through. */
export class OutboxRows {
  readonly lanes: Record<Lane, LaneState>
  /** The damaged row at which the last `read` ended. */
  broken: BrokenRow | undefined
  readonly #database: OutboxDatabase
  readonly #onDamage: () => void
  readonly #insert
  readonly #from
  readonly #range
  readonly #oldest
  readonly #last
  readonly #loose
  readonly #remove
  readonly #saveLane
  /** What the running transaction changed; forgotten when it fails. */
  #draft: Record<Lane, LaneState>

  readonly #coarse

  /** `onDamage` is called before an error that says that the file is damaged. */
  constructor(database: OutboxDatabase, onDamage: () => void = () => {}) {
    this.#database = database
    this.#onDamage = onDamage
    this.#insert = database.prepare(
      'INSERT INTO message (key, last, merged, samples, since, until, body, crc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    this.#coarse = database.prepare<[number, number], { messages: number; samples: number }>(
      `SELECT COUNT(*) AS messages, COALESCE(SUM(samples), 0) AS samples FROM message
       WHERE key >= ? AND key < ? AND merged = ${THINNED}`,
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
    this.#last = database.prepare<[number, number], Gone>(
      'SELECT key, samples, since, until FROM message WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT 1',
    )
    this.#loose = database
      .prepare<[number, number], number>(
        'SELECT key FROM message WHERE key >= ? AND key < ? AND merged = 0 ORDER BY key LIMIT 1',
      )
      .pluck()
    this.#remove = database.prepare('DELETE FROM message WHERE key = ?')
    this.#saveLane = database.prepare('UPDATE lane SET next = ?, reserved = ?, dropped = ?, crc = ? WHERE lane = ?')
    this.lanes = this.#load()
    this.#draft = structuredClone(this.lanes)
  }

  /** Does what changes the disk in one transaction; all or nothing, in memory too. */
  transaction<T>(change: () => T): T {
    const before = structuredClone(this.lanes)
    this.#draft = structuredClone(this.lanes)
    const run = this.#database.transaction(() => {
      const value = change()
      for (const [index, lane] of LANES.entries()) {
        const { next, reserved, dropped } = this.#draft[lane]
        const old = before[lane]
        if (next === old.next && reserved === old.reserved && dropped === old.dropped) continue
        this.#saveLane.run(next, reserved, dropped, checksumOf([index, next, reserved, dropped]), index)
      }
      return value
    })
    const result = this.#guarded(run)
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
    const { lane, first, last, merged, thinned, samples, since, until, body } = row
    const key = keyOf(lane, first)
    const state = thinned ? THINNED : merged ? MERGED : 0
    this.#insert.run(
      key,
      last,
      state,
      samples,
      since,
      until,
      body,
      checksumOf([key, last, samples, since, until], body),
    )
    this.#draft[lane].messages++
    this.#draft[lane].samples += samples
  }

  /** Rows of a lane from a number on, oldest first, up to one that is damaged, which `broken` tells. */
  read(lane: Lane, from: number, most: number): OutboxRow[] {
    this.broken = undefined
    const stored = this.#guarded(() => this.#from.all(keyOf(lane, from), laneEnd(lane), most))
    const rows: OutboxRow[] = []
    for (const { key, merged, crc, ...row } of stored) {
      const place = { lane: laneOf(key), first: seqOf(key) }
      const { last, samples, since, until, body } = row
      if (crc !== null && crc !== checksumOf([key, last, samples, since, until], body)) {
        this.broken = { ...place, last, samples, since, until }
        break
      }
      rows.push({ ...row, ...place, merged: merged >= MERGED, thinned: merged === THINNED })
    }
    return rows
  }

  /** Whether a lane has a row from this number on. */
  has(lane: Lane, from: number): boolean {
    return this.#guarded(() => this.#oldest.get(keyOf(lane, from), laneEnd(lane), 1)) !== undefined
  }

  holds(lane: Lane, first: number): boolean {
    const key = keyOf(lane, first)
    return this.#guarded(() => this.#oldest.get(key, key + 1, 1)) !== undefined
  }

  /** Number of the first row, from a number on, that is not merged. */
  firstLoose(lane: Lane, from: number): number | undefined {
    const key = this.#guarded(() => this.#loose.get(keyOf(lane, from), laneEnd(lane)))
    return key === undefined ? undefined : seqOf(key)
  }

  /** Removes the rows of a lane that lie within first..last. Within a transaction. */
  remove(lane: Lane, range: { readonly first: number; readonly last: number }): void {
    let messages = 0
    let samples = 0
    for (const row of this.#range.all(keyOf(lane, range.first), keyOf(lane, range.last), range.last)) {
      this.#remove.run(row.key)
      samples += row.samples
      messages++
    }
    this.#draft[lane].messages -= messages
    this.#draft[lane].samples -= samples
  }

  /** Removes one row, also one that is damaged. Within a transaction. */
  removeOne({ lane, first, samples }: Pick<OutboxRow, 'lane' | 'first' | 'samples'>): void {
    if (this.#remove.run(keyOf(lane, first)).changes === 0) {
      // It has just been read, and cannot be found by its key: the tree is out of order.
      this.#onDamage()
      throw new EyeNetError('unavailable', 'the outbox is damaged; the next start puts it aside')
    }
    if (this.broken?.lane === lane && this.broken.first === first) this.broken = undefined
    this.#draft[lane].messages--
    this.#draft[lane].samples -= samples
  }

  countDropped(lane: Lane, count: number): void {
    this.#draft[lane].dropped += count
  }

  /** Number and times of the first row from a number on. */
  peek(lane: Lane, from: number): { first: number; samples: number; since: number; until: number } | undefined {
    const row = this.#guarded(() => this.#oldest.get(keyOf(lane, from), laneEnd(lane), 1))
    return row === undefined ? undefined : { ...row, first: seqOf(row.key) }
  }

  /** Time of the oldest sample of a lane. */
  oldest(lane: Lane): EpochMs | undefined {
    const row = this.peek(lane, 0)
    return row === undefined ? undefined : epochMs(row.since)
  }

  /** Time of the newest sample of a lane. */
  newest(lane: Lane): EpochMs | undefined {
    const row = this.#guarded(() => this.#last.get(keyOf(lane, 0), laneEnd(lane)))
    return row === undefined ? undefined : epochMs(row.until)
  }

  /** What a lane has of which some samples were left out. Looks at each row. */
  thinned(lane: Lane): { messages: number; samples: number } {
    return this.#coarse.get(keyOf(lane, 0), laneEnd(lane)) ?? { messages: 0, samples: 0 }
  }

  #guarded<T>(work: () => T): T {
    try {
      return work()
    } catch (thrown) {
      if (isDamage(thrown)) this.#onDamage()
      throw thrown
    }
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
