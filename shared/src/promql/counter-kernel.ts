import type { KernelInput, SeriesKernel } from './series-kernel.ts'
import type { Windows } from './windows.ts'

type Kind = { readonly counter: boolean; readonly perSecond: boolean }

// Where the first or last sample is farther from the window's edge than this many gaps, the series began or ended inside.
const EDGE_GAPS = 1.1
// Products of the quick test may be off by a few roundings.
const CERTAIN = 1 + 1e-9

/** What the times of the samples in each window say, in seconds. */
class Spans {
  /** From the first sample to the last. */
  readonly sampled: Float64Array
  /** How far is extrapolated before the first and after the last. */
  readonly before: Float64Array
  readonly after: Float64Array
  /** What a change is multiplied by where nothing else bounds the extrapolation. */
  readonly factor: Float64Array

  constructor(count: number) {
    this.sampled = new Float64Array(count)
    this.before = new Float64Array(count)
    this.after = new Float64Array(count)
    this.factor = new Float64Array(count)
  }

  measure({ lo, hi, grid }: Windows, times: Float64Array, divisor: number): void {
    for (let step = 0; step < lo.length; step++) {
      const from = lo[step] ?? 0
      const last = (hi[step] ?? 0) - 1
      if (last - from < 1) continue
      const to = grid.firstMs + step * grid.stepMs
      const firstMs = times[from] ?? 0
      const lastMs = times[last] ?? 0
      const sampled = (lastMs - firstMs) / 1000
      const gap = sampled / (last - from)
      let before = (firstMs - (to - grid.rangeMs)) / 1000
      let after = (to - lastMs) / 1000
      if (before >= gap * EDGE_GAPS) before = gap / 2
      if (after >= gap * EDGE_GAPS) after = gap / 2
      this.sampled[step] = sampled
      this.before[step] = before
      this.after[step] = after
      this.factor[step] = (sampled + before + after) / sampled / divisor
    }
  }
}

/** rate, increase and delta with Prometheus' extrapolation to the window's edges (functions.go, extrapolatedRate). */
export function counterKernel({ counter, perSecond }: Kind): SeriesKernel {
  let spans: Spans | undefined
  return ({ times, values }, input, out) => {
    const { windows } = input
    const divisor = perSecond ? windows.grid.rangeMs / 1000 : 1
    if (spans === undefined || input.moved) {
      spans ??= new Spans(windows.lo.length)
      spans.measure(windows, times, divisor)
    }
    const changes = counter ? increases(values, input, out.values) : differences(values, windows, out.values)
    const { sampled, before, after, factor } = spans
    const { lo, hi } = windows
    for (let step = 0; step < lo.length; step++) {
      const from = lo[step] ?? 0
      if ((hi[step] ?? 0) - from < 2) continue
      const change = changes[step] ?? 0
      const first = values[from] ?? 0
      out.present[step] = 1
      let scale = factor[step] ?? 0
      if (counter && change > 0 && first >= 0) {
        const edge = before[step] ?? 0
        const span = sampled[step] ?? 0
        // A counter cannot have been below zero. Most were far above it, which a product tells faster than a quotient.
        if (!(first * span > edge * change * CERTAIN)) {
          const zero = span * (first / change)
          if (zero < edge) scale = (span + zero + (after[step] ?? 0)) / span / divisor
        }
      }
      out.values[step] = change * scale
    }
  }
}

/** Last less first of each window with two samples. */
function differences(values: Float64Array, { lo, hi }: Windows, into: Float64Array): Float64Array {
  for (let step = 0; step < lo.length; step++) {
    const from = lo[step] ?? 0
    const last = (hi[step] ?? 0) - 1
    if (last > from) into[step] = (values[last] ?? 0) - (values[from] ?? 0)
  }
  return into
}

/** The same with what resets took away. */
function increases(values: Float64Array, { windows, budget }: KernelInput, into: Float64Array): Float64Array {
  differences(values, windows, into)
  const resets = resetsOf(values)
  if (resets.length === 0) return into
  const { lo, hi } = windows
  let first = 0
  for (let step = 0; step < lo.length; step++) {
    const from = lo[step] ?? 0
    const last = (hi[step] ?? 0) - 1
    while (first < resets.length && (resets[first] ?? 0) <= from) first++
    if (last <= from) continue
    let at = first
    for (let reset = resets[at] ?? Number.POSITIVE_INFINITY; reset <= last; ) {
      into[step] = (into[step] ?? 0) + (values[reset - 1] ?? 0)
      at++
      reset = resets[at] ?? Number.POSITIVE_INFINITY
    }
    budget.look(at - first)
  }
  return into
}

/** The samples that are lower than the one before. */
function resetsOf(values: Float64Array): readonly number[] {
  const resets: number[] = []
  let before = values[0] ?? 0
  for (let i = 1; i < values.length; i++) {
    const value = values[i] ?? 0
    if (value < before) resets.push(i)
    before = value
  }
  return resets
}
