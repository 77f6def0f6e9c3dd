import type { EpochMs, Labels } from '@eyenet/shared/identity'
import type { Matcher, Selection, SeriesReader } from '@eyenet/shared/promql'

/** Number of one series within one opened store; never kept over a restart by callers. */
export type SeriesRef = number & { readonly __brand: 'SeriesRef' }

/** Messages `first` to `last` (both included) of one sender; the source is `agent/epoch/lane`. */
export type Mark = { readonly source: string; readonly first: number; readonly last: number }

/** Sequence numbers `first` to `last`, both included. */
export type SeqRange = { readonly first: number; readonly last: number }

/**
 * Samples as parallel columns. `times` is one moment for all of them, or a column of whole milliseconds since 1970.
 * The columns must stay unchanged until append answers.
 */
export type AppendBatch = {
  readonly mark?: Mark
  readonly refs: Int32Array
  readonly times: EpochMs | Float64Array
  readonly values: Float64Array
}

export type AppendOutcome =
  /** On disk. `rejected` samples had a time before 1970, more than a day ahead, or not a whole millisecond. */
  | { readonly kind: 'stored'; readonly samples: number; readonly rejected: number }
  /** The whole mark was stored before; nothing was stored now. */
  | { readonly kind: 'duplicate' }
  /** A part of the mark was stored before, which no sender that keeps its batches does; nothing was stored now. */
  | { readonly kind: 'overlap'; readonly known: readonly SeqRange[] }

export type StoreStats = {
  readonly series: number
  /** Samples in memory that are in the log and not yet in chunks. */
  readonly headSamples: number
  readonly logBytes: number
  readonly chunkBytes: number
  /** Since the store was opened. */
  readonly storedSamples: number
  readonly rejectedSamples: number
  readonly duplicateBatches: number
  readonly overlappingBatches: number
  readonly failedAppends: number
  /** The last append that went to the disk failed. */
  readonly lastAppendFailed: boolean
  readonly failedMaintenance: number
  readonly expiredChunks: number
  /** Chunks whose checksum was wrong and that were left out of an answer. */
  readonly damagedChunks: number
  /** Bytes of log that could not be read at start-up, beyond a torn last record. */
  readonly damagedLogBytes: number
}

/** Metrics on disk, whatever engine keeps them. */
export interface MetricStore extends SeriesReader {
  /**
   * Durable when the promise resolves. Rejects with EyeNetError `unavailable` when the disk refuses (nothing is stored,
   * the same batch may be sent again), `invalid` for a ref that seriesIndex did not give.
   */
  append(batch: AppendBatch): Promise<AppendOutcome>
  /** The series with these labels, made when it is new. EyeNetError `limit_exceeded` when there are too many. */
  seriesIndex(labels: Labels): SeriesRef
  /** Labels of the series that match and may have samples in the range. */
  series(selection: Selection): Promise<readonly Labels[]>
  /** Sorted names of labels of these series. */
  labelNames(selection: Selection): Promise<readonly string[]>
  /** Sorted values of one label of these series. */
  labelValues(name: string, selection: Selection): Promise<readonly string[]>
  /** Removes all samples of the matching series; at least one matcher. Answers how many series it emptied. */
  delete(matchers: readonly Matcher[]): Promise<number>
  /** Sequence numbers stored of one source, ascending and apart: the last one's end is the high water, gaps are holes. */
  marks(source: string): readonly SeqRange[]
  stats(): StoreStats
  /** Finishes what was accepted and lets go of the files. */
  close(): Promise<void>
}
