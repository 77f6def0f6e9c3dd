import { EyeNetError } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import type { SeriesIndex } from '../embedded/heads/series-index.ts'
import { AHEAD_MS } from '../embedded/store-options.ts'
import type { AppendBatch, AppendOutcome, CoreStats, Mark } from '../metric-store.ts'
import { admit } from './admission.ts'
import type { AppendLog, LogPlace } from './append-log.ts'
import { encodeRecord } from './log-record.ts'
import type { SeqLedger } from './seq-ledger.ts'

export type IntakeParts = {
  readonly index: SeriesIndex
  readonly ledger: SeqLedger
  readonly log: AppendLog
  readonly clock: { now(): EpochMs }
  /** Throws EyeNetError `unavailable` when nothing more may be taken now. */
  readonly assertRoom: () => void
  /** Called with what is in the log now, in the log's order; it keeps the mark in the ledger. */
  readonly apply: (accepted: AppendBatch, place: LogPlace) => void
}

export type IntakeStats = Pick<
  CoreStats,
  'storedSamples' | 'rejectedSamples' | 'duplicateBatches' | 'overlappingBatches' | 'failedAppends' | 'lastAppendFailed'
>

/** Takes batches into the log: each message once, answered when it is on disk. */
export class BatchIntake {
  readonly #counts = { stored: 0, rejected: 0, duplicate: 0, overlapping: 0, failed: 0 }
  #lastFailed = false
  readonly #parts: IntakeParts
  /** Marks on their way to disk, each with the end of that way. */
  readonly #onTheWay = new Map<Mark, Promise<unknown>>()

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  get stats(): IntakeStats {
    const { duplicate, failed, overlapping, rejected, stored } = this.#counts
    return {
      storedSamples: stored,
      rejectedSamples: rejected,
      duplicateBatches: duplicate,
      overlappingBatches: overlapping,
      failedAppends: failed,
      lastAppendFailed: this.#lastFailed,
    }
  }

  async append(batch: AppendBatch): Promise<AppendOutcome> {
    const { apply, assertRoom, clock, index, log } = this.#parts
    const admitted = admit(batch, index, clock.now() + AHEAD_MS)
    if (admitted.kind === 'unknown') return admitted
    const { accepted, rejected } = admitted
    // Nothing may be awaited between the last look here and the entry among those on the way.
    for (let other = this.#overlapping(batch.mark); other !== undefined; other = this.#overlapping(batch.mark)) {
      await other.catch(() => undefined)
    }
    const known = batch.mark && this.#known(batch.mark)
    if (known !== undefined) return known
    if (accepted.refs.length === 0 && batch.mark === undefined) return this.#stored(0, rejected)
    assertRoom()
    const done = log.append(encodeRecord({ kind: 'samples', ...accepted }), (place) => apply(accepted, place))
    if (batch.mark !== undefined) this.#onTheWay.set(batch.mark, done)
    try {
      await done
    } catch (error) {
      this.#counts.failed++
      this.#lastFailed = true
      throw error
    } finally {
      if (batch.mark !== undefined) this.#onTheWay.delete(batch.mark)
    }
    this.#lastFailed = false
    return this.#stored(accepted.refs.length, rejected)
  }

  /** What is to be answered for a mark of which something is stored. */
  #known(mark: Mark): AppendOutcome | undefined {
    const { ledger } = this.#parts
    const covered = ledger.covered(mark)
    if (covered.kind === 'none') {
      if (!ledger.isFull(mark.source)) return undefined
      const sentence = `${mark.source} left too many holes in its sequence numbers; start it with a new epoch`
      throw new EyeNetError('too_many', sentence)
    }
    if (covered.kind === 'all') {
      this.#counts.duplicate++
      return { kind: 'duplicate' }
    }
    this.#counts.overlapping++
    return { kind: 'overlap', known: covered.known }
  }

  /** A batch on its way to disk that carries some of the same numbers. */
  #overlapping(wanted: Mark | undefined): Promise<unknown> | undefined {
    if (wanted === undefined) return undefined
    for (const [{ source, first, last }, done] of this.#onTheWay) {
      if (source === wanted.source && first <= wanted.last && last >= wanted.first) return done
    }
    return undefined
  }

  #stored(samples: number, rejected: number): AppendOutcome {
    this.#counts.stored += samples
    this.#counts.rejected += rejected
    return { kind: 'stored', samples, rejected }
  }
}
