/** A sum with the error it has lost (Neumaier 1974), so that 1e100 + 1 - 1e100 is 1. */
export class ExactSum {
  sum = 0
  lost = 0

  add(value: number): void {
    const { sum } = this
    const next = sum + value
    if (isInfinite(next)) this.lost = 0
    else this.lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    this.sum = next
  }

  /** Adds another sum with its lost part. */
  merge(sum: number, lost: number): void {
    this.add(sum)
    if (!isInfinite(this.sum)) this.lost += lost
  }

  get total(): number {
    return isInfinite(this.sum) ? this.sum : this.sum + this.lost
  }
}

export const isInfinite = (value: number): boolean =>
  value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY

/** What `sum + value`, rounded to `next`, has lost. */
export const lostBy = (sum: number, value: number, next: number): number =>
  Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum

/** Exact sum of values[from..to). */
export function sumOf(values: ArrayLike<number>, from: number, to: number): number {
  let sum = 0
  let lost = 0
  for (let i = from; i < to; i++) {
    const value = values[i] ?? 0
    const next = sum + value
    // lostBy() written out: a call for each sample would cost more than the sum.
    const rest = Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    lost = isInfinite(next) ? 0 : lost + rest
    sum = next
  }
  return isInfinite(sum) ? sum : sum + lost
}

/** Mean of values[from..to); where their sum overflows, by moving the mean along (Prometheus, avg_over_time). */
export function meanOf(values: ArrayLike<number>, from: number, to: number): number {
  let sum = values[from] ?? Number.NaN
  let lost = 0
  for (let i = from + 1; i < to; i++) {
    const value = values[i] ?? 0
    const next = sum + value
    if (isInfinite(next)) return movedMean({ values, from: i, to, count: i - from, mean: sum, lost })
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  const count = to - from
  return sum / count + lost / count
}

type Moved = { values: ArrayLike<number>; from: number; to: number; count: number; mean: number; lost: number }

/** Goes on with `mean` and `lost` that are still sums of `count` values. */
function movedMean({ values, from, to, count: known, mean: sum, lost: lostSum }: Moved): number {
  let [mean, lost, count] = [sum / known, lostSum / known, known]
  for (let i = from; i < to; i++) {
    count++
    const share = (count - 1) / count
    const value = (values[i] ?? 0) / count
    const scaled = mean * share
    const next = scaled + value
    lost = isInfinite(next) ? 0 : lost * share + lostBy(scaled, value, next)
    mean = next
  }
  return mean + lost
}

/** Variance of values[from..to) around their mean, of the whole population (Welford 1962). */
export function varianceOf(values: ArrayLike<number>, from: number, to: number): number {
  const mean = new ExactSum()
  const squares = new ExactSum()
  let count = 0
  for (let i = from; i < to; i++) {
    const value = values[i] ?? 0
    count++
    const before = value - mean.total
    mean.add(before / count)
    squares.add(before * (value - mean.total))
  }
  return Number.isFinite(mean.sum) ? squares.total / count : Number.NaN
}

/** The q-quantile of values by linear interpolation; sorts `values` in place, NaN lowest, as Prometheus does. */
export function quantileOf(q: number, values: Float64Array): number {
  const count = values.length
  if (count === 0 || Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  // Sorted without a comparing function, which is much faster, NaN come last; here they count as if they came first.
  values.sort()
  let numbers = count
  while (numbers > 0 && Number.isNaN(values[numbers - 1])) numbers--
  const at = (i: number): number => (i < count - numbers ? Number.NaN : (values[i - count + numbers] ?? Number.NaN))
  const rank = q * (count - 1)
  const low = Math.max(0, Math.floor(rank))
  const high = Math.min(count - 1, low + 1)
  const weight = rank - Math.floor(rank)
  return at(low) * (1 - weight) + at(high) * weight
}
