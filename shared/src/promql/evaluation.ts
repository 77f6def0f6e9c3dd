import { assertNever, EyeNetError } from '../errors/errors.ts'
import { aggregate } from './aggregate.ts'
import type { Annotations } from './annotations.ts'
import type { AggregateNode, BinaryNode, Expr, SelectorNode, Span } from './ast.ts'
import { isSetOp, unwrapParens } from './ast.ts'
import { combineSets, scalarScalar, vectorScalar, vectorVector } from './binary.ts'
import type { Budget } from './budget.ts'
import { canFail } from './can-fail.ts'
import { typeOf } from './check.ts'
import type { Evaluator } from './evaluator.ts'
import type { Frame, Grid, Rows, Value } from './frame.ts'
import { instantRows } from './instant-selector.ts'
import { type LoadedSeries, NO_SERIES } from './loaded-series.ts'
import { type RangeLike, rangeCall, rangeOf, samplesIn } from './range-call.ts'
import { frameOf, mapRows, rowsOf } from './rows.ts'
import type { QueryBounds } from './select-plan.ts'
import type { SeriesSamples } from './series-reader.ts'
import { vectorCall } from './vector-call.ts'

export type EvaluationInput = {
  readonly bounds: QueryBounds
  readonly loaded: ReadonlyMap<SelectorNode, LoadedSeries>
  readonly budget: Budget
  readonly annotations: Annotations
}

/** Evaluates checked expressions over loaded series; synchronous, step grid by step grid. */
export class Evaluation implements Evaluator {
  readonly bounds: QueryBounds
  readonly budget: Budget
  readonly annotations: Annotations
  private readonly loaded: EvaluationInput['loaded']

  constructor({ bounds, loaded, budget, annotations }: EvaluationInput) {
    this.bounds = bounds
    this.loaded = loaded
    this.budget = budget
    this.annotations = annotations
  }

  evaluate(expr: Expr, grid: Grid): Value {
    this.budget.pulse()
    switch (expr.kind) {
      case 'number':
        return { kind: 'scalar', values: new Float64Array(grid.count).fill(expr.value) }
      case 'string':
        return { kind: 'string', value: expr.value }
      case 'selector':
        return instantRows(expr, grid, { from: this, timestamps: false })
      case 'paren':
        return this.evaluate(expr.expr, grid)
      case 'unary': {
        const value = this.evaluate(expr.expr, grid)
        if (expr.op === '+') return value
        if (value.kind === 'scalar') return { ...value, values: value.values.map((x) => -x) }
        return mapRows(asRows(value), this.budget, (x) => -x)
      }
      case 'binary':
        return this.binary(expr, grid)
      case 'aggregate':
        return this.aggregate(expr, grid)
      case 'call': {
        const ranged = rangeOf(expr)
        const at = { grid, from: this }
        return ranged === undefined ? vectorCall(expr, at) : rangeCall(expr, ranged, at)
      }
      case 'range':
      case 'subquery':
        throw new EyeNetError('invalid', 'a range vector has no value at a step; use it in a function such as rate()')
      default:
        return assertNever(expr)
    }
  }

  /** The samples that a range vector holds at the end of an instant query. */
  samplesIn(expr: RangeLike, grid: Grid): readonly SeriesSamples[] {
    return samplesIn(expr, grid, this)
  }

  rows(expr: Expr, grid: Grid): Rows {
    return asRows(this.evaluate(expr, grid))
  }

  frame(expr: Expr, grid: Grid): Frame {
    return this.kept(this.evaluate(expr, grid))
  }

  scalars(expr: Expr | undefined, grid: Grid): Float64Array {
    const value = expr === undefined ? undefined : this.evaluate(expr, grid)
    return value?.kind === 'scalar' ? value.values : new Float64Array(grid.count).fill(Number.NaN)
  }

  texts(args: readonly Expr[]): readonly string[] {
    return args.map((arg) => {
      const inner = unwrapParens(arg)
      return inner.kind === 'string' ? inner.value : ''
    })
  }

  series(node: SelectorNode): LoadedSeries {
    return this.loaded.get(node) ?? NO_SERIES
  }

  private kept(value: Value): Frame {
    return value.kind === 'frame' ? value : frameOf(asRows(value), this.budget)
  }

  private binary(node: BinaryNode, grid: Grid): Value {
    const { op, matching } = node
    const { budget } = this
    const left = this.evaluate(node.left, grid)
    if (left.kind === 'scalar') {
      const right = this.evaluate(node.right, grid)
      if (right.kind === 'scalar') return { kind: 'scalar', values: scalarScalar(node, left.values, right.values) }
      return vectorScalar(node, asRows(right), { scalar: left.values, swapped: true, budget })
    }
    // A scalar on the right: rows can pass one by one.
    if (isScalar(node.right)) {
      const scalar = this.scalars(node.right, grid)
      return vectorScalar(node, asRows(left), { scalar, swapped: false, budget })
    }
    const frame = this.kept(left)
    // Most conditions hold nowhere most of the time; then their right side, often the costly one, is not needed.
    if (op !== 'or' && !frame.present.includes(1) && !canFail(node.right)) return frame
    const right = this.kept(this.evaluate(node.right, grid))
    const sides = { left: frame, right, budget }
    budget.hold(frame.values.length)
    return isSetOp(op) ? combineSets(op, matching, sides) : vectorVector(node, matching, sides)
  }

  private aggregate(node: AggregateNode, grid: Grid): Frame {
    const { op, grouping, param } = node
    const isLabel = op === 'count_values' && param !== undefined
    const [label = ''] = isLabel ? this.texts([param]) : []
    const values = this.scalars(isLabel ? undefined : param, grid)
    if (op === 'quantile' && param !== undefined) this.warnOfExtremes(values, unwrapParens(param))
    return aggregate(this.rows(node.expr, grid), { op, grouping, param: values, label }, this.budget)
  }

  /** As the quantile aggregation does in Prometheus, once for each kind of fault over the whole query. */
  private warnOfExtremes(quantiles: Float64Array, at: Span): void {
    let [lowest, highest] = [0, 1]
    for (const q of quantiles) {
      if (Number.isNaN(q)) this.annotations.invalidQuantile(q, at)
      lowest = q < lowest ? q : lowest
      highest = q > highest ? q : highest
    }
    this.annotations.invalidQuantile(highest, at)
    this.annotations.invalidQuantile(lowest, at)
  }
}

const isScalar = (expr: Expr): boolean => typeOf(expr) === 'scalar'

function asRows(value: Value): Rows {
  if (value.kind === 'rows' || value.kind === 'frame') return rowsOf(value)
  throw new Error(`expected an instant vector, found a ${value.kind}`)
}
