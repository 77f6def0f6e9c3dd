import type { Labels } from '../identity/identity.ts'
import type { Row } from './frame.ts'
import { isStaleMarker, type SeriesSamples, type TierSamples } from './series-reader.ts'
import type { Windows } from './windows.ts'

/** A loaded series with its staleness markers told apart. */
export type PreparedSeries = {
  readonly labels: Labels
  readonly times: Float64Array
  readonly values: Float64Array
  /** 1 where the sample is a staleness marker; undefined when there is none. */
  readonly stale: Uint8Array | undefined
  readonly tier?: TierSamples | undefined
}

/** Finds the staleness markers of a series. */
export function prepareSeries({ labels, times, values, tier }: SeriesSamples): PreparedSeries {
  const stale = mayHoldNaN(values) ? staleIn(values) : undefined
  return { labels, times, values, stale, tier }
}

/** A sum is NaN when one of its values is; four sums at a time are faster than looking at each value. */
function mayHoldNaN(values: Float64Array): boolean {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let i = 0
  for (; i + 3 < values.length; i += 4) {
    a += values[i] ?? 0
    b += values[i + 1] ?? 0
    c += values[i + 2] ?? 0
    d += values[i + 3] ?? 0
  }
  for (; i < values.length; i++) a += values[i] ?? 0
  return Number.isNaN(a + b + c + d)
}

function staleIn(values: Float64Array): Uint8Array | undefined {
  let stale: Uint8Array | undefined
  for (let i = 0; i < values.length; i++) {
    if (!isStaleMarker(values[i] ?? 0)) continue
    stale ??= new Uint8Array(values.length)
    stale[i] = 1
  }
  return stale
}

/** The series without its markers: what a range holds. */
export function withoutStale(series: PreparedSeries): PreparedSeries {
  const { stale, tier } = series
  if (stale === undefined) return series
  const keep = (_: number, i: number): boolean => stale[i] === 0
  const kept = { times: series.times.filter(keep), values: series.values.filter(keep), stale: undefined }
  if (tier?.counts === undefined) return { ...series, ...kept }
  return { ...series, ...kept, tier: { ...tier, counts: tier.counts.filter(keep) } }
}

/**
 * The newest sample of each window of a lookback, unless it is a staleness marker. `timestamps`: its own time in seconds
 * for its value.
 */
export function instantRow(series: PreparedSeries, { lo, hi }: Windows, into: Row & { timestamps: boolean }): void {
  const { times, values, stale } = series
  for (let step = 0; step < lo.length; step++) {
    const last = (hi[step] ?? 0) - 1
    if (last < (lo[step] ?? 0) || stale?.[last] === 1) continue
    into.values[step] = into.timestamps ? (times[last] ?? 0) / 1000 : (values[last] ?? 0)
    into.present[step] = 1
  }
}
