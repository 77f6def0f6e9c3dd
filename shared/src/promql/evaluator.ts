import type { Annotations } from './annotations.ts'
import type { Expr, SelectorNode } from './ast.ts'
import type { Budget } from './budget.ts'
import type { Frame, Grid, Rows } from './frame.ts'
import type { LoadedSeries } from './loaded-series.ts'
import type { QueryBounds } from './select-plan.ts'

/** What a function needs to evaluate its arguments. */
export interface Evaluator {
  readonly bounds: QueryBounds
  readonly budget: Budget
  readonly annotations: Annotations
  /** A vector, row by row as it is computed. */
  rows(expr: Expr, grid: Grid): Rows
  /** A vector that is kept. */
  frame(expr: Expr, grid: Grid): Frame
  /** A scalar at each step; NaN where there is no argument. */
  scalars(expr: Expr | undefined, grid: Grid): Float64Array
  /** The texts of string arguments. */
  texts(args: readonly Expr[]): readonly string[]
  /** What the reader gave for a selector. */
  series(node: SelectorNode): LoadedSeries
}
