import type { EpochMs } from '../identity/identity.ts'
import { epochMs } from '../identity/identity.ts'
import type { AtModifier, CallNode, Expr, RangeNode, SelectorNode, SubqueryNode } from './ast.ts'
import { childrenOf, unwrapParens } from './ast.ts'
import { type Grid, timeAt } from './frame.ts'
import { RAW_SAMPLES, type Selection } from './series-reader.ts'
import type { WindowGrid } from './windows.ts'

export type QueryBounds = { readonly start: number; readonly end: number; readonly lookbackMs: number }

// Prometheus' default: the global evaluation interval.
const DEFAULT_SUBQUERY_STEP_MS = 60_000

type Shifted = { readonly offsetMs: number; readonly at: AtModifier | undefined }

/** The instant that offset and @ make of an evaluation time. */
export function referenceTime(node: Shifted, evalMs: number, bounds: QueryBounds): number {
  return (node.at === undefined ? evalMs : atTime(node.at, bounds)) - node.offsetMs
}

function atTime(at: AtModifier, bounds: QueryBounds): number {
  if (at.kind === 'time') return at.ms
  return at.kind === 'start' ? bounds.start : bounds.end
}

/** The windows that a selector, a range or a subquery looks through when it is evaluated at the times of a grid. */
export function windowsOf(node: Shifted, grid: Grid, { rangeMs, bounds }: WindowLength): WindowGrid {
  const firstMs = referenceTime(node, grid.start, bounds)
  const stepMs = node.at === undefined && grid.count > 1 ? grid.step : 0
  return { count: grid.count, firstMs, stepMs, rangeMs }
}
type WindowLength = { readonly rangeMs: number; readonly bounds: QueryBounds }

/**
 * The times at which the expression in a subquery is evaluated: multiples of its step, so that they do not wander with
 * the outer ones, after the first window's start and not after the last one's end.
 */
export function subqueryGrid(node: SubqueryNode, grid: Grid, bounds: QueryBounds): Grid {
  const step = node.stepMs ?? DEFAULT_SUBQUERY_STEP_MS
  const from = referenceTime(node, grid.start, bounds) - node.rangeMs
  const to = referenceTime(node, timeAt(grid, grid.count - 1), bounds)
  const start = (Math.floor(from / step) + 1) * step
  return { start, step, count: Math.max(0, Math.floor((to - start) / step) + 1) }
}

/** What each selector of an expression must be given, over the whole evaluation, and what for. */
export function planSelections(expr: Expr, grid: Grid, bounds: QueryBounds): ReadonlyMap<SelectorNode, Selection> {
  const plan = new Map<SelectorNode, Selection>()
  const instant = (node: SelectorNode, at: Grid, func: string | undefined): void => {
    const windows = windowsOf(node, at, { rangeMs: bounds.lookbackMs, bounds })
    plan.set(node, selection(node, windows, func))
  }
  const range = (node: RangeNode, at: Grid, func: string): void => {
    plan.set(node.selector, selection(node.selector, windowsOf(node, at, { rangeMs: node.rangeMs, bounds }), func))
  }
  const visit = (node: Expr, at: Grid): void => {
    // An empty subquery needs nothing.
    if (at.count === 0) return
    switch (node.kind) {
      case 'selector':
        instant(node, at, undefined)
        break
      case 'range':
        range(node, at, RAW_SAMPLES)
        break
      case 'subquery':
        visit(node.expr, subqueryGrid(node, at, bounds))
        break
      case 'call':
        for (const arg of node.args) visitArgument(node, unwrapParens(arg), at)
        break
      default:
        for (const child of childrenOf(node)) visit(child, at)
    }
  }
  const visitArgument = (call: CallNode, arg: Expr, at: Grid): void => {
    if (arg.kind === 'range') range(arg, at, call.name)
    // It asks when the sample was taken, which no tier knows.
    else if (arg.kind === 'selector' && call.name === 'timestamp') instant(arg, at, call.name)
    else visit(arg, at)
  }
  visit(expr, grid)
  return plan
}

/** Windows are open on the left (Prometheus 3), so the sample exactly at the first one's start is not wanted. */
function selection({ matchers }: SelectorNode, windows: WindowGrid, func: string | undefined): Selection {
  const { firstMs, stepMs, rangeMs, count } = windows
  const from: EpochMs = epochMs(firstMs - rangeMs + 1)
  const to = epochMs(firstMs + (count - 1) * stepMs)
  return { matchers, from, to, use: { func, rangeMs, stepMs, firstMs } }
}
