import { type Labels, seriesKey } from '../identity/identity.ts'
import type { Frame } from './frame.ts'
import { dropNames, newFrame } from './frame.ts'
import { withLabel } from './label-functions.ts'
import { parseNumberLiteral } from './literal.ts'

type Bucket = { readonly upper: number; readonly count: number }

const LE = 'le'

/** What is computed of a classic histogram's buckets at a step. */
type OfBuckets = (buckets: readonly Bucket[], step: number) => number

/** histogram_quantile over classic histograms: series with a label `le` of cumulative counts. */
export function histogramQuantile(frame: Frame, quantile: (step: number) => number): Frame {
  return overHistograms(frame, (buckets, step) => bucketQuantile(quantile(step), buckets))
}

/** histogram_fraction: the share of observations between two bounds. */
export function histogramFraction(frame: Frame, low: (step: number) => number, high: (step: number) => number): Frame {
  return overHistograms(frame, (buckets, step) => bucketFraction({ low: low(step), high: high(step) }, buckets))
}

function overHistograms(frame: Frame, compute: OfBuckets): Frame {
  const groups = new Map<string, { labels: Labels; rows: { row: number; upper: number }[] }>()
  frame.labels.forEach((labels, row) => {
    const upper = upperBound(labels[LE] ?? '')
    if (upper === undefined) return
    const rest = withLabel(labels, LE, '')
    const key = seriesKey(rest)
    const group = groups.get(key) ?? { labels: rest, rows: [] }
    groups.set(key, group)
    group.rows.push({ row, upper })
  })
  const found = [...groups.values()]
  const result = newFrame(
    found.map((group) => group.labels),
    frame.steps,
  )
  found.forEach(({ rows }, target) => {
    for (let step = 0; step < frame.steps; step++) {
      const buckets = rows
        .filter(({ row }) => frame.present[row * frame.steps + step] === 1)
        .map(({ row, upper }) => ({ upper, count: frame.values[row * frame.steps + step] ?? 0 }))
      if (buckets.length === 0) continue
      result.values[target * frame.steps + step] = compute(buckets, step)
      result.present[target * frame.steps + step] = 1
    }
  })
  return dropNames(result)
}

function upperBound(le: string): number | undefined {
  const negative = le.startsWith('-')
  const value = parseNumberLiteral(le.replace(/^[+-]/, ''))
  return value === undefined ? undefined : negative ? -value : value
}

/** Linear interpolation within the bucket that holds the rank (Prometheus, quantile.go). */
export function bucketQuantile(q: number, unsorted: readonly Bucket[]): number {
  if (Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  const buckets = cumulative(unsorted)
  const last = buckets.at(-1)
  if (last?.upper !== Number.POSITIVE_INFINITY || buckets.length < 2) return Number.NaN
  if (last.count === 0 || Number.isNaN(last.count)) return Number.NaN
  const rank = q * last.count
  let index = buckets.findIndex((bucket) => bucket.count >= rank)
  if (index < 0) index = buckets.length - 1
  const bucket = buckets[index] ?? last
  if (index === buckets.length - 1) return buckets[index - 1]?.upper ?? Number.NaN
  if (index === 0 && bucket.upper <= 0) return bucket.upper
  const below = buckets[index - 1] ?? { upper: 0, count: 0 }
  return below.upper + (bucket.upper - below.upper) * ((rank - below.count) / (bucket.count - below.count))
}

function bucketFraction({ low, high }: { low: number; high: number }, unsorted: readonly Bucket[]): number {
  const buckets = cumulative(unsorted)
  const total = buckets.at(-1)
  if (total?.upper !== Number.POSITIVE_INFINITY || total.count === 0) return Number.NaN
  if (Number.isNaN(total.count) || Number.isNaN(low) || Number.isNaN(high)) return Number.NaN
  return low >= high ? 0 : (countUpTo(high, buckets) - countUpTo(low, buckets)) / total.count
}

/** Observations not above a value; within a bucket without a finite bound they are taken to lie at the finite one. */
function countUpTo(value: number, buckets: readonly Bucket[]): number {
  if (value === Number.NEGATIVE_INFINITY) return 0
  const index = buckets.findIndex((bucket) => value <= bucket.upper)
  const bucket = buckets[index]
  if (bucket === undefined || value === bucket.upper) return bucket?.count ?? 0
  const below = buckets[index - 1]
  if (below === undefined && bucket.upper <= 0) return bucket.count
  const { upper: start, count } = below ?? { upper: 0, count: 0 }
  if (bucket.upper === Number.POSITIVE_INFINITY) return count
  return value <= start ? count : count + (bucket.count - count) * ((value - start) / (bucket.upper - start))
}

/** Sorted, equal bounds added up, counts never falling. */
function cumulative(unsorted: readonly Bucket[]): Bucket[] {
  const buckets: Bucket[] = []
  for (const bucket of [...unsorted].sort((a, b) => a.upper - b.upper)) {
    const before = buckets.at(-1)
    if (before?.upper === bucket.upper)
      buckets[buckets.length - 1] = { upper: bucket.upper, count: before.count + bucket.count }
    else buckets.push(bucket)
  }
  let highest = Number.NEGATIVE_INFINITY
  return buckets.map(({ upper, count }) => {
    highest = Math.max(highest, count)
    return { upper, count: highest }
  })
}
