import type { EpochMs } from '../identity/identity.ts'
import { epochMs } from '../identity/identity.ts'
import type { AtModifier, Expr, SelectorNode } from './ast.ts'
import { childrenOf } from './ast.ts'
import type { Selection } from './series-reader.ts'

/** The times at which a node is looked at. */
type TimeSpan = { readonly from: number; readonly to: number }
export type QueryBounds = { readonly start: number; readonly end: number; readonly lookbackMs: number }

/** The instant that offset and @ make of an evaluation time. */
export function referenceTime(
  node: { readonly offsetMs: number; readonly at: AtModifier | undefined },
  evalMs: number,
  bounds: QueryBounds,
): number {
  return (node.at === undefined ? evalMs : atTime(node.at, bounds)) - node.offsetMs
}

function atTime(at: AtModifier, bounds: QueryBounds): number {
  if (at.kind === 'time') return at.ms
  return at.kind === 'start' ? bounds.start : bounds.end
}

/** What each selector of an expression must be given, over the whole evaluation. */
export function planSelections(expr: Expr, bounds: QueryBounds): ReadonlyMap<SelectorNode, Selection> {
  const plan = new Map<SelectorNode, Selection>()
  const visit = (node: Expr, span: TimeSpan): void => {
    switch (node.kind) {
      case 'selector':
        plan.set(node, selection(node, shift(node, span, bounds), bounds.lookbackMs))
        return
      case 'range':
        plan.set(node.selector, selection(node.selector, shift(node, span, bounds), node.rangeMs))
        return
      case 'subquery': {
        const { from, to } = shift(node, span, bounds)
        visit(node.expr, { from: from - node.rangeMs, to })
        return
      }
      default:
        for (const child of childrenOf(node)) visit(child, span)
    }
  }
  visit(expr, { from: bounds.start, to: bounds.end })
  return plan
}

function shift(node: { offsetMs: number; at: AtModifier | undefined }, span: TimeSpan, bounds: QueryBounds): TimeSpan {
  return { from: referenceTime(node, span.from, bounds), to: referenceTime(node, span.to, bounds) }
}

/** Windows are open on the left (Prometheus 3), so the sample exactly at the window's start is not wanted. */
function selection({ matchers }: SelectorNode, span: TimeSpan, backMs: number): Selection {
  const from: EpochMs = epochMs(span.from - backMs + 1)
  return { matchers, from, to: epochMs(span.to) }
}
