import type { Budget } from './budget.ts'
import type { Row } from './frame.ts'
import type { PreparedSeries } from './prepared-series.ts'
import type { Windows } from './windows.ts'

/** What a function over ranges is given besides the series. */
export type KernelInput = {
  /** Placed on the series. */
  readonly windows: Windows
  /** Whether they lie as they did for the series before. */
  readonly moved: boolean
  /** Evaluation times: the first, and their distance. Milliseconds. */
  readonly evalMs: number
  readonly evalStepMs: number
  /** The scalar argument at each step. */
  readonly param: Float64Array
  /** Told of each sample that is looked at again for each window it is in. */
  readonly budget: Budget
}

/** Computes one series' row: a value for each window that has one. Windows only move forward. */
export type SeriesKernel = (series: PreparedSeries, input: KernelInput, out: Row) => void

/** The value of the samples [lo, hi) at a step. */
export type WindowValue = (lo: number, hi: number, step: number) => number

/** A kernel that computes each window by itself, where it has at least `least` samples. */
export function perWindow(
  least: number,
  prepare: (series: PreparedSeries, input: KernelInput) => WindowValue,
): SeriesKernel {
  return (series, input, out) => {
    const { lo, hi } = input.windows
    const value = prepare(series, input)
    for (let step = 0; step < lo.length; step++) {
      const from = lo[step] ?? 0
      const to = hi[step] ?? 0
      if (to - from < least) continue
      out.values[step] = value(from, to, step)
      out.present[step] = 1
    }
  }
}

/** The same for a value that reads its whole window anew. */
export function rescanning(
  least: number,
  prepare: (series: PreparedSeries, input: KernelInput) => WindowValue,
): SeriesKernel {
  return perWindow(least, (series, input) => {
    const value = prepare(series, input)
    return (lo, hi, step) => {
      input.budget.look(hi - lo)
      return value(lo, hi, step)
    }
  })
}
