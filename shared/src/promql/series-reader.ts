import type { EpochMs, Labels } from '../identity/identity.ts'

/** How one label must look. `name` may be `__name__`. A label that is not there counts as the empty string. */
export type Matcher = {
  readonly name: string
  readonly op: '=' | '!=' | '=~' | '!~'
  /** For =~ and !~ a regular expression in RE2 syntax, anchored at both ends. */
  readonly value: string
}

/** One series' samples: times ascending, without duplicates. Staleness markers are the NaN that `isStaleMarker` knows. */
export type SeriesSamples = {
  readonly labels: Labels
  /** Milliseconds since 1970. */
  readonly times: Float64Array
  readonly values: Float64Array
  /** Set where they are of a downsampled tier, which only a selection with `use` may be answered from. */
  readonly tier?: TierSamples
}

/**
 * Samples that stand for a bucket of a tier each: (k*resolution, (k+1)*resolution], time = time of the newest raw sample
 * in it. Raw samples may follow as buckets of one.
 */
export type TierSamples = {
  readonly resolutionMs: number
  /** What `values` holds of each bucket. 'avg' comes with `counts`: then values are sums. */
  readonly column: 'last' | 'min' | 'max' | 'sum' | 'count' | 'avg' | 'counter'
  readonly counts?: Float64Array
}

/** What the evaluator does with the samples of a selection, so that a store may answer from a downsampled tier. */
export type SelectionUse = {
  /**
   * The function over the samples; undefined for an instant lookup, whose result is a value, and `RAW_SAMPLES` where
   * the samples themselves are the result. A tier fits undefined, min/max/sum/count/avg/last/present_over_time, rate,
   * increase, irate and delta; for any other name, raw samples are needed.
   */
  readonly func: string | undefined
  /** Length of each window (the lookback for an instant lookup). Milliseconds. */
  readonly rangeMs: number
  /** Distance of the windows' ends; 0 for a single one. */
  readonly stepMs: number
  /** End of the first window, after offset and @. */
  readonly firstMs: number
}

/** The `func` of a range that is the result of a query itself. */
export const RAW_SAMPLES = 'raw_samples'

export type Selection = {
  readonly matchers: readonly Matcher[]
  /** Samples with from <= time <= to are wanted. */
  readonly from: EpochMs
  readonly to: EpochMs
  readonly use?: SelectionUse
}

/** What the evaluator reads through: the embedded store, an external one, or a test's plain map. */
export interface SeriesReader {
  /** All series that match and have a sample in the range, in any order. Each series once. */
  select(selection: Selection): Promise<readonly SeriesSamples[]>
}

// The payload that Prometheus gives a NaN to say "this series ended here" (value.StaleNaN).
const STALE_HIGH = 0x7ff00000
const STALE_LOW = 0x00000002
// The same with the quiet bit set: what an engine may make of it outside typed arrays.
const STALE_HIGH_QUIET = 0x7ff80000
const scratch = new DataView(new ArrayBuffer(8))

/** Whether the value is Prometheus' staleness marker; other NaNs are ordinary values. */
export function isStaleMarker(value: number): boolean {
  if (!Number.isNaN(value)) return false
  scratch.setFloat64(0, value)
  const high = scratch.getUint32(0)
  return (high === STALE_HIGH || high === STALE_HIGH_QUIET) && scratch.getUint32(4) === STALE_LOW
}

/** Writes the staleness marker, bit for bit. */
export function setStaleMarker(values: Float64Array, index: number): void {
  const view = new DataView(values.buffer, values.byteOffset + index * 8, 8)
  view.setUint32(LITTLE_ENDIAN ? 4 : 0, STALE_HIGH, LITTLE_ENDIAN)
  view.setUint32(LITTLE_ENDIAN ? 0 : 4, STALE_LOW, LITTLE_ENDIAN)
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
