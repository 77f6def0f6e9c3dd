import type { Ask } from '../metric-store.ts'
import type { Basis, JsonBegin } from './query-calls.ts'

/** Bytes of answers that are kept; about a hundred charts. */
const MAX_BYTES = 32 * 1024 * 1024
/** A larger answer is made anew each time. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024
/** Its key and what is around it. */
const ENTRY_BYTES = 1_024

export type KeptAnswer = JsonBegin & { readonly basis: Basis }

/** Whole answers with what they were worked out from, so that the same question need not be worked out again. */
export class AnswerCache {
  readonly #kept = new Map<string, KeptAnswer>()
  #bytes = 0

  /** The answer that was kept; whether it still holds is the caller's to find out. */
  find(key: string): KeptAnswer | undefined {
    const found = this.#kept.get(key)
    if (found !== undefined) {
      // The ones used last are at the end.
      this.#kept.delete(key)
      this.#kept.set(key, found)
    }
    return found
  }

  keep(key: string, answer: JsonBegin): void {
    const { basis, more, pieces } = answer
    if (basis === undefined || more || sizeOf(pieces) > MAX_ANSWER_BYTES) return
    this.forget(key)
    this.#kept.set(key, { ...answer, basis })
    this.#bytes += sizeOf(pieces) + ENTRY_BYTES
    for (const [oldest] of this.#kept) {
      if (this.#bytes <= MAX_BYTES) break
      this.forget(oldest)
    }
  }

  forget(key: string): void {
    const found = this.#kept.get(key)
    if (found === undefined) return
    this.#kept.delete(key)
    this.#bytes -= sizeOf(found.pieces) + ENTRY_BYTES
  }
}

/** Equal for equal questions only; undefined for one that sees more than what is stored. */
export function keyOf({ expr, start, end, step, lookbackMs, limits, limit, extra = [] }: Ask): string | undefined {
  if (extra.length > 0) return undefined
  // The text tells numbers apart that JSON does not, the tree questions that were made of another one's text.
  return JSON.stringify([expr.text, expr.expr, start, end, step, lookbackMs, limits, limit])
}

const sizeOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, piece) => sum + piece.length, 0)
