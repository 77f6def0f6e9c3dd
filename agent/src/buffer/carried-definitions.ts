import type { Lane } from '@eyenet/shared/wire'

type Range = { readonly first: number; readonly last: number }

/** Definitions that went with messages which are not acknowledged yet. */
export class CarriedDefinitions {
  readonly #carried = new Map<string, Range & { readonly lane: Lane; readonly ids: readonly number[] }>()

  add(lane: Lane, { first, last }: Range, ids: readonly number[]): void {
    this.#carried.set(`${lane} ${first}`, { lane, first, last, ids })
  }

  /** Forgets the messages within a range, and says what each carried. */
  take(lane: Lane, range: Range): readonly (readonly number[])[] {
    const taken: (readonly number[])[] = []
    for (const [key, one] of this.#carried) {
      if (one.lane !== lane || one.first < range.first || one.last > range.last) continue
      taken.push(one.ids)
      this.#carried.delete(key)
    }
    return taken
  }

  clear(): void {
    this.#carried.clear()
  }
}
