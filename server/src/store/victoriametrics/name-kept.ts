import { assertNever } from '@eyenet/shared/errors'
import { type Expr, isComparison, isSetOp, typeOf } from '@eyenet/shared/promql'

/** Functions of PromQL whose result has the metric name of what they are given. */
const KEEPING = new Set([
  ...['last_over_time', 'first_over_time', 'sort', 'sort_desc', 'sort_by_label', 'sort_by_label_desc'],
  ...['label_replace', 'label_join'],
])
const CHOOSING = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio'])

/**
 * Whether PromQL leaves metric names on the result of an expression, or on a part of it. MetricsQL leaves them on that
 * of more functions, such as avg_over_time and abs.
 */
export function isNameKept(expr: Expr): boolean {
  switch (expr.kind) {
    case 'selector':
    case 'range':
    case 'subquery':
    case 'number':
    case 'string':
      return true
    case 'paren':
      return isNameKept(expr.expr)
    case 'unary':
      return expr.op === '+' && isNameKept(expr.expr)
    case 'call': {
      const [first] = expr.args
      return KEEPING.has(expr.name) && first !== undefined && isNameKept(first)
    }
    case 'aggregate':
      return expr.grouping.labels.includes('__name__') || (CHOOSING.has(expr.op) && isNameKept(expr.expr))
    case 'binary':
      if (expr.op === 'or') return isNameKept(expr.left) || isNameKept(expr.right)
      if (isSetOp(expr.op)) return isNameKept(expr.left)
      if (!isComparison(expr.op) || expr.bool) return false
      return isNameKept(typeOf(expr.left) === 'vector' ? expr.left : expr.right)
    default:
      return assertNever(expr)
  }
}
