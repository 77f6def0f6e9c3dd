import type { PreparedSeries } from './prepared-series.ts'
import type { RangeFunction, Window } from './window-function.ts'

type Kind = { readonly counter: boolean; readonly perSecond: boolean }

// Where the first or last sample is farther from the window's edge than this many gaps, the series began or ended inside.
const EDGE_GAPS = 1.1

/** rate, increase and delta with Prometheus' extrapolation to the window's edges (functions.go, extrapolatedRate). */
export function counterFunction(kind: Kind): RangeFunction {
  return (series) => {
    const lostAt = kind.counter ? counterResets(series) : undefined
    return (window) => {
      const { lo, hi } = window
      if (hi - lo < 2) return undefined
      const change = (series.values[hi - 1] ?? 0) - (series.values[lo] ?? 0)
      const total = lostAt === undefined ? change : change + lostAt(hi - 1) - lostAt(lo)
      return total * extrapolation({ series, window, kind, total })
    }
  }
}

/** What resets have taken away up to a sample; undefined when the counter never fell. */
function counterResets({ values }: PreparedSeries): ((i: number) => number) | undefined {
  let lost: Float64Array | undefined
  for (let i = 1; i < values.length; i++) {
    const before = values[i - 1] ?? 0
    const fell = (values[i] ?? 0) < before
    if (fell) lost ??= new Float64Array(values.length)
    if (lost !== undefined) lost[i] = (lost[i - 1] ?? 0) + (fell ? before : 0)
  }
  const found = lost
  return found === undefined ? undefined : (i) => found[i] ?? 0
}

type Extrapolated = { series: PreparedSeries; window: Window; kind: Kind; total: number }

function extrapolation({ series: { times, values }, window, kind, total }: Extrapolated): number {
  const { lo, hi, from, to } = window
  const first = times[lo] ?? 0
  const last = times[hi - 1] ?? 0
  const sampled = (last - first) / 1000
  const gap = sampled / (hi - lo - 1)
  let toStart = (first - from) / 1000
  let toEnd = (to - last) / 1000
  if (toStart >= gap * EDGE_GAPS) toStart = gap / 2
  const firstValue = values[lo] ?? 0
  if (kind.counter && total > 0 && firstValue >= 0) {
    // A counter cannot have been below zero.
    toStart = Math.min(toStart, sampled * (firstValue / total))
  }
  if (toEnd >= gap * EDGE_GAPS) toEnd = gap / 2
  const factor = (sampled + toStart + toEnd) / sampled
  return kind.perSecond ? factor / ((to - from) / 1000) : factor
}
