import { type Labels, METRIC_NAME } from '../identity/identity.ts'
import { type Expr, unwrapParens } from './ast.ts'

/** The labels that absent() can know: those a selector sets with a single `=`. */
export function absentLabels(expr: Expr): Labels {
  const inner = unwrapParens(expr)
  if (inner.kind !== 'selector') return {}
  const labels: Record<string, string> = {}
  const unclear = new Set<string>([METRIC_NAME])
  for (const { name, op, value } of inner.matchers) {
    if (op !== '=' || Object.hasOwn(labels, name)) unclear.add(name)
    else labels[name] = value
  }
  for (const name of unclear) delete labels[name]
  return labels
}
