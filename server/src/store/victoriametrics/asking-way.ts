import { assertNever } from '@eyenet/shared/errors'
import { childrenOf, compileMatchers, type Expr, OWN_FUNCTIONS, typeOf } from '@eyenet/shared/promql'
import type { Ask } from '../metric-store.ts'

/**
 * VictoriaMetrics shows the newest 30 s of a range query only from a step of a minute on (its -search.latencyOffset and
 * -search.maxStepForPointsAdjustment); questions about one moment show all. Five more seconds are for clocks apart.
 */
const HIDDEN_MS = 35_000
const SHOWN_FROM_STEP_MS = 60_000
/** Points of the hidden end that are asked for one by one; more are computed here. */
const POINTS_MAX = 40

/** How a question is answered. */
export type AskingWay =
  /** Evaluated here over raw samples. */
  | { readonly kind: 'local' }
  | { readonly kind: 'instant' }
  | { readonly kind: 'range' }
  /** As a range up to `until`, which may be before the start, and moment by moment behind it. */
  | { readonly kind: 'joined'; readonly until: number; readonly moments: readonly number[] }

/** Pure: the question and the present decide. */
export function askingWay({ expr: { expr }, start, end, step, extra = [] }: Ask, now: number): AskingWay {
  const type = typeOf(expr)
  // VictoriaMetrics has vectors only.
  if (type === 'scalar' || type === 'string') return { kind: 'local' }
  if (extra.length > 0 && sees(expr, extra)) return { kind: 'local' }
  if (hasOwn(expr)) return { kind: 'local' }
  if (step === 0) return { kind: 'instant' }
  const shown = now - HIDDEN_MS
  if (step >= SHOWN_FROM_STEP_MS || end <= shown) return { kind: 'range' }
  const first = Math.max(0, Math.floor((shown - start) / step) + 1)
  const last = Math.floor((end - start) / step)
  // start() and end() would change their meaning.
  if (last - first + 1 > POINTS_MAX || hasAt(expr)) return { kind: 'local' }
  const moments = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => start + (first + i) * step)
  return { kind: 'joined', until: start + (first - 1) * step, moments }
}

/** Whether a selector of the expression finds one of these series. */
function sees(expr: Expr, extra: NonNullable<Ask['extra']>): boolean {
  if (expr.kind === 'selector') {
    const matches = compileMatchers(expr.matchers)
    return extra.some(({ labels }) => matches(labels))
  }
  return childrenOf(expr).some((child) => sees(child, extra))
}

/** Whether the expression calls what VictoriaMetrics does not know. */
function hasOwn(expr: Expr): boolean {
  return (expr.kind === 'call' && OWN_FUNCTIONS.has(expr.name)) || childrenOf(expr).some(hasOwn)
}

function hasAt(expr: Expr): boolean {
  switch (expr.kind) {
    case 'selector':
    case 'range':
    case 'subquery':
      if (expr.at !== undefined) return true
      break
    case 'number':
    case 'string':
    case 'call':
    case 'aggregate':
    case 'unary':
    case 'paren':
    case 'binary':
      break
    default:
      return assertNever(expr)
  }
  return childrenOf(expr).some(hasAt)
}
