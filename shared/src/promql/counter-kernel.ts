import type { Row } from './frame.ts'
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
    const { sampled: spans, before: befores, after: afters, factor } = this
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
      spans[step] = sampled
      befores[step] = before
      afters[step] = after
      factor[step] = (sampled + before + after) / sampled / divisor
    }
  }
}

/** rate, increase and delta with Prometheus' extrapolation to the window's edges (functions.go, extrapolatedRate). */
export function counterKernel({ counter, perSecond }: Kind): SeriesKernel {
  let spans: Spans | undefined
  return ({ times, values }, input, out) => {
    const { windows, moved } = input
    const divisor = perSecond ? windows.grid.rangeMs / 1000 : 1
    if (spans === undefined || moved) {
      spans ??= new Spans(windows.lo.length)
      spans.measure(windows, times, divisor)
    }
    change(values, windows, out)
    if (!counter) return scale(spans, out)
    addResets(values, input, out)
    extrapolate(values, windows, { spans, divisor, out })
  }
}

/** Last less first of each window with two samples. */
function change(values: Float64Array, { lo, hi }: Windows, { values: changes, present }: Row): void {
  for (let step = 0; step < lo.length; step++) {
    const from = lo[step] ?? 0
    const last = (hi[step] ?? 0) - 1
    if (last <= from) continue
    changes[step] = (values[last] ?? 0) - (values[from] ?? 0)
    present[step] = 1
  }
}

function scale({ factor }: Spans, { values: changes }: Row): void {
  for (let step = 0; step < changes.length; step++) changes[step] = (changes[step] ?? 0) * (factor[step] ?? 0)
}

type Extrapolation = { readonly spans: Spans; readonly divisor: number; readonly out: Row }

/** A counter cannot have been below zero: it is not extrapolated to before it was there. */
function extrapolate(values: Float64Array, { lo }: Windows, { spans, divisor, out }: Extrapolation): void {
  const { sampled, before, after, factor } = spans
  const { values: changes, present } = out
  for (let step = 0; step < changes.length; step++) {
    if (present[step] === 0) continue
    const total = changes[step] ?? 0
    const first = values[lo[step] ?? 0] ?? 0
    const span = sampled[step] ?? 0
    const edge = before[step] ?? 0
    // Most were far above zero, which a product tells faster than a quotient.
    if (total <= 0 || first < 0 || first * span > edge * total * CERTAIN) {
      changes[step] = total * (factor[step] ?? 0)
      continue
    }
    const zero = span * (first / total)
    const start = total > 0 && first >= 0 && zero < edge ? zero : edge
    changes[step] = total * ((span + start + (after[step] ?? 0)) / span / divisor)
  }
}

/** Adds to the changes what resets took away. */
function addResets(values: Float64Array, { windows, budget }: KernelInput, { values: changes }: Row): void {
  const resets = resetsOf(values)
  if (resets.length === 0) return
  const { lo, hi } = windows
  let first = 0
  for (let step = 0; step < lo.length; step++) {
    const from = lo[step] ?? 0
    const last = (hi[step] ?? 0) - 1
    while (first < resets.length && (resets[first] ?? 0) <= from) first++
    let at = first
    while (at < resets.length && (resets[at] ?? 0) <= last) {
      changes[step] = (changes[step] ?? 0) + (values[(resets[at] ?? 0) - 1] ?? 0)
      at++
    }
    budget.look(at - first)
  }
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
