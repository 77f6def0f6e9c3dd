/** A span of time, in milliseconds after the start of a cycle of the script; `to` is outside. */
export type Span = { readonly from: number; readonly to: number }

/** When the script runs: its start, and after how long it begins anew (undefined: never). */
export type Cycle = { readonly startedAt: number; readonly everyMs: number | undefined }

/** Spans in order, those that touch or overlap made one. */
export function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = []
  for (const span of [...spans].sort((left, right) => left.from - right.from)) {
    const last = merged.at(-1)
    if (last !== undefined && span.from <= last.to)
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, span.to) }
    else merged.push(span)
  }
  return merged
}

/** Where `now` is in the script. Before its start everything is as at the start. */
export function locate(
  cycle: Cycle,
  now: number,
): { readonly number: number; readonly begins: number; readonly offset: number } {
  const elapsed = Math.max(0, now - cycle.startedAt)
  const number = cycle.everyMs === undefined ? 0 : Math.floor(elapsed / cycle.everyMs)
  const begins = cycle.startedAt + number * (cycle.everyMs ?? 0)
  return { number, begins, offset: elapsed - number * (cycle.everyMs ?? 0) }
}

/** Spans that come again in each cycle; answers what they are at any time without counting through the past. */
export type Windows = {
  readonly spans: readonly Span[]
  /** The span that holds now, in absolute time. */
  current(now: number): Span | undefined
  /** The last time a span began or ended, or undefined. */
  lastEdge(now: number): number | undefined
  /** The last time a span ended, or undefined. */
  lastEnd(now: number): number | undefined
  /** Milliseconds spent in spans since the start. */
  spent(now: number): number
}

const NEVER: Windows = {
  spans: [],
  current: () => undefined,
  lastEdge: () => undefined,
  lastEnd: () => undefined,
  spent: () => 0,
}

export function createWindows(cycle: Cycle, unordered: readonly Span[]): Windows {
  if (unordered.length === 0) return NEVER
  const spans = mergeSpans(unordered)
  const ends = spans.map((span) => span.to)
  const edges = spans.flatMap((span) => [span.from, span.to])
  const perCycle = spans.reduce((sum, span) => sum + span.to - span.from, 0)
  const latest = (marks: readonly number[], now: number): number | undefined => {
    const { number, begins, offset } = locate(cycle, now)
    const here = marks.findLast((mark) => mark <= offset)
    if (here !== undefined) return begins + here
    const last = marks.at(-1)
    return number === 0 || last === undefined ? undefined : begins - (cycle.everyMs ?? 0) + last
  }
  return {
    spans,
    current(now) {
      const { begins, offset } = locate(cycle, now)
      const span = spans.find(({ from, to }) => from <= offset && offset < to)
      return span && { from: begins + span.from, to: begins + span.to }
    },
    lastEdge: (now) => latest(edges, now),
    lastEnd: (now) => latest(ends, now),
    spent(now) {
      const { number, offset } = locate(cycle, now)
      const partly = spans.reduce((sum, span) => sum + Math.max(0, Math.min(offset, span.to) - span.from), 0)
      return number * perCycle + partly
    },
  }
}
