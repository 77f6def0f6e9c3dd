import { assertNever } from '@eyenet/shared/errors'
import {
  type AtModifier,
  type BinaryNode,
  type CallNode,
  type Expr,
  FUNCTIONS,
  formatPlainValue,
  type ParsedQuery,
  type SelectorNode,
  selectorName,
  signedNumber,
  typeOf,
} from '@eyenet/shared/promql'

/** The expression as Prometheus' parse_query shows it. */
export function treeOf({ expr, text }: ParsedQuery): object {
  const tree = (node: Expr): object => {
    switch (node.kind) {
      case 'number':
        return { type: 'numberLiteral', val: formatPlainValue(node.value) }
      case 'string':
        return { type: 'stringLiteral', val: node.value }
      case 'selector':
        return { type: 'vectorSelector', ...selection(node, text), ...shift(node) }
      case 'range':
        return { type: 'matrixSelector', ...selection(node.selector, text), range: node.rangeMs, ...shift(node) }
      case 'subquery':
        return {
          ...{ type: 'subquery', expr: tree(node.expr), range: node.rangeMs, step: node.stepMs ?? 0 },
          ...shift(node),
        }
      case 'paren':
        return { type: 'parenExpr', expr: tree(node.expr) }
      case 'unary': {
        const number = signedNumber(node)
        return number !== undefined ? tree(number) : { type: 'unaryExpr', op: node.op, expr: tree(node.expr) }
      }
      case 'call':
        return { type: 'call', func: signature(node), args: node.args.map(tree) }
      case 'aggregate': {
        const { labels, mode } = node.grouping
        const param = node.param === undefined ? null : tree(node.param)
        return {
          type: 'aggregation',
          op: node.op,
          expr: tree(node.expr),
          param,
          grouping: labels,
          without: mode === 'without',
        }
      }
      case 'binary': {
        const { op, bool, left, right } = node
        return { type: 'binaryExpr', op, lhs: tree(left), rhs: tree(right), matching: matching(node), bool }
      }
      default:
        return assertNever(node)
    }
  }
  return tree(expr)
}

function selection(selector: SelectorNode, text: string) {
  const matchers = selector.matchers.map(({ name, op, value }) => ({ name, value, type: op }))
  return { name: selectorName(selector, text), matchers }
}

function shift({ offsetMs, at }: { offsetMs: number; at: AtModifier | undefined }) {
  const timestamp = at?.kind === 'time' ? at.ms : null
  return { offset: offsetMs, timestamp, startOrEnd: at === undefined || at.kind === 'time' ? null : at.kind }
}

function signature({ name }: CallNode) {
  const { args = [], optional = 0, returns = 'vector' } = FUNCTIONS.get(name) ?? {}
  return { name, argTypes: args, variadic: optional, returnType: returns }
}

/** Between scalars, or a scalar and a vector, nothing is matched. */
function matching({ left, right, matching: { on, labels, cardinality, include } }: BinaryNode) {
  if (typeOf(left) !== 'vector' || typeOf(right) !== 'vector') return null
  return { card: cardinality, labels, on, include }
}
