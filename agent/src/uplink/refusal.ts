import type { Refusal } from '@eyenet/shared/wire'

/** A message that is not obeyed: why, in a word for the counter and in a sentence for people. */
export type Refused = {
  readonly kind: 'refused'
  readonly refusal: Refusal
  readonly reason: string
  /** The task, where one can be told that it was refused. */
  readonly id?: string
}

export function refusedAs(refusal: Refusal, reason: string): Refused {
  return { kind: 'refused', refusal, reason }
}

/** How often what was refused, by reason. */
export class RefusalCounts {
  readonly #counts = new Map<Refusal, number>()

  add(refusal: Refusal): void {
    this.#counts.set(refusal, (this.#counts.get(refusal) ?? 0) + 1)
  }

  get total(): number {
    let sum = 0
    for (const count of this.#counts.values()) sum += count
    return sum
  }

  get byReason(): ReadonlyMap<Refusal, number> {
    return this.#counts
  }
}
