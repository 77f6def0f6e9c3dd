/** The stretch of time that the whole page shows: up to now, or between two moments. In the address bar. */
export type TimeRange =
  | { readonly kind: 'last'; readonly preset: Preset }
  | { readonly kind: 'between'; readonly from: number; readonly to: number }

export const PRESETS = ['15m', '1h', '6h', '24h', '7d'] as const
export type Preset = (typeof PRESETS)[number]
export const DEFAULT_PRESET: Preset = '1h'

const LENGTH_SECONDS: Record<Preset, number> = { '15m': 900, '1h': 3600, '6h': 21_600, '24h': 86_400, '7d': 604_800 }

/** Shorter than this no chart can be read: a drag by accident changes nothing. */
export const MIN_RANGE_MS = 10_000

export type Span = { readonly from: number; readonly to: number }

/** Reads `range`, or `from` and `to` (milliseconds since 1970); what makes no sense is the default. */
export function rangeOf(query: URLSearchParams): TimeRange {
  const from = Number(query.get('from') ?? Number.NaN)
  const to = Number(query.get('to') ?? Number.NaN)
  if (Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && to - from >= MIN_RANGE_MS) {
    return { kind: 'between', from, to }
  }
  const named = PRESETS.find((preset) => preset === query.get('range'))
  return { kind: 'last', preset: named ?? DEFAULT_PRESET }
}

/** Writes a range into a copy of the query; the default leaves no trace. */
export function withRange(query: URLSearchParams, range: TimeRange): URLSearchParams {
  const next = new URLSearchParams(query)
  for (const name of ['range', 'from', 'to']) next.delete(name)
  if (range.kind === 'between') {
    next.set('from', String(Math.round(range.from)))
    next.set('to', String(Math.round(range.to)))
  } else if (range.preset !== DEFAULT_PRESET) next.set('range', range.preset)
  return next
}

export function spanOf(range: TimeRange, now: number): Span {
  if (range.kind === 'between') return { from: range.from, to: range.to }
  return { from: now - LENGTH_SECONDS[range.preset] * 1000, to: now }
}

const STEPS_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400]

/** The smallest round step with at most `points` points, seconds. */
export function stepOf(span: Span, points: number): number {
  const wanted = (span.to - span.from) / 1000 / Math.max(1, points)
  return STEPS_SECONDS.find((step) => step >= wanted) ?? Math.ceil(wanted / 86_400) * 86_400
}

/** Both ends on multiples of the step, so that a point keeps its place when the range moves on. Seconds. */
export function alignedSpan(span: Span, stepSeconds: number): { readonly start: number; readonly end: number } {
  const step = stepSeconds * 1000
  return { start: (Math.floor(span.from / step) * step) / 1000, end: (Math.floor(span.to / step) * step) / 1000 }
}

/** Window for rate(): at least four polls, and never less than a step. Seconds. */
export function rateWindow(stepSeconds: number, intervalSeconds = 60): number {
  return Math.max(stepSeconds, intervalSeconds * 4)
}
