import { ExactSum } from './exact-sum.ts'

type Points = {
  readonly times: Float64Array
  readonly values: Float64Array
  readonly lo: number
  readonly hi: number
  readonly zeroMs: number
}

/** Least squares over the samples [lo, hi); slope per second, intercept at `zeroMs`. */
export function regression({ times, values, lo, hi, zeroMs }: Points): { slope: number; intercept: number } {
  const count = hi - lo
  const first = values[lo] ?? 0
  const sums = { x: new ExactSum(), y: new ExactSum(), xy: new ExactSum(), xx: new ExactSum() }
  let constant = true
  for (let i = lo; i < hi; i++) {
    const x = ((times[i] ?? 0) - zeroMs) / 1000
    const y = values[i] ?? 0
    // NaN differs from itself, but not for the first sample.
    if (i > lo && y !== first) constant = false
    sums.x.add(x)
    sums.y.add(y)
    sums.xy.add(x * y)
    sums.xx.add(x * x)
  }
  if (constant) {
    const infinite = first === Number.POSITIVE_INFINITY || first === Number.NEGATIVE_INFINITY
    return infinite ? { slope: Number.NaN, intercept: Number.NaN } : { slope: 0, intercept: first }
  }
  const covariance = sums.xy.total - (sums.x.total * sums.y.total) / count
  const variance = sums.xx.total - (sums.x.total * sums.x.total) / count
  const slope = covariance / variance
  return { slope, intercept: sums.y.total / count - (slope * sums.x.total) / count }
}
