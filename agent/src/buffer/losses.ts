import type { EpochMs, OutboxEpoch } from '@eyenet/shared/identity'
import type { Lane } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { Clock } from '../schedule/schedule.ts'
import type { HeldSamples } from './damaged-outbox.ts'
import { LossBook } from './loss-book.ts'
import type { LossTally } from './loss-tally.ts'
import { isDiskTrouble, type OutboxDatabase } from './outbox-file.ts'
import { readMeta, writeMeta } from './outbox-meta.ts'
import type { OutboxRow, OutboxRows } from './outbox-rows.ts'
import type { NewEvent } from './pending-group.ts'
import type { SeriesTable } from './series-table.ts'
import { Shedder, type ShedMoment } from './shedder.ts'

export type LossesOptions = {
  readonly database: OutboxDatabase
  readonly rows: OutboxRows
  readonly series: SeriesTable
  readonly maxBytes: number
  readonly maxAgeMs: number
  readonly clock: Clock
  readonly logger: Logger
  /** The time that ages go by; undefined while that is in doubt. */
  readonly ageNow?: () => EpochMs | undefined
  readonly insertEvent: (event: NewEvent) => void
  /** The last number of a lane that may have been sent. */
  readonly sentUpTo: (lane: Lane) => number
}

const AGE_CHECK_MS = 60_000
/** Losses of this time share their reports. */
const TELL_EVERY_MS = 10_000

/** All that leaves the outbox and was not acknowledged: each way out is counted, and told to the server. */
export class Losses {
  readonly #options: LossesOptions
  readonly #book: LossBook
  readonly #shedder: Shedder
  #lastAgeCheck = Number.NEGATIVE_INFINITY
  #lastTold = Number.NEGATIVE_INFINITY

  constructor(options: LossesOptions) {
    const { database, clock, insertEvent } = options
    this.#options = options
    this.#book = new LossBook(database, { now: () => clock.now(), insertEvent })
    this.#shedder = new Shedder({ ...options, book: this.#book })
    const { maxBytes, maxAgeMs } = options
    keepQuota(database, JSON.stringify({ maxBytes, maxAgeMs }))
  }

  isOverQuota(): boolean {
    return this.#shedder.isOverQuota()
  }

  /** One bounded step of keeping within quota and age; true when more is to be done. */
  shed(epoch: OutboxEpoch): boolean {
    const { clock, ageNow = () => clock.now() } = this.#options
    const now = clock.monotonicMs()
    const age = ageNow()
    const isAgeDue = age !== undefined && now - this.#lastAgeCheck >= AGE_CHECK_MS
    const moment: ShedMoment = { now: clock.now(), epoch, ...(isAgeDue ? { age } : {}) }
    const isMore = this.#shedder.step(moment)
    if (isAgeDue && !isMore) this.#lastAgeCheck = now
    return isMore
  }

  /** Makes reports of what was lost, when that is due: somebody listens now. */
  tell(isDue = this.#options.clock.monotonicMs() - this.#lastTold >= TELL_EVERY_MS): void {
    if (!isDue) return
    this.#lastTold = this.#options.clock.monotonicMs()
    if (!this.#book.isEmpty) this.#options.rows.transaction(() => this.#book.tellAll())
  }

  /** What memory had no room for while the disk took nothing. Within a transaction. */
  recordUnwritten(lost: Readonly<Record<'samples' | 'facts' | 'events', LossTally>>): void {
    for (const lane of ['samples', 'facts', 'events'] as const) {
      this.#options.rows.countDropped(lane, lost[lane].total.samples)
      this.#book.record({ lane, reason: 'disk-full' }, lost[lane])
    }
  }

  /** What was lost with a file that was damaged. */
  recordHeld(held: readonly HeldSamples[]): void {
    this.#options.rows.transaction(() => {
      for (const { lane, tally } of held) {
        this.#options.rows.countDropped(lane, tally.total.samples)
        this.#book.record({ lane, reason: 'damaged' }, tally)
      }
    })
  }

  /** The first row of a lane from a number on that is as it was written. */
  readSound(lane: Lane, from: number): OutboxRow | undefined {
    for (;;) {
      const row = this.#options.rows.read(lane, from, 1)[0]
      if (row !== undefined || !this.dropBroken()) return row
    }
  }

  /** Drops the row at which the last read ended because the disk gave it back otherwise than it was written. */
  dropBroken(): boolean {
    const { rows, logger } = this.#options
    const { broken } = rows
    if (broken === undefined) return false
    const { lane, first, samples } = broken
    logger.error({ lane, first, samples }, 'the disk gave back a message otherwise than it was written')
    rows.transaction(() => this.#shedder.drop(broken, 'damaged'))
    return true
  }

  /** Drops what the server does not take; false when it is gone already. Within a transaction. */
  dropRefused(lane: Lane, range: { readonly first: number; readonly last: number }, why: string): boolean {
    const { clock, logger, insertEvent } = this.#options
    if (!this.#shedder.dropRange(lane, range)) return false
    insertEvent({ kind: 'notice', at: clock.now(), code: 'message-refused', message: why.slice(0, 1000) })
    logger.warn({ lane, ...range, why }, 'a message is dropped')
    return true
  }
}

/** For who reads the file beside the agent. An agent that begins while the disk is full does without. */
function keepQuota(database: OutboxDatabase, quota: string): void {
  try {
    if (readMeta(database, 'quota') !== quota) writeMeta(database, 'quota', quota)
  } catch (thrown) {
    if (!isDiskTrouble(thrown)) throw thrown
  }
}
