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
  /** Given when these are not the samples themselves but what a tier keeps of them. */
  readonly tier?: TierSamples
}

/**
 * What the values of a tier are: one for each bucket (k * resolution, (k + 1) * resolution], at the time of the newest
 * sample in it. Samples as they came may follow as buckets of one. 'avg': sums, with the counts beside them. 'counter': the
 * increase summed up to a counter without resets.
 */
export type TierSamples = {
  readonly resolutionMs: number
  readonly column: 'last' | 'min' | 'max' | 'sum' | 'count' | 'avg' | 'counter'
  readonly counts?: Float64Array
}

/** What the samples are for, so that a store may answer from a tier. */
export type SelectionUse = {
  /** The range function over the samples; undefined for an instant lookup. */
  readonly func: string | undefined
  /** Length of the window. */
  readonly rangeMs: number
  /** 0 for a single window. */
  readonly stepMs: number
  /** End of the first window. */
  readonly firstMs: number
}

export type Selection = {
  readonly matchers: readonly Matcher[]
  /** Samples with from <= time <= to are wanted. */
  readonly from: EpochMs
  readonly to: EpochMs
  /** Without it the samples themselves are wanted, or the last of each bucket where they are gone. */
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
