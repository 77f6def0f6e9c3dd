import { type EpochMs, epochMs, type OutboxEpoch } from '@eyenet/shared/identity'
import type { Lane } from '@eyenet/shared/wire'
import { type Clock, correctedTime, type TimeCorrection } from '../schedule/schedule.ts'
import type { OutboxDatabase } from './outbox-file.ts'
import { readMeta, writeMeta } from './outbox-meta.ts'
import type { OutboxRows } from './outbox-rows.ts'
import { type Additions, timesMoved } from './pending-group.ts'
import { Restamping } from './restamping.ts'
import type { SamplePoll } from './sample-columns.ts'

/** A poll that began before the true time was known is stamped by then. */
const POLL_ENDS_WITHIN_MS = 120_000
/** How exactly the newest time is kept, so that not each commit writes it. */
const NEWEST_WITHIN_MS = 60_000

/** Which time the samples of the outbox have: the newest of all, and what moves when the true time becomes known. */
export class SampleTimes {
  readonly #database: OutboxDatabase
  readonly #rows: OutboxRows
  readonly #clock: Clock
  readonly #restamping: Restamping
  #late: { readonly corrections: readonly TimeCorrection[]; readonly until: number } | undefined
  /** As it is on disk. */
  #newest: number

  constructor(database: OutboxDatabase, rows: OutboxRows, clock: Clock) {
    this.#database = database
    this.#rows = rows
    this.#clock = clock
    this.#restamping = new Restamping(database, rows)
    this.#newest = Number(readMeta(database, 'newest') ?? 0)
  }

  /** Time of the newest sample there ever was; of those that have gone, to the minute. 0 before the first. */
  get newest(): EpochMs {
    const held = [this.#rows.newest('samples') ?? 0, this.#rows.newest('backfill') ?? 0]
    return epochMs(Math.max(this.#newest, ...held))
  }

  /** Within the transaction that writes them. */
  saw(polls: readonly SamplePoll[]): void {
    let newest = 0
    for (const { time } of polls) newest = Math.max(newest, time)
    if (newest > this.#newest + NEWEST_WITHIN_MS) this.#keepNewest(newest)
  }

  /** What is appended now, by the times that are true now: a poll may have begun when they were not known. */
  corrected(additions: Additions): Additions {
    if (this.#late === undefined) return additions
    const { corrections, until } = this.#late
    if (until < this.#clock.monotonicMs()) this.#late = undefined
    const now = this.#clock.now()
    return timesMoved(additions, (time) => {
      const moved = correctedTime(corrections, time)
      return epochMs(Math.abs(moved - now) < Math.abs(time - now) ? moved : time)
    })
  }

  /** The true time is known: what is in the outbox moves, step by step. */
  begin(corrections: readonly TimeCorrection[], epoch: OutboxEpoch): void {
    this.#late = { corrections, until: this.#clock.monotonicMs() + POLL_ENDS_WITHIN_MS }
    // Corrections are rare: what is left of an earlier one is done at once.
    while (this.#restamping.step(epoch));
    this.#rows.transaction(() => {
      this.#restamping.begin(corrections)
      this.#keepNewest(this.#clock.now())
    })
  }

  /** One bounded step; true when more is to be done. */
  step(epoch: OutboxEpoch): boolean {
    return this.#restamping.step(epoch)
  }

  /** Whether a lane has rows with wrong times, which must not be sent yet. */
  blocks(lane: Lane): boolean {
    return this.#restamping.blocks(lane)
  }

  #keepNewest(time: number): void {
    writeMeta(this.#database, 'newest', String(time))
    this.#newest = time
  }
}
