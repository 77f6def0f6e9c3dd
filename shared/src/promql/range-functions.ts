import { counterFunction } from './counter-functions.ts'
import { ExactSum, meanOf, quantileOf, varianceOf } from './exact-sum.ts'
import { slidingCount, slidingExtreme, slidingSum } from './sliding-window.ts'
import type { RangeFunction, WindowFunction } from './window-function.ts'

const FUNCTIONS: Readonly<Record<string, RangeFunction>> = {
  rate: counterFunction({ counter: true, perSecond: true }),
  increase: counterFunction({ counter: true, perSecond: false }),
  delta: counterFunction({ counter: false, perSecond: false }),
  irate: lastTwo((change, seconds, value) => (change < 0 ? value : change) / seconds),
  idelta: lastTwo((change) => change),
  deriv: ({ times, values }) => {
    return ({ lo, hi }) => regression({ times, values, lo, hi, zeroMs: times[lo] ?? 0 })?.slope
  },
  predict_linear: ({ times, values }, seconds) => {
    return ({ lo, hi, evalMs, step }) => {
      const line = regression({ times, values, lo, hi, zeroMs: evalMs })
      return line === undefined ? undefined : line.intercept + line.slope * seconds(step)
    }
  },
  changes: ({ values }) => {
    const differs = (i: number): boolean => {
      const value = values[i] ?? 0
      const before = values[i - 1] ?? 0
      return value !== before && !(Number.isNaN(value) && Number.isNaN(before))
    }
    return spans(slidingCount(values.length, differs))
  },
  resets: ({ values }) => spans(slidingCount(values.length, (i) => (values[i] ?? 0) < (values[i - 1] ?? 0))),
  sum_over_time: ({ values }) => spans(slidingSum(values)),
  avg_over_time: ({ values }) => {
    const sum = slidingSum(values)
    return ({ lo, hi }) => {
      const total = sum(lo, hi)
      return Number.isFinite(total) ? total / (hi - lo) : meanOf(values, lo, hi)
    }
  },
  min_over_time: ({ values }) => spans(slidingExtreme(values, (a, b) => a < b)),
  max_over_time: ({ values }) => spans(slidingExtreme(values, (a, b) => a > b)),
  count_over_time:
    () =>
    ({ lo, hi }) =>
      hi - lo,
  present_over_time: () => () => 1,
  last_over_time:
    ({ values }) =>
    ({ hi }) =>
      values[hi - 1],
  first_over_time:
    ({ values }) =>
    ({ lo }) =>
      values[lo],
  stddev_over_time:
    ({ values }) =>
    ({ lo, hi }) =>
      Math.sqrt(varianceOf(values, lo, hi)),
  stdvar_over_time:
    ({ values }) =>
    ({ lo, hi }) =>
      varianceOf(values, lo, hi),
  quantile_over_time:
    ({ values }, q) =>
    ({ lo, hi, step }) =>
      quantileOf(q(step), values.slice(lo, hi)),
}

export const RANGE_FUNCTIONS: ReadonlyMap<string, RangeFunction> = new Map(Object.entries(FUNCTIONS))

/** The functions that read their whole window at every step; the others move along. */
export const RESCANS: ReadonlySet<string> = new Set([
  'deriv',
  'predict_linear',
  'stddev_over_time',
  'stdvar_over_time',
  'quantile_over_time',
])

/** The functions whose result keeps the metric's name: they give one of the samples as it was. */
export const KEEPS_NAME: ReadonlySet<string> = new Set(['last_over_time', 'first_over_time'])

function spans(sliding: (from: number, to: number) => number): WindowFunction {
  return ({ lo, hi }) => sliding(lo, hi)
}

function lastTwo(result: (change: number, seconds: number, value: number) => number): RangeFunction {
  return ({ times, values }) =>
    ({ lo, hi }) => {
      if (hi - lo < 2) return undefined
      const seconds = ((times[hi - 1] ?? 0) - (times[hi - 2] ?? 0)) / 1000
      if (seconds === 0) return undefined
      const value = values[hi - 1] ?? 0
      return result(value - (values[hi - 2] ?? 0), seconds, value)
    }
}

type Points = { times: Float64Array; values: Float64Array; lo: number; hi: number; zeroMs: number }

/** Least squares; slope per second, intercept at `zeroMs`. Undefined with fewer than two samples. */
function regression({ times, values, lo, hi, zeroMs }: Points): { slope: number; intercept: number } | undefined {
  const count = hi - lo
  if (count < 2) return undefined
  const first = values[lo] ?? 0
  const sums = { x: new ExactSum(), y: new ExactSum(), xy: new ExactSum(), xx: new ExactSum() }
  let constant = true
  for (let i = lo; i < hi; i++) {
    const x = ((times[i] ?? 0) - zeroMs) / 1000
    const y = values[i] ?? 0
    if (y !== first) constant = false
    sums.x.add(x)
    sums.y.add(y)
    sums.xy.add(x * y)
    sums.xx.add(x * x)
  }
  if (constant)
    return Number.isFinite(first) ? { slope: 0, intercept: first } : { slope: Number.NaN, intercept: Number.NaN }
  const covariance = sums.xy.total - (sums.x.total * sums.y.total) / count
  const variance = sums.xx.total - (sums.x.total * sums.x.total) / count
  const slope = covariance / variance
  return { slope, intercept: sums.y.total / count - (slope * sums.x.total) / count }
}
