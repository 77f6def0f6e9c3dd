/** Bounds one turn: the rest waits for the next. */
const MAX_TOGETHER = 500

type Waiting<T> = { readonly item: T; readonly done: () => void; readonly failed: (why: unknown) => void }

/**
 * Work of the same kind that comes in bursts, such as a thousand agents that return at once: what comes while a turn is at work
 * is done together in the next. Alone it waits for nothing. Work that fails must have left nothing: it is tried again, one by one.
 */
export class Gathered<T> {
  readonly #work: (items: readonly T[]) => Promise<void>
  #waiting: Waiting<T>[] = []
  #isAtWork = false

  constructor(work: (items: readonly T[]) => Promise<void>) {
    this.#work = work
  }

  /** Resolves once it is done; rejects when it fails alone as well. */
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
        if (turn.length === 1) turn[0]?.failed(thrown)
        else await this.#oneByOne(turn)
      }
    }
    this.#isAtWork = false
  }

  /** One of them cannot be done: that one alone is told so. */
  async #oneByOne(turn: readonly Waiting<T>[]): Promise<void> {
    for (const { item, done, failed } of turn) {
      try {
        await this.#work([item])
        done()
      } catch (thrown) {
        failed(thrown)
      }
    }
  }
}
