import type { EpochMs } from '@eyenet/shared/identity'

/** Samples of these times, both included, that came late. */
export type LateSpan = { readonly from: EpochMs; readonly to: EpochMs; readonly samples: number }

/** A sample that comes that long after its time is late; intervals are rated that long after their end. */
export const LATE_MS = 2 * 60_000
/** Spans nearer than that are one: the usual distance of two polls is far less. */
export const JOIN_MS = 5 * 60_000
/** Of one device; beyond it, those that are nearest to each other become one. */
export const MAX_SPANS_PER_DEVICE = 200

/** Ascending and apart, at most `most` of them: where there are more, the nearest are joined. Pure. */
export function joinSpans(spans: readonly LateSpan[], most = MAX_SPANS_PER_DEVICE): readonly LateSpan[] {
  const joined: LateSpan[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last === undefined || span.from - last.to > JOIN_MS) joined.push(span)
    else joined[joined.length - 1] = union(last, span)
  }
  while (joined.length > most) {
    let nearest = 1
    for (let at = 2; at < joined.length; at += 1) {
      if (gapBefore(joined, at) < gapBefore(joined, nearest)) nearest = at
    }
    const [before, after] = joined.slice(nearest - 1, nearest + 1)
    if (before === undefined || after === undefined) break
    joined.splice(nearest - 1, 2, union(before, after))
  }
  return joined
}

function union(a: LateSpan, b: LateSpan): LateSpan {
  return { from: a.from < b.from ? a.from : b.from, to: a.to > b.to ? a.to : b.to, samples: a.samples + b.samples }
}

function gapBefore(spans: readonly LateSpan[], at: number): number {
  return (spans[at]?.from ?? Number.POSITIVE_INFINITY) - (spans[at - 1]?.to ?? 0)
}
