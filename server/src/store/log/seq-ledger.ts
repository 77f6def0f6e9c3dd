import type { Mark, SeqRange } from '../metric-store.ts'

/** Ranges per source: a sender that leaves this many holes is broken, and more would only grow. */
export const RANGES_MAX = 10_000

export type Covered =
  | { readonly kind: 'none' }
  | { readonly kind: 'all' }
  | { readonly kind: 'some'; readonly known: readonly SeqRange[] }

/** Which sequence numbers of which source are stored. Ranges are ascending, and numbers lie between any two. */
export class SeqLedger {
  readonly #ranges = new Map<string, SeqRange[]>()
  readonly #changed = new Set<string>()

  covered({ source, first, last }: Mark): Covered {
    const ranges = this.#ranges.get(source) ?? []
    const known: SeqRange[] = []
    for (let at = firstEndingFrom(ranges, first); at < ranges.length; at++) {
      const range = ranges[at]
      if (range === undefined || range.first > last) break
      known.push({ first: Math.max(first, range.first), last: Math.min(last, range.last) })
    }
    const only = known[0]
    if (only === undefined) return { kind: 'none' }
    return only.first === first && only.last === last ? { kind: 'all' } : { kind: 'some', known }
  }

  /** Adding numbers that are there changes nothing. */
  add({ source, first, last }: Mark): void {
    const ranges = this.#ranges.get(source) ?? []
    this.#ranges.set(source, ranges)
    this.#changed.add(source)
    const start = firstEndingFrom(ranges, first - 1)
    let end = start
    let joined: SeqRange = { first, last }
    for (let next = ranges[end]; next !== undefined && next.first <= last + 1; next = ranges[end]) {
      joined = { first: Math.min(joined.first, next.first), last: Math.max(joined.last, next.last) }
      end++
    }
    ranges.splice(start, end - start, joined)
  }

  ranges(source: string): readonly SeqRange[] {
    return [...(this.#ranges.get(source) ?? [])]
  }

  isFull(source: string): boolean {
    return (this.#ranges.get(source)?.length ?? 0) >= RANGES_MAX
  }

  /** Sources that changed since the last call, with all their ranges as they are now. */
  takeChanged(): ReadonlyMap<string, readonly SeqRange[]> {
    const changed = new Map([...this.#changed].map((source) => [source, this.ranges(source)] as const))
    this.#changed.clear()
    return changed
  }

  /** Hands sources back that takeChanged gave and that could not be saved. */
  stillChanged(sources: Iterable<string>): void {
    for (const source of sources) this.#changed.add(source)
  }
}

/** Position of the first range that ends at or after `seq`. */
function firstEndingFrom(ranges: readonly SeqRange[], seq: number): number {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.last ?? 0) < seq) low = middle + 1
    else high = middle
  }
  return low
}
