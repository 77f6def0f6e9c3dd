/** A sum with the error it has lost (Neumaier 1974), so that 1e100 + 1 - 1e100 is 1. */
export class ExactSum {
  sum = 0
  lost = 0

  add(value: number): void {
    const next = this.sum + value
    if (!Number.isFinite(next)) this.lost = 0
    else if (Math.abs(this.sum) >= Math.abs(value)) this.lost += this.sum - next + value
    else this.lost += value - next + this.sum
    this.sum = next
  }

  /** Adds another sum with its lost part. */
  merge(sum: number, lost: number): void {
    this.add(sum)
    if (Number.isFinite(this.sum)) this.lost += lost
  }

  get total(): number {
    return Number.isFinite(this.sum) ? this.sum + this.lost : this.sum
  }
}

/** Mean of values[from..to), also where their sum overflows. */
export function meanOf(values: ArrayLike<number>, from: number, to: number): number {
  const exact = new ExactSum()
  for (let i = from; i < to; i++) exact.add(values[i] ?? 0)
  const count = to - from
  if (Number.isFinite(exact.sum)) return exact.total / count
  return scaledMean(values, from, to)
}

/** The mean by dividing first: infinite only when a value is. */
function scaledMean(values: ArrayLike<number>, from: number, to: number): number {
  const exact = new ExactSum()
  for (let i = from; i < to; i++) exact.add((values[i] ?? 0) / (to - from))
  return exact.total
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

/** The q-quantile of values by linear interpolation; sorts `values` in place, NaN first, as Prometheus does. */
export function quantileOf(q: number, values: Float64Array): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  values.sort((a, b) => (Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : Number.isNaN(b) ? 1 : a - b))
  const rank = q * (values.length - 1)
  const low = Math.max(0, Math.floor(rank))
  const high = Math.min(values.length - 1, low + 1)
  const weight = rank - Math.floor(rank)
  return (values[low] ?? 0) * (1 - weight) + (values[high] ?? 0) * weight
}
