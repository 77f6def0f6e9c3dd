import { METRIC_NAME } from '../identity/identity.ts'
import { absentLabels } from './absent-labels.ts'
import type { CallNode, RangeNode, SubqueryNode } from './ast.ts'
import { unwrapParens } from './ast.ts'
import type { Evaluator } from './evaluator.ts'
import { broadcast, type Frame, type Grid, mergeRows, type Row, type Rows, timeAt } from './frame.ts'
import { labelValue } from './label-value.ts'
import { LoadedSeries, NO_SERIES } from './loaded-series.ts'
import type { PreparedSeries } from './prepared-series.ts'
import { KEEPS_NAME, RANGE_KERNELS } from './range-kernels.ts'
import { dropNames, frameOf, rowsOf } from './rows.ts'
import { subqueryGrid, windowsOf } from './select-plan.ts'
import type { SeriesSamples } from './series-reader.ts'
import { absentFrame } from './vector-functions.ts'
import { Windows } from './windows.ts'

export type RangeLike = RangeNode | SubqueryNode

/** The range that a call looks through; undefined for a function of instant vectors. */
export function rangeOf(node: CallNode): RangeLike | undefined {
  for (const arg of node.args.map(unwrapParens)) if (arg.kind === 'range' || arg.kind === 'subquery') return arg
  return undefined
}

const VARIES_BY_STEP: ReadonlySet<string> = new Set(['predict_linear', 'forecast_until', 'quantile_over_time'])

/** A function over ranges at the steps of a grid. */
export function rangeCall(node: CallNode, ranged: RangeLike, at: { grid: Grid; from: Evaluator }): Rows {
  const { grid, from } = at
  // With @ every step sees the same window, so one is enough, but for those that look from each step's time or have a parameter.
  const fixed = ranged.at !== undefined && !VARIES_BY_STEP.has(node.name)
  if (fixed && grid.count > 1) {
    const single = rangeCall(node, ranged, { grid: { ...grid, count: 1 }, from })
    return rowsOf(broadcast(frameOf(single, from.budget), grid.count))
  }
  const series = rangeSeries(ranged, grid, from)
  if (node.name === 'absent_over_time') {
    const found = frameOf(overWindows({ ...node, name: 'present_over_time' }, ranged, { ...at, series }), from.budget)
    return rowsOf(absentFrame(found, absentLabels(ranged.kind === 'range' ? ranged.selector : ranged)))
  }
  const rows = overWindows(node, ranged, { ...at, series })
  return KEEPS_NAME.has(node.name) ? rows : dropNames(rows, from.budget)
}

type Through = { readonly grid: Grid; readonly from: Evaluator; readonly series: LoadedSeries }

function overWindows(node: CallNode, ranged: RangeLike, { grid, from, series }: Through): Rows {
  const { bounds, budget } = from
  const kernel = RANGE_KERNELS.get(node.name)?.()
  if (kernel === undefined) throw new Error(`function ${node.name} is in the table but not evaluated`)
  const windows = new Windows(windowsOf(ranged, grid, { rangeMs: ranged.rangeMs, bounds }))
  const param = from.scalars(
    node.args.find((arg) => unwrapParens(arg) !== ranged),
    grid,
  )
  const tell = teller(node, ranged, { from, param })
  const fill = (row: number, into: Row): void => {
    const one = series.rangeAt(row)
    const moved = windows.place(one.times)
    budget.look(one.times.length)
    kernel(one, { windows, moved, evalMs: grid.start, evalStepMs: grid.step, param, budget }, into)
    tell?.(one, into)
  }
  return { kind: 'rows', labels: series.labels, steps: grid.count, fill }
}

/** What Prometheus says of a function over ranges where it had something to compute. */
function teller(
  node: CallNode,
  ranged: RangeLike,
  { from: { annotations }, param }: { from: Evaluator; param: Float64Array },
): ((series: PreparedSeries, row: Row) => void) | undefined {
  const [quantile] = node.args
  if (node.name === 'quantile_over_time' && quantile !== undefined) {
    return (_, { present }) => {
      present.forEach((there, step) => {
        if (there === 1) annotations.invalidQuantile(param[step] ?? 0, quantile)
      })
    }
  }
  if (node.name !== 'rate' && node.name !== 'increase') return undefined
  return ({ labels }, { present }) => {
    if (present.includes(1)) annotations.possibleNonCounter(labelValue(labels, METRIC_NAME), ranged)
  }
}

/** The series below a range vector. */
function rangeSeries(ranged: RangeLike, grid: Grid, from: Evaluator): LoadedSeries {
  if (ranged.kind === 'range') return from.series(ranged.selector)
  const inner = subqueryGrid(ranged, grid, from.bounds)
  if (inner.count === 0) return NO_SERIES
  from.budget.hold(inner.count)
  return new LoadedSeries(seriesOf(mergeRows(from.frame(ranged.expr, inner), from.budget), inner))
}

/** The samples that a range vector holds at an instant. */
export function samplesIn(ranged: RangeLike, grid: Grid, from: Evaluator): readonly SeriesSamples[] {
  const windows = new Windows(windowsOf(ranged, grid, { rangeMs: ranged.rangeMs, bounds: from.bounds }))
  const series = rangeSeries(ranged, grid, from)
  return series.labels.flatMap((labels, row) => {
    const { times, values } = series.rangeAt(row)
    from.budget.look(times.length)
    windows.place(times)
    const [lo = 0] = windows.lo
    const [hi = 0] = windows.hi
    return lo < hi ? [{ labels, times: times.slice(lo, hi), values: values.slice(lo, hi) }] : []
  })
}

/** The rows of a frame as series. Those without gaps share their times, and their values stay where they are. */
export function seriesOf(frame: Frame, grid: Grid): SeriesSamples[] {
  const { steps, present, values } = frame
  const all = Float64Array.from({ length: steps }, (_, step) => timeAt(grid, step))
  return frame.labels.map((labels, row) => {
    const [from, to] = [row * steps, (row + 1) * steps]
    const own = values.subarray(from, to)
    const there = present.subarray(from, to)
    const [first, end] = [there.indexOf(1), there.lastIndexOf(1) + 1]
    // Most series begin or end within the time, and have no gaps between.
    if (first >= 0 && !there.subarray(first, end).includes(0)) {
      return { labels, times: all.subarray(first, end), values: own.subarray(first, end) }
    }
    const kept = (_: number, step: number): boolean => there[step] === 1
    return { labels, times: all.filter(kept), values: own.filter(kept) }
  })
}
