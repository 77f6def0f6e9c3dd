import type { EpochMs, Labels } from '@eyenet/shared/identity'
import type {
  Matcher,
  ParsedQuery,
  QueryLimits,
  QueryResult,
  Selection,
  SeriesReader,
  SeriesSamples,
} from '@eyenet/shared/promql'
import type { PushFormat, PushOutcome } from '../push/push.ts'
import type { ForwardingStats } from './forwarding/forwarding-stats.ts'

export type { ForwardingStats } from './forwarding/forwarding-stats.ts'

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
  /** Series that have ended since their numbers were given; nothing was stored. Ask `intern` again and send again. */
  | { readonly kind: 'unknown'; readonly refs: readonly number[] }

/** A question in PromQL. */
export type Ask = {
  readonly expr: ParsedQuery
  readonly start: EpochMs
  readonly end: EpochMs
  /** Milliseconds; 0 with start === end for an instant query. */
  readonly step: number
  readonly lookbackMs?: number
  readonly limits?: Partial<QueryLimits>
  /** After that long the query ends with EyeNetError `timeout`. */
  readonly timeoutMs: number
  /** Series of the answer beyond it are left out, with a warning; all without it. */
  readonly limit?: number
  /** Asked for people: it does not hold up what the server itself asks, such as its rules. */
  readonly byPeople?: boolean
  /** Series that the store has not and that this question shall see beside its own: open alerts, say. */
  readonly extra?: readonly SeriesSamples[]
}

/** A result in Prometheus' JSON: the member `data`, then what was told. `pieces` are UTF-8 and may be read once. */
export type JsonResult = {
  readonly warnings: readonly string[]
  readonly infos: readonly string[]
  /** Bytes of all pieces where they are known: a small answer is one piece. */
  readonly bytes: number | undefined
  readonly pieces: AsyncIterable<Uint8Array>
}

export type CoreStats = {
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
  /** Chunks and rows of tiers that were older than their retention. */
  readonly expiredChunks: number
  /** Chunks and rows of tiers that went because the store was over its quota. */
  readonly quotaChunks: number
  /** Series of which nothing was left. */
  readonly endedSeries: number
  /** Chunks whose checksum was wrong and that were left out of an answer. */
  readonly damagedChunks: number
  /** Bytes of log that could not be read at start-up, beyond a torn last record. */
  readonly damagedLogBytes: number
}

export type StoreStats = CoreStats & {
  /** Samples of bodies that programs pushed, since the store was opened. */
  readonly pushedSamples: number
  /** Lines of these bodies that were left out, or a part of them. */
  readonly refusedPushes: number
  /** Strings in these bodies, which are not stored. */
  readonly skippedStrings: number
}

/** Metrics on disk, whatever engine keeps them. */
export interface MetricStore extends SeriesReader {
  /**
   * Durable when the promise resolves. Rejects with EyeNetError `unavailable` when the disk refuses (nothing is stored,
   * the same batch may be sent again).
   */
  append(batch: AppendBatch): Promise<AppendOutcome>
  /** The numbers of the series with these labels, made where they are new; NO_ROOM for those that do not fit any more. */
  intern(labels: readonly Labels[]): Promise<Int32Array>
  /**
   * Stores what of a body that a program pushed can be stored. Bytes in shared memory are read where they lie until it
   * answers; others may be taken over. Rejects with EyeNetError
   * `unavailable` when the disk refuses: the same body may be sent again.
   */
  push(bytes: Uint8Array, format: PushFormat, options: PushOptions): Promise<PushOutcome>
  /**
   * Evaluates PromQL away from the caller's thread. EyeNetError as `evaluate` has them, `timeout` after `timeoutMs`, and
   * `cancelled` once the signal is aborted.
   */
  query(ask: Ask, signal?: AbortSignal): Promise<QueryResult>
  /** The same as text for Prometheus' API, made away from the caller's thread too. */
  queryJson(ask: Ask, signal?: AbortSignal): Promise<JsonResult>
  /** Labels of the series that match and may have samples in the range. */
  series(selection: Selection): Promise<readonly Labels[]>
  /** Sorted names of labels of these series. */
  labelNames(selection: Selection): Promise<readonly string[]>
  /** Sorted values of one label of these series. */
  labelValues(name: string, selection: Selection): Promise<readonly string[]>
  /** Removes all samples of the matching series; at least one matcher. Answers how many series it emptied. */
  delete(matchers: readonly Matcher[]): Promise<number>
  /**
   * Copies everything that is stored into a folder below the store's own, from which a store can be opened; answers its
   * name. `skipHead` leaves out what is not in chunks yet. EyeNetError `conflict` when there are too many snapshots.
   */
  snapshot(options: { readonly skipHead: boolean }): Promise<string>
  /** Sequence numbers stored of one source, ascending and apart: the last one's end is the high water, gaps are holes. */
  marks(source: string): Promise<readonly SeqRange[]>
  /** As of the last second. */
  stats(): StoreStats
  /** How far an engine beside the server is; there where there is one. */
  forwarding?(): ForwardingStats
  /** Finishes what was accepted and lets go of the files. */
  close(): Promise<void>
}

/** In place of a number: the store keeps as many series as it can. */
export const NO_ROOM = -1

export type PushOptions = {
  /** Also series that carry the id of an agent or device, which are not everybody's to write. */
  readonly ownsAll: boolean
}

/** The part of a store that takes, finds and gives samples, in one thread; the engines differ here. */
export interface StoreCore extends SeriesReader {
  append(batch: AppendBatch): Promise<AppendOutcome>
  /** The number of the series with these labels, made when it is new. EyeNetError `limit_exceeded` when there are too many. */
  seriesIndex(labels: Labels): SeriesRef
  series(selection: Selection): Promise<readonly Labels[]>
  labelNames(selection: Selection): Promise<readonly string[]>
  labelValues(name: string, selection: Selection): Promise<readonly string[]>
  delete(matchers: readonly Matcher[]): Promise<number>
  /** Where the engine keeps its files elsewhere: EyeNetError `unavailable`. */
  snapshot(options: { readonly skipHead: boolean }): Promise<string>
  marks(source: string): readonly SeqRange[]
  stats(): CoreStats
  /** Calls when series ended whose numbers somebody may have kept. */
  onSeriesEnded?(listener: () => void): void
  close(): Promise<void>
}
