import { assertNever } from '../errors/errors.ts'
import type { AggregateNode, BinaryNode, CallNode, Expr, ExprType } from './ast.ts'
import { isComparison, isSetOp } from './ast.ts'
import { FUNCTIONS } from './function-table.ts'
import { compileMatcher } from './matcher.ts'
import { QueryError } from './query-error.ts'
import { unknownFunction } from './syntax-fault.ts'

/** The type of an expression that was checked. */
export function typeOf(expr: Expr): ExprType {
  switch (expr.kind) {
    case 'number':
      return 'scalar'
    case 'string':
      return 'string'
    case 'selector':
    case 'aggregate':
      return 'vector'
    case 'range':
    case 'subquery':
      return 'matrix'
    case 'call':
      return FUNCTIONS.get(expr.name)?.returns ?? 'vector'
    case 'unary':
    case 'paren':
      return typeOf(expr.expr)
    case 'binary':
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'vector'
    default:
      return assertNever(expr)
  }
}

/**
 * Refuses an expression whose parts do not fit together, in the words of Prometheus. `at` is where faults are shown that
 * are not about a part of it. Throws QueryError.
 */
export function checkNode(expr: Expr, text: string, at: number): void {
  switch (expr.kind) {
    case 'call':
      checkCall(expr, text)
      break
    case 'aggregate':
      checkAggregate(expr, text)
      break
    case 'binary':
      checkBinary(expr, text, at)
      break
    case 'unary':
      if (typeOf(expr.expr) === 'scalar' || typeOf(expr.expr) === 'vector') return
      throw new QueryError(
        text,
        expr.from,
        `unary expression only allowed on expressions of type scalar or instant vector, got "${NAMES[typeOf(expr.expr)]}"`,
      )
    case 'subquery':
      if (typeOf(expr.expr) === 'vector') return
      throw new QueryError(
        text,
        expr.from,
        `subquery is only allowed on instant vector, got ${NAMES[typeOf(expr.expr)]} instead`,
      )
    case 'selector':
      if (expr.matchers.some((matcher) => !compileMatcher(matcher)(''))) return
      throw new QueryError(text, expr.from, 'vector selector must contain at least one non-empty matcher')
    default:
      return
  }
}

type Place = { readonly text: string; readonly where: string }

function expect(expr: Expr, type: ExprType, { text, where }: Place): void {
  const found = typeOf(expr)
  if (found === type) return
  throw new QueryError(text, expr.from, `expected type ${NAMES[type]} in ${where}, got ${NAMES[found]}`)
}

const NAMES = {
  scalar: 'scalar',
  string: 'string',
  vector: 'instant vector',
  matrix: 'range vector',
} as const satisfies Record<ExprType, string>

function checkCall(call: CallNode, text: string): void {
  const signature = FUNCTIONS.get(call.name)
  if (signature === undefined) throw new QueryError(text, call.from, unknownFunction(call.name))
  const { args, optional } = signature
  const least = optional < 0 ? args.length - 1 : args.length - optional
  const most = optional < 0 ? Number.POSITIVE_INFINITY : args.length
  const count = call.args.length
  if (count < least || count > most) {
    const bound = least === most ? '' : count < least ? 'at least ' : 'at most '
    const wanted = `${bound}${count < least ? least : most}`
    throw new QueryError(text, call.from, `expected ${wanted} argument(s) in call to "${call.name}", got ${count}`)
  }
  call.args.forEach((arg, i) => {
    const type = args[Math.min(i, args.length - 1)] ?? 'vector'
    expect(arg, type, { text, where: `call to function "${call.name}"` })
  })
}

function checkAggregate(node: AggregateNode, text: string): void {
  if (node.param !== undefined) {
    expect(node.param, node.op === 'count_values' ? 'string' : 'scalar', { text, where: 'aggregation parameter' })
  }
  expect(node.expr, 'vector', { text, where: 'aggregation expression' })
}

function checkBinary(node: BinaryNode, text: string, operator: number): void {
  const sides = [node.left, node.right]
  const odd = sides.find((side) => typeOf(side) === 'string' || typeOf(side) === 'matrix')
  if (odd !== undefined) {
    throw new QueryError(text, odd.from, 'binary expression must contain only scalar and instant vector types')
  }
  const scalars = sides.filter((side) => typeOf(side) === 'scalar').length
  const { matching } = node
  if (isSetOp(node.op)) {
    if (scalars > 0) {
      throw new QueryError(text, node.from, `set operator "${node.op}" not allowed in binary scalar expression`)
    }
    if (matching.cardinality === 'many-to-one' || matching.cardinality === 'one-to-many') {
      throw new QueryError(text, node.from, `no grouping allowed for "${node.op}" operation`)
    }
  }
  if (node.bool && !isComparison(node.op)) {
    throw new QueryError(text, operator, 'bool modifier can only be used on comparison operators')
  }
  if (scalars === 2 && isComparison(node.op) && !node.bool) {
    throw new QueryError(text, operator, 'comparisons between scalars must use BOOL modifier')
  }
  if (scalars > 0 && (matching.on || matching.labels.length > 0 || matching.cardinality !== 'one-to-one')) {
    throw new QueryError(text, node.from, 'vector matching only allowed between instant vectors')
  }
  const both = matching.on ? matching.include.find((label) => matching.labels.includes(label)) : undefined
  if (both !== undefined) {
    throw new QueryError(text, operator, `label ${JSON.stringify(both)} must not occur in ON and GROUP clause at once`)
  }
}
