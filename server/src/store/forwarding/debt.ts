import type { LogPlace } from '../log/append-log.ts'

/**
 * What is known of a piece of the log:
 * `live` waits in memory or is being sent; `owed` was never sent; `trying` is being sent from the disk; `maybe` may have
 * arrived, which the engine must be asked; `sent` arrived, but a kill of the engine could still take it.
 */
export type DebtKind = 'live' | 'owed' | 'trying' | 'maybe' | 'sent'

/** Bytes `from` to `to`, end excluded, of a segment. */
export type DebtSpan = {
  readonly from: number
  readonly to: number
  readonly kind: DebtKind
  /** When it was sent, in whole seconds since 1970; 0 for other kinds. */
  readonly at: number
}

/** Pieces of the log that the engine has not for certain, by segment; pieces that are not listed are settled. Pure. */
export class Debt {
  readonly #segments = new Map<number, DebtSpan[]>()
  readonly #changed = new Set<number>()

  /** Says something of a piece, whatever was said before. */
  mark({ segment, from, to }: LogPlace, kind: DebtKind | 'settled', nowMs = 0): void {
    if (to <= from) return
    const spans = this.#segments.get(segment) ?? []
    const start = firstEndingAfter(spans, from)
    let end = start
    const between: DebtSpan[] = []
    for (let span = spans[end]; span !== undefined && span.from < to; span = spans[end]) {
      if (span.from < from) between.push({ ...span, to: from })
      if (span.to > to) between.push({ ...span, from: to })
      end++
    }
    const at = kind === 'sent' ? Math.floor(nowMs / 1000) : 0
    if (kind !== 'settled') between.push({ from, to, kind, at })
    between.sort((a, b) => a.from - b.from)
    spans.splice(start, end - start, ...between)
    joinAround(spans, Math.max(0, start - 1), start + between.length)
    if (spans.length === 0) this.#segments.delete(segment)
    else this.#segments.set(segment, spans)
    this.#changed.add(segment)
  }

  /** The oldest piece to be sent from the disk, at most `bytes` long; undefined when there is none. */
  next(bytes: number): (LogPlace & { readonly kind: 'owed' | 'trying' | 'maybe' }) | undefined {
    for (const segment of this.segments()) {
      for (const { from, to, kind } of this.#segments.get(segment) ?? []) {
        if (kind === 'live' || kind === 'sent') continue
        return { segment, from, to: Math.min(to, from + bytes), kind }
      }
    }
    return undefined
  }

  /** Everything that was sent at or before this second is settled. */
  settle(second: number): void {
    this.#change('sent', (span) => (span.at <= second ? undefined : span))
  }

  /** Everything that was sent and not settled may be lost. */
  doubt(): void {
    this.#change('sent', (span) => ({ ...span, kind: 'maybe', at: 0 }))
  }

  /** Segments that have a piece, ascending. */
  segments(): readonly number[] {
    return [...this.#segments.keys()].sort((a, b) => a - b)
  }

  spans(segment: number): readonly DebtSpan[] {
    return this.#segments.get(segment) ?? []
  }

  /** Bytes by kind. */
  bytes(): Readonly<Record<DebtKind, number>> {
    const bytes = { live: 0, owed: 0, trying: 0, maybe: 0, sent: 0 }
    for (const spans of this.#segments.values()) for (const { kind, from, to } of spans) bytes[kind] += to - from
    return bytes
  }

  /** Segments that changed since the last call. */
  takeChanged(): readonly number[] {
    const changed = [...this.#changed]
    this.#changed.clear()
    return changed
  }

  #change(kind: DebtKind, replace: (span: DebtSpan) => DebtSpan | undefined): void {
    for (const [segment, spans] of this.#segments) {
      if (!spans.some((span) => span.kind === kind && replace(span) !== span)) continue
      const kept = spans.flatMap((span) => (span.kind === kind ? (replace(span) ?? []) : [span]))
      joinAround(kept, 0, kept.length)
      if (kept.length === 0) this.#segments.delete(segment)
      else this.#segments.set(segment, kept)
      this.#changed.add(segment)
    }
  }
}

/** Joins neighbours that touch and say the same, from position `start` to `end`. */
function joinAround(spans: DebtSpan[], start: number, end: number): void {
  for (let at = Math.min(end, spans.length - 1); at > start; at--) {
    const left = spans[at - 1]
    const right = spans[at]
    if (left === undefined || right === undefined) continue
    if (left.to === right.from && left.kind === right.kind && left.at === right.at) {
      spans.splice(at - 1, 2, { ...left, to: right.to })
    }
  }
}

/** Position of the first span that ends after `byte`. */
function firstEndingAfter(spans: readonly DebtSpan[], byte: number): number {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((spans[middle]?.to ?? 0) <= byte) low = middle + 1
    else high = middle
  }
  return low
}
