import { counterKernel } from './counter-kernel.ts'
import { meanOf, quantileOf, sumOf, varianceOf } from './exact-sum.ts'
import { regression } from './regression.ts'
import { robustTrend, secondsUntil } from './robust-trend.ts'
import { perWindow, rescanning, type SeriesKernel } from './series-kernel.ts'
import { slidingCount, slidingExtreme, slidingSum } from './sliding-window.ts'

const FUNCTIONS: Readonly<Record<string, () => SeriesKernel>> = {
  rate: () => counterKernel({ counter: true, perSecond: true }),
  increase: () => counterKernel({ counter: true, perSecond: false }),
  delta: () => counterKernel({ counter: false, perSecond: false }),
  irate: () =>
    perWindow(2, ({ times, values }) => (_, hi) => {
      const last = values[hi - 1] ?? 0
      const before = values[hi - 2] ?? 0
      const seconds = ((times[hi - 1] ?? 0) - (times[hi - 2] ?? 0)) / 1000
      return (last < before ? last : last - before) / seconds
    }),
  idelta: () =>
    perWindow(
      2,
      ({ values }) =>
        (_, hi) =>
          (values[hi - 1] ?? 0) - (values[hi - 2] ?? 0),
    ),
  deriv: () =>
    rescanning(2, ({ times, values }) => (lo, hi) => {
      return regression({ times, values, lo, hi, zeroMs: times[lo] ?? 0 }).slope
    }),
  predict_linear: () =>
    rescanning(2, ({ times, values }, { evalMs, evalStepMs, param }) => (lo, hi, step) => {
      const { slope, intercept } = regression({ times, values, lo, hi, zeroMs: evalMs + step * evalStepMs })
      return slope * (param[step] ?? 0) + intercept
    }),
  forecast_until: () =>
    rescanning(3, ({ times, values }, { evalMs, evalStepMs, param }) => (lo, hi, step) => {
      const trend = robustTrend({ times, values, lo, hi, zeroMs: evalMs + step * evalStepMs })
      return secondsUntil(trend, param[step] ?? Number.NaN)
    }),
  changes: () =>
    perWindow(1, ({ values }) =>
      slidingCount(values.length, (i) => {
        const value = values[i] ?? 0
        const before = values[i - 1] ?? 0
        return value !== before && !(Number.isNaN(value) && Number.isNaN(before))
      }),
    ),
  resets: () =>
    perWindow(1, ({ values }) => slidingCount(values.length, (i) => (values[i] ?? 0) < (values[i - 1] ?? 0))),
  sum_over_time: () =>
    perWindow(1, ({ values }) => {
      const sliding = slidingSum(values)
      return (lo, hi) => (hi - lo <= SHORT_WINDOW ? sumOf(values, lo, hi) : sliding(lo, hi))
    }),
  avg_over_time: () =>
    perWindow(1, ({ values, tier }) => {
      if (tier?.column === 'avg' && tier.counts !== undefined) return meanOfSums(values, tier.counts)
      const sliding = slidingSum(values)
      return (lo, hi) => {
        const sum = hi - lo <= SHORT_WINDOW ? Number.NaN : sliding(lo, hi)
        return Number.isFinite(sum) ? sum / (hi - lo) : meanOf(values, lo, hi)
      }
    }),
  min_over_time: () => extreme((a, b) => a < b),
  max_over_time: () => extreme((a, b) => a > b),
  count_over_time: () =>
    perWindow(1, ({ values, tier }) => (tier?.column === 'count' ? slidingSum(values) : (lo, hi) => hi - lo)),
  present_over_time: () => perWindow(1, () => () => 1),
  last_over_time: () =>
    perWindow(
      1,
      ({ values }) =>
        (_, hi) =>
          values[hi - 1] ?? 0,
    ),
  first_over_time: () =>
    perWindow(
      1,
      ({ values }) =>
        (lo) =>
          values[lo] ?? 0,
    ),
  stddev_over_time: () =>
    rescanning(
      1,
      ({ values }) =>
        (lo, hi) =>
          Math.sqrt(varianceOf(values, lo, hi)),
    ),
  stdvar_over_time: () =>
    rescanning(
      1,
      ({ values }) =>
        (lo, hi) =>
          varianceOf(values, lo, hi),
    ),
  quantile_over_time: () =>
    rescanning(
      1,
      ({ values }, { param }) =>
        (lo, hi, step) =>
          quantileOf(param[step] ?? 0, values.slice(lo, hi)),
    ),
}

// Below this many samples a plain loop is faster than keeping sums.
const SHORT_WINDOW = 16

/** A kernel for each function over ranges; made anew for each call, as it may remember the series before. */
export const RANGE_KERNELS: ReadonlyMap<string, () => SeriesKernel> = new Map(Object.entries(FUNCTIONS))

/** The functions whose result keeps the metric's name: they give one of the samples as it was. */
export const KEEPS_NAME: ReadonlySet<string> = new Set(['last_over_time', 'first_over_time'])

/** The mean of what a tier's buckets hold: their sums by their counts. */
function meanOfSums(sums: Float64Array, counts: Float64Array): (lo: number, hi: number) => number {
  const sum = slidingSum(sums)
  const count = slidingSum(counts)
  return (lo, hi) => sum(lo, hi) / count(lo, hi)
}

function extreme(better: (a: number, b: number) => boolean): SeriesKernel {
  return perWindow(1, ({ values }) => {
    const sliding = slidingExtreme(values, better)
    return (lo, hi) => {
      if (hi - lo > SHORT_WINDOW) return sliding(lo, hi)
      let best = values[lo] ?? Number.NaN
      for (let i = lo + 1; i < hi; i++) {
        const value = values[i] ?? 0
        if (better(value, best) || Number.isNaN(best)) best = value
      }
      return best
    }
  })
}
