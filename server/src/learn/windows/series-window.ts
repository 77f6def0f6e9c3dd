import { RateMeter } from '@eyenet/shared/judge'
import { isStaleMarker, type SeriesSamples } from '@eyenet/shared/promql'

/** A series as it is learnt from: in order of time; NaN where a sample was due and did not come. */
export type SeriesWindow = { readonly times: Float64Array; readonly values: Float64Array }

export type WindowOptions = {
  readonly judged: 'gauge' | 'counter'
  /** Samples at most; a series that has more is thinned to one in five minutes, and to more if that is still too much. */
  readonly maxSamples: number
}

const FIVE_MINUTES_MS = 300_000
/** Rows of NaN that stand for one gap: what the judge needs to see of it. */
const MAX_GAP_ROWS = 12
/** A sample that comes later than so many usual intervals was missed. */
const GAP_INTERVALS = 1.5

/**
 * One series out of the store as an agent would have judged it: staleness markers are gone, counters are rates by the meter
 * that agents use, and a gap is told by the samples that did not come. Undefined where next to nothing is left.
 */
export function seriesWindow(samples: SeriesSamples, { judged, maxSamples }: WindowOptions): SeriesWindow | undefined {
  const kept = keptSamples(samples, maxSamples)
  const interval = usualInterval(kept.times)
  if (interval === undefined) return undefined
  const values = judged === 'counter' ? ratesOf(kept) : kept.values
  return withGaps({ times: kept.times, values }, interval)
}

function keptSamples({ times, values }: SeriesSamples, maxSamples: number): SeriesWindow {
  const good = indexesOf(values)
  if (good.length <= maxSamples) return picked({ times, values }, good)
  const span = (times[good.at(-1) ?? 0] ?? 0) - (times[good[0] ?? 0] ?? 0)
  const bucketMs = Math.max(FIVE_MINUTES_MS, Math.ceil(span / maxSamples / FIVE_MINUTES_MS) * FIVE_MINUTES_MS)
  const bucketOf = (at: number): number => Math.floor((times[at] ?? 0) / bucketMs)
  // The last of each bucket stands for it: an average would be smoother than what agents see.
  return picked(
    { times, values },
    good.filter((at, n) => bucketOf(at) !== bucketOf(good[n + 1] ?? -1)),
  )
}

function indexesOf(values: Float64Array): number[] {
  const good: number[] = []
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? Number.NaN
    if (Number.isFinite(value) && !isStaleMarker(value)) good.push(at)
  }
  return good
}

function picked({ times, values }: SeriesWindow, indexes: readonly number[]): SeriesWindow {
  return {
    times: Float64Array.from(indexes, (at) => times[at] ?? 0),
    values: Float64Array.from(indexes, (at) => values[at] ?? Number.NaN),
  }
}

/** The middle one of the distances, in milliseconds. */
function usualInterval(times: Float64Array): number | undefined {
  if (times.length < 3) return undefined
  const distances = times.subarray(1).map((time, at) => time - (times[at] ?? 0))
  const middle = distances.sort()[distances.length >> 1]
  return middle !== undefined && middle > 0 ? middle : undefined
}

function ratesOf({ times, values }: SeriesWindow): Float64Array {
  const meter = new RateMeter(1)
  return values.map((value, at) => meter.rate(0, times[at] ?? 0, value))
}

function withGaps({ times, values }: SeriesWindow, interval: number): SeriesWindow {
  const missed = (at: number): number => {
    const distance = (times[at] ?? 0) - (times[at - 1] ?? 0)
    if (at === 0 || distance <= GAP_INTERVALS * interval) return 0
    return Math.min(MAX_GAP_ROWS, Math.round(distance / interval) - 1)
  }
  let rows = times.length
  for (let at = 1; at < times.length; at++) rows += missed(at)
  const filled = { times: new Float64Array(rows), values: new Float64Array(rows).fill(Number.NaN) }
  let row = 0
  for (let at = 0; at < times.length; at++) {
    const before = times[at - 1] ?? 0
    for (let n = 1; n <= missed(at); n++) filled.times[row++] = before + n * interval
    filled.times[row] = times[at] ?? 0
    filled.values[row++] = values[at] ?? Number.NaN
  }
  return filled
}
