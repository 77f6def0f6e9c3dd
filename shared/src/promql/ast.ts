import { assertNever } from '../errors/errors.ts'
import type { Matcher } from './series-reader.ts'

/** Where a node stands in the text, in UTF-16 code units. */
export type Span = { readonly from: number; readonly to: number }

/** The type of an expression's result, as Prometheus names them. */
export type ExprType = 'scalar' | 'string' | 'vector' | 'matrix'

/** The @ modifier: a fixed instant, or the start or end of the whole query. */
export type AtModifier = { readonly kind: 'time'; readonly ms: number } | { readonly kind: 'start' | 'end' }

type Shift = { readonly offsetMs: number; readonly at: AtModifier | undefined }

export type NumberNode = Span & { readonly kind: 'number'; readonly value: number }
export type StringNode = Span & { readonly kind: 'string'; readonly value: string }
export type SelectorNode = Span & Shift & { readonly kind: 'selector'; readonly matchers: readonly Matcher[] }
export type RangeNode = Span &
  Shift & { readonly kind: 'range'; readonly selector: SelectorNode; readonly rangeMs: number }
export type SubqueryNode = Span &
  Shift & {
    readonly kind: 'subquery'
    readonly expr: Expr
    readonly rangeMs: number
    /** Undefined: the evaluator's default resolution. */
    readonly stepMs: number | undefined
  }
export type CallNode = Span & { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[] }
export type Grouping = { readonly mode: 'by' | 'without'; readonly labels: readonly string[] }
export type AggregateNode = Span & {
  readonly kind: 'aggregate'
  readonly op: AggregateOp
  readonly grouping: Grouping
  readonly param: Expr | undefined
  readonly expr: Expr
}
export type UnaryNode = Span & { readonly kind: 'unary'; readonly op: '+' | '-'; readonly expr: Expr }
export type ParenNode = Span & { readonly kind: 'paren'; readonly expr: Expr }
export type BinaryNode = Span & {
  readonly kind: 'binary'
  readonly op: BinaryOp
  readonly bool: boolean
  readonly matching: VectorMatching
  readonly left: Expr
  readonly right: Expr
}

export type VectorMatching = {
  /** True for on(...), false for ignoring(...) and for none, which is ignoring(). */
  readonly on: boolean
  readonly labels: readonly string[]
  readonly cardinality: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many'
  /** Labels that group_left or group_right copies from the "one" side. */
  readonly include: readonly string[]
}

export type Expr =
  | NumberNode
  | StringNode
  | SelectorNode
  | RangeNode
  | SubqueryNode
  | CallNode
  | AggregateNode
  | UnaryNode
  | ParenNode
  | BinaryNode

export const AGGREGATE_OPS = [
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'quantile',
  'count_values',
] as const
export type AggregateOp = (typeof AGGREGATE_OPS)[number]

export type ArithmeticOp = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2'
export type ComparisonOp = '==' | '!=' | '<' | '<=' | '>' | '>='
export type SetOp = 'and' | 'or' | 'unless'
export type BinaryOp = ArithmeticOp | ComparisonOp | SetOp

/** An expression that was parsed and checked. */
export type ParsedQuery = { readonly text: string; readonly expr: Expr }

export const isComparison = (op: BinaryOp): op is ComparisonOp => /^[=!<>]/.test(op)
export const isSetOp = (op: BinaryOp): op is SetOp => op === 'and' || op === 'or' || op === 'unless'

/** The nodes directly below a node. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'selector':
      return []
    case 'range':
      return [expr.selector]
    case 'subquery':
    case 'unary':
    case 'paren':
      return [expr.expr]
    case 'call':
      return expr.args
    case 'aggregate':
      return expr.param === undefined ? [expr.expr] : [expr.param, expr.expr]
    case 'binary':
      return [expr.left, expr.right]
    default:
      return assertNever(expr)
  }
}

/** The expression inside any number of parentheses. */
export function unwrapParens(expr: Expr): Expr {
  let inner = expr
  while (inner.kind === 'paren') inner = inner.expr
  return inner
}
