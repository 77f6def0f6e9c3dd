import { assertNever } from '../errors/errors.ts'
import type { AggregateNode, AggregateOp, BinaryNode, CallNode, Expr, ExprType } from './ast.ts'
import { isComparison, isSetOp } from './ast.ts'
import { FUNCTIONS } from './function-table.ts'
import { compileMatcher } from './matcher.ts'
import { QueryError } from './query-error.ts'

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

/** Refuses an expression whose parts do not fit together. Throws QueryError. */
export function checkNode(expr: Expr, text: string): void {
  switch (expr.kind) {
    case 'call':
      checkCall(expr, text)
      break
    case 'aggregate':
      checkAggregate(expr, text)
      break
    case 'binary':
      checkBinary(expr, text)
      break
    case 'unary':
      if (typeOf(expr.expr) === 'scalar' || typeOf(expr.expr) === 'vector') return
      throw new QueryError(text, expr.from, `a sign needs a scalar or an instant vector, found a ${typeOf(expr.expr)}`)
    case 'subquery':
      expect(expr.expr, 'vector', { text, where: 'a subquery' })
      break
    case 'selector':
      if (expr.matchers.some((matcher) => !compileMatcher(matcher)(''))) return
      throw new QueryError(text, expr.from, 'a selector needs a name or a matcher that does not match the empty string')
    default:
      return
  }
}

type Place = { readonly text: string; readonly where: string }

function expect(expr: Expr, type: ExprType, { text, where }: Place): void {
  const found = typeOf(expr)
  if (found !== type) throw new QueryError(text, expr.from, `${where} needs ${named(type)}, found ${named(found)}`)
}

const NAMES = {
  scalar: 'a scalar',
  string: 'a string',
  vector: 'an instant vector',
  matrix: 'a range vector',
} as const satisfies Record<ExprType, string>
const named = (type: ExprType): string => NAMES[type]

function checkCall(call: CallNode, text: string): void {
  const signature = FUNCTIONS.get(call.name)
  if (signature === undefined) throw new QueryError(text, call.from, `function ${call.name} is not supported`)
  const { args, optional } = signature
  const least = optional < 0 ? args.length - 1 : args.length - optional
  const most = optional < 0 ? Number.POSITIVE_INFINITY : args.length
  if (call.args.length < least || call.args.length > most) {
    const wanted =
      least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`
    throw new QueryError(text, call.from, `${call.name} takes ${wanted} arguments, found ${call.args.length}`)
  }
  call.args.forEach((arg, i) => {
    const type = args[Math.min(i, args.length - 1)] ?? 'vector'
    expect(arg, type, { text, where: `argument ${i + 1} of ${call.name}` })
  })
}

const PARAM_TYPE: Readonly<Partial<Record<AggregateOp, ExprType>>> = {
  topk: 'scalar',
  bottomk: 'scalar',
  quantile: 'scalar',
  count_values: 'string',
}

function checkAggregate(node: AggregateNode, text: string): void {
  const wanted = PARAM_TYPE[node.op]
  if (wanted === undefined && node.param !== undefined) {
    throw new QueryError(text, node.param.from, `${node.op} takes one argument`)
  }
  if (wanted !== undefined) {
    if (node.param === undefined) throw new QueryError(text, node.from, `${node.op} takes two arguments`)
    expect(node.param, wanted, { text, where: `the first argument of ${node.op}` })
  }
  expect(node.expr, 'vector', { text, where: node.op })
}

function checkBinary(node: BinaryNode, text: string): void {
  const sides = [node.left, node.right]
  for (const side of sides) {
    const type = typeOf(side)
    if (type === 'string' || type === 'matrix') {
      throw new QueryError(text, side.from, `${node.op} needs scalars or instant vectors, found ${named(type)}`)
    }
  }
  const scalars = sides.filter((side) => typeOf(side) === 'scalar').length
  const { matching } = node
  if (isSetOp(node.op)) {
    if (scalars > 0) throw new QueryError(text, node.from, `${node.op} needs instant vectors on both sides`)
    if (matching.cardinality === 'many-to-one' || matching.cardinality === 'one-to-many') {
      throw new QueryError(text, node.from, `no grouping is allowed for ${node.op}`)
    }
  }
  if (node.bool && !isComparison(node.op)) throw new QueryError(text, node.from, 'bool fits only a comparison')
  if (scalars === 2 && isComparison(node.op) && !node.bool) {
    throw new QueryError(text, node.from, 'a comparison between scalars needs the bool modifier')
  }
  if (scalars > 0 && (matching.on || matching.labels.length > 0 || matching.cardinality !== 'one-to-one')) {
    throw new QueryError(text, node.from, 'vector matching needs instant vectors on both sides')
  }
  const both = matching.on ? matching.include.find((label) => matching.labels.includes(label)) : undefined
  if (both !== undefined) {
    throw new QueryError(text, node.from, `label ${JSON.stringify(both)} stands in on() and in the group modifier`)
  }
}
