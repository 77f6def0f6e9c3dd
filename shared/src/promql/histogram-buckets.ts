/** Observations not above `upper`. */
export type Bucket = { readonly upper: number; readonly count: number }

/** What had to be mended so that counts never fall. */
export type Mended = { readonly minBucket: number; readonly maxBucket: number; readonly maxDiff: number }

// Counts that differ by less, relative to their sum, differ by the rounding of rates (Prometheus, quantile.go).
const SMALL_DELTA = 1e-12
const SMALLEST_NORMAL = 2 ** -1022

/** Sorted by their bounds; equal bounds added up. */
export function sortedBuckets(unsorted: readonly Bucket[]): Bucket[] {
  const buckets: Bucket[] = []
  for (const bucket of [...unsorted].sort((a, b) => (a.upper === b.upper ? 0 : a.upper - b.upper))) {
    const before = buckets.at(-1)
    if (before?.upper !== bucket.upper) buckets.push(bucket)
    else buckets[buckets.length - 1] = { upper: bucket.upper, count: before.count + bucket.count }
  }
  return buckets
}

/**
 * Linear interpolation within the bucket that holds the rank (Prometheus, quantile.go). NaN without a bucket to +Inf,
 * without a second bucket and without observations. `mended` is told when counts fell.
 */
export function bucketQuantile(
  q: number,
  unsorted: readonly Bucket[],
  mended: (found: Mended) => void = () => undefined,
): number {
  if (Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  const raw = sortedBuckets(unsorted)
  if (raw.at(-1)?.upper !== Number.POSITIVE_INFINITY) return Number.NaN
  const { buckets, found } = monotonic(raw)
  const last = buckets.at(-1)
  if (last === undefined || buckets.length < 2) return Number.NaN
  if (last.count === 0 || Number.isNaN(last.count)) return Number.NaN
  // Where there is nothing to compute, Prometheus says nothing either.
  if (found !== undefined) mended(found)
  const rank = q * last.count
  let index = buckets.findIndex((bucket) => bucket.count >= rank)
  if (index < 0) index = buckets.length - 1
  const bucket = buckets[index] ?? last
  if (index === buckets.length - 1) return buckets[index - 1]?.upper ?? Number.NaN
  if (index === 0 && bucket.upper <= 0) return bucket.upper
  const below = buckets[index - 1] ?? { upper: 0, count: 0 }
  return below.upper + (bucket.upper - below.upper) * ((rank - below.count) / (bucket.count - below.count))
}

/** The envelope of the counts: small differences are ignored, falls are filled up and told. */
function monotonic(buckets: readonly Bucket[]): { readonly buckets: readonly Bucket[]; readonly found?: Mended } {
  let previous = buckets[0]?.count ?? 0
  let found: Mended | undefined
  const fixed = buckets.map((bucket) => {
    const { upper, count } = bucket
    if (almostEqual(previous, count)) return { upper, count: previous }
    if (count < previous) {
      found = {
        minBucket: Math.min(found?.minBucket ?? upper, upper),
        maxBucket: Math.max(found?.maxBucket ?? upper, upper),
        maxDiff: Math.max(found?.maxDiff ?? 0, previous - count),
      }
      return { upper, count: previous }
    }
    previous = count
    return bucket
  })
  return found === undefined ? { buckets: fixed } : { buckets: fixed, found }
}

function almostEqual(a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true
  const sum = Math.abs(a) + Math.abs(b)
  const difference = Math.abs(a - b)
  if (a === 0 || b === 0 || sum < SMALLEST_NORMAL) return difference < SMALL_DELTA * SMALLEST_NORMAL
  return difference / Math.min(sum, Number.MAX_VALUE) < SMALL_DELTA
}

/** The share of observations between two bounds, by linear interpolation (Prometheus, quantile.go, BucketFraction). */
export function bucketFraction(low: number, high: number, unsorted: readonly Bucket[]): number {
  const buckets = sortedBuckets(unsorted)
  const last = buckets.at(-1)
  if (last?.upper !== Number.POSITIVE_INFINITY || last.count === 0) return Number.NaN
  if (Number.isNaN(last.count) || Number.isNaN(low) || Number.isNaN(high)) return Number.NaN
  return low >= high ? 0 : (rankOf(high, buckets) - rankOf(low, buckets)) / last.count
}

/** Observations below a value. */
function rankOf(value: number, buckets: readonly Bucket[]): number {
  let rank = 0
  let lower = Number.NEGATIVE_INFINITY
  for (const { upper, count } of buckets) {
    if (lower >= value) return rank
    if (upper > value) {
      // The first bucket begins at 0 where it can; where it cannot, all in it is taken to lie at its bound.
      const start = lower === Number.NEGATIVE_INFINITY && upper > 0 ? 0 : lower
      if (start === Number.NEGATIVE_INFINITY) return count
      if (value <= start) return rank
      const estimate = rank + ((count - rank) * (value - start)) / (upper - start)
      return Math.min(estimate, buckets.at(-1)?.count ?? estimate)
    }
    rank = count
    lower = upper
  }
  return buckets.at(-1)?.count ?? rank
}
