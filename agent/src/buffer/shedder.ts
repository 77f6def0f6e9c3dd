import type { OutboxEpoch } from '@eyenet/shared/identity'
import type { DropReason, Lane } from '@eyenet/shared/wire'
import { DroppedNumbers, isEmpty } from './dropped-numbers.ts'
import type { LossBook } from './loss-book.ts'
import { LossTally } from './loss-tally.ts'
import { type OutboxDatabase, usedBytes } from './outbox-file.ts'
import type { OutboxRow, OutboxRows } from './outbox-rows.ts'
import type { SeriesTable } from './series-table.ts'
import { readable } from './stored-samples.ts'
import { thinBacklog } from './thin-backlog.ts'

/** The quota proper is `max_page_count`; shedding begins before it and goes a little further. */
export const SHED_ABOVE = 0.9
const SHED_DOWN_TO = 0.85
/** Bounds one step: some 50 ms. */
const STEP_ROWS = 64
const STEP_SAMPLES = 100_000
/** Rows that stand for dropped ones are passed over: there are no more than may be under way, and those marked ahead. */
const MAX_LOOKED_AT = 256
/** The newest samples stay as they were taken, as long as there is room for them alone. */
const RAW_KEPT_MS = 3_600_000
/** Tiers of the oldest samples go before live ones, facts after, events last. */
const SHED_ORDER: readonly Lane[] = ['backfill', 'samples', 'facts', 'events']
/** Reports have a bound of their own, so that they never take the room of all samples. */
const MAX_REPORTS = { events: 50_000, facts: 20_000 } as const
/** An event tells what nothing else does: it is kept longer. */
const EVENTS_AGE_FACTOR = 4

export type ShedderOptions = {
  readonly database: OutboxDatabase
  readonly rows: OutboxRows
  readonly series: SeriesTable
  readonly book: LossBook
  readonly maxBytes: number
  readonly maxAgeMs: number
  /** The last number of a lane that may have been sent. */
  readonly sentUpTo: (lane: Lane) => number
}

/** `age` is absent while the clock is in doubt: nothing goes for its age then. */
export type ShedMoment = { readonly now: number; readonly age?: number; readonly epoch: OutboxEpoch }

/** Drops rows that end before a time, until it is enough or a step is done. */
type Dropping = {
  readonly reason: DropReason
  readonly epoch: OutboxEpoch
  readonly before?: number
  readonly isEnough?: () => boolean
}

/** Keeps the outbox within its bounds, in steps that are short enough for the event loop. */
export class Shedder {
  readonly #options: ShedderOptions
  /** Shedding goes on until it is well below the quota. */
  #isShedding = false
  /** Rows of the backlog before this number have been looked at for thinning. */
  #thinnedUpTo = 0

  constructor(options: ShedderOptions) {
    this.#options = options
  }

  isOverQuota(): boolean {
    return this.#isOver(SHED_ABOVE)
  }

  #isOver(share: number): boolean {
    return usedBytes(this.#options.database) > this.#options.maxBytes * share
  }

  /** One step; true when more is to be done. All of it is one transaction. */
  step(moment: ShedMoment): boolean {
    return this.#options.rows.transaction(
      () => this.#shedAged(moment) || this.#shedReports(moment) || this.#shedSize(moment),
    )
  }

  /** Removes a row and counts it; one without a body is counted by what it says of itself. Within a transaction. */
  drop(row: Omit<OutboxRow, 'body' | 'merged'> & { readonly body?: Uint8Array }, reason: DropReason): void {
    const { rows, book } = this.#options
    const tally = this.#tallyOf(row)
    rows.removeOne(row)
    rows.countDropped(row.lane, tally.total.samples)
    book.record({ lane: row.lane, reason }, tally)
  }

  /** Drops what the server refused within a range; false when it is gone. Within a transaction. */
  dropRange(lane: Lane, { first, last }: { readonly first: number; readonly last: number }): boolean {
    const { rows } = this.#options
    let next = first
    for (let head = rows.peek(lane, next); head !== undefined && head.first <= last; head = rows.peek(lane, next)) {
      const row = rows.read(lane, head.first, 1)[0] ?? rows.broken
      if (row === undefined || row.last > last) break
      // A report that tells of a refused report might be refused as well, and so on.
      if (lane === 'events') this.#dropUntold(row)
      else this.drop(row, 'refused')
      next = row.last + 1
    }
    return next > first
  }

  #dropUntold(row: Pick<OutboxRow, 'lane' | 'first' | 'samples'>): void {
    this.#options.rows.removeOne(row)
    this.#options.rows.countDropped(row.lane, 1)
  }

  #shedSize(moment: ShedMoment): boolean {
    if (!this.#isShedding && !this.isOverQuota()) return false
    this.#isShedding = this.#isOver(SHED_DOWN_TO)
    if (!this.#isShedding) return false
    return this.#thin(moment) || this.#dropOldest(moment) || this.#end()
  }

  /** Nothing is left to drop: names of series alone are over the quota. */
  #end(): boolean {
    this.#isShedding = false
    return false
  }

  #thin({ now, epoch }: ShedMoment): boolean {
    const { rows, series, book, sentUpTo } = this.#options
    const unsent = sentUpTo('backfill') + 1
    const from = Math.max(this.#thinnedUpTo, unsent)
    const deviceOf = (id: number) => series.deviceOf(id)
    const { lost, next } = thinBacklog(rows, { epoch, deviceOf, from, before: now - RAW_KEPT_MS })
    const { broken } = rows
    rows.countDropped('backfill', lost.total.samples)
    book.record({ lane: 'backfill', reason: 'thinned' }, lost)
    if (next !== undefined) this.#thinnedUpTo = next
    if (broken !== undefined) this.drop(broken, 'damaged')
    return next !== undefined || broken !== undefined
  }

  #dropOldest({ epoch }: ShedMoment): boolean {
    const over = { reason: 'quota', epoch, isEnough: () => !this.#isOver(SHED_DOWN_TO) } as const
    for (const lane of SHED_ORDER) {
      // What may have been sent may have been stored as well: it would be told as lost and be there.
      const unsent = lane === 'backfill' || lane === 'samples' ? this.#options.sentUpTo(lane) + 1 : 0
      if (this.#dropFrom(lane, unsent, over) || (unsent > 0 && this.#dropFrom(lane, 0, over))) return true
    }
    return false
  }

  #shedAged({ age, epoch }: ShedMoment): boolean {
    if (age === undefined) return false
    const { maxAgeMs } = this.#options
    for (const lane of SHED_ORDER) {
      const before = age - maxAgeMs * (lane === 'events' ? EVENTS_AGE_FACTOR : 1)
      if (this.#dropFrom(lane, 0, { reason: 'age', epoch, before })) return true
    }
    return false
  }

  #shedReports({ epoch }: ShedMoment): boolean {
    for (const lane of ['facts', 'events'] as const) {
      if (this.#options.rows.lanes[lane].messages <= MAX_REPORTS[lane]) continue
      if (this.#dropFrom(lane, 0, { reason: 'quota', epoch })) return true
    }
    return false
  }

  /** Drops rows of a lane from a number on; false when there is none. */
  #dropFrom(lane: Lane, from: number, drop: Dropping): boolean {
    const { rows, sentUpTo } = this.#options
    const { reason, epoch, before = Number.POSITIVE_INFINITY, isEnough } = drop
    const numbers = new DroppedNumbers()
    let samples = 0
    let dropped = 0
    let next = from
    for (let count = 0; count < MAX_LOOKED_AT && dropped < STEP_ROWS && samples < STEP_SAMPLES; count++) {
      const head = rows.peek(lane, next)
      if (head === undefined || head.until >= before) break
      const row = rows.read(lane, head.first, 1)[0]
      next = head.first + 1
      if (row !== undefined) numbers.add(row, row.first <= sentUpTo(lane))
      if (row !== undefined && isEmpty(row)) continue
      if (row !== undefined) this.drop(row, reason)
      else if (rows.broken) this.drop(rows.broken, 'damaged')
      samples += head.samples
      dropped++
      if (isEnough?.()) break
    }
    if (dropped > 0) numbers.save(rows, epoch)
    return dropped > 0
  }

  #tallyOf({ lane, body, samples, since, until }: Parameters<Shedder['drop']>[0]): LossTally {
    const tally = new LossTally()
    const isReport = lane === 'events' || lane === 'facts'
    const columns = isReport || body === undefined ? undefined : readable(body)
    if (columns !== undefined) tally.addColumns(columns, (id) => this.#options.series.deviceOf(id))
    else tally.add('', { samples: isReport ? 1 : samples, from: since, to: until })
    return tally
  }
}
