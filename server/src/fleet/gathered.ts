/** Bounds one turn: the rest waits for the next. */
const MAX_TOGETHER = 500

/**
 * Work of the same kind that comes in bursts, such as a thousand agents that return at once: what comes while a turn is at work
 * is done together in the next. Alone it waits for nothing.
 */
export class Gathered<T> {
  readonly #work: (items: readonly T[]) => Promise<void>
  #waiting: { readonly item: T; readonly done: () => void; readonly failed: (why: unknown) => void }[] = []
  #isAtWork = false

  constructor(work: (items: readonly T[]) => Promise<void>) {
    this.#work = work
  }

  /** Resolves once the turn that this belongs to is through; rejects with all of its turn. */
  add(item: T): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ item, done, failed })
      if (!this.#isAtWork) void this.#turns()
    })
  }

  async #turns(): Promise<void> {
    this.#isAtWork = true
    while (this.#waiting.length > 0) {
      const turn = this.#waiting.splice(0, MAX_TOGETHER)
      try {
        await this.#work(turn.map(({ item }) => item))
        for (const { done } of turn) done()
      } catch (thrown) {
        for (const { failed } of turn) failed(thrown)
      }
    }
    this.#isAtWork = false
  }
}
