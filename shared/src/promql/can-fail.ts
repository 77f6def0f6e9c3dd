import { METRIC_NAME } from '../identity/identity.ts'
import { childrenOf, type Expr, isSetOp } from './ast.ts'
import { typeOf } from './check.ts'

const LABEL_FUNCTIONS = new Set(['label_replace', 'label_join'])

/**
 * Whether evaluating an expression may be refused for the data it finds: series that do not match up, or that become the
 * same. What cannot fail need not be evaluated where its result does not matter.
 */
export function canFail(expr: Expr): boolean {
  switch (expr.kind) {
    case 'binary':
      if (!isSetOp(expr.op) && typeOf(expr.left) === 'vector' && typeOf(expr.right) === 'vector') return true
      break
    case 'aggregate':
      if (expr.op === 'topk' || expr.op === 'bottomk' || expr.op === 'count_values') return true
      break
    case 'call':
      if (LABEL_FUNCTIONS.has(expr.name)) return true
      break
    case 'selector':
      // Series of several names may become the same where names are dropped.
      return !expr.matchers.some(({ name, op }) => name === METRIC_NAME && op === '=')
    default:
  }
  return childrenOf(expr).some(canFail)
}
