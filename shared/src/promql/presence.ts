import { assertNever } from '../errors/errors.ts'
import type { CallNode, Expr, ParsedQuery, VectorMatching } from './ast.ts'
import { isComparison, isSetOp } from './ast.ts'
import { typeOf } from './check.ts'

/**
 * An expression that has a sample wherever `query` could have one: comparisons that filter are taken away. An alert's
 * series that is gone from the query but not from its presence has a value that says it is fine; one that is gone from
 * both has lost its data. Undefined where presence cannot be told: absent() and what counts on missing data.
 */
export function presenceOf(query: ParsedQuery): ParsedQuery | undefined {
  const expr = strip(query.expr)
  return expr === undefined ? undefined : { text: query.text, expr }
}

type Binary = Extract<Expr, { kind: 'binary' }>

const ALL_LABELS: VectorMatching = { on: false, labels: [], cardinality: 'many-to-many', include: [] }

function strip(expr: Expr): Expr | undefined {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return undefined
    case 'selector':
    case 'range':
      return expr
    case 'paren':
    case 'unary':
    case 'subquery': {
      const inner = strip(expr.expr)
      return inner === undefined ? undefined : { ...expr, expr: inner }
    }
    case 'aggregate': {
      const inner = strip(expr.expr)
      // topk and bottomk choose as a comparison does; the labels of count_values are values.
      if (inner === undefined || expr.op === 'topk' || expr.op === 'bottomk') return inner
      return expr.op === 'count_values' ? undefined : { ...expr, expr: inner }
    }
    case 'call':
      return stripCall(expr)
    case 'binary':
      return stripBinary(expr)
    default:
      return assertNever(expr)
  }
}

function stripCall(call: CallNode): Expr | undefined {
  if (call.name === 'absent' || call.name === 'absent_over_time' || call.name === 'vector') return undefined
  const args = call.args.map((arg) => (typeOf(arg) === 'vector' || typeOf(arg) === 'matrix' ? strip(arg) : arg))
  const known = args.filter((arg) => arg !== undefined)
  return known.length === args.length ? { ...call, args: known } : undefined
}

/** Set operators: what has data on the sides that the result depends on. */
function stripSet(expr: Binary, left: Expr | undefined, right: Expr | undefined): Expr | undefined {
  switch (expr.op) {
    case 'and':
      // Without data on the right nobody knows whether the condition there still holds.
      return left === undefined || right === undefined ? left : { ...expr, left, right }
    case 'or':
      // Full labels: a series of the right side is present whatever the left side has.
      return left === undefined || right === undefined ? undefined : { ...expr, left, right, matching: ALL_LABELS }
    default:
      // Missing data on the right of `unless` lets the left side through.
      return left
  }
}

function stripBinary(expr: Binary): Expr | undefined {
  const left = typeOf(expr.left) === 'scalar' ? undefined : strip(expr.left)
  const right = typeOf(expr.right) === 'scalar' ? undefined : strip(expr.right)
  if (isSetOp(expr.op)) return stripSet(expr, left, right)
  if (typeOf(expr.left) === 'scalar' || typeOf(expr.right) === 'scalar') {
    const vector = left ?? right
    if (vector === undefined) return undefined
    if (isComparison(expr.op) && !expr.bool) return vector
    return { ...expr, left: left ?? expr.left, right: right ?? expr.right }
  }
  if (left === undefined || right === undefined) return undefined
  // bool keeps each pair that matches, and drops the name as alerts do.
  return { ...expr, left, right, bool: expr.bool || isComparison(expr.op) }
}
