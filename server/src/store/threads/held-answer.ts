import { EyeNetError } from '@eyenet/shared/errors'

/** A reader that takes nothing of an answer for so long is given up: it holds a thread. */
const READER_MS = 10_000

export type Pieces = { readonly pieces: readonly Uint8Array[]; readonly more: boolean }

export type HeldAnswerOptions = {
  readonly first: readonly Uint8Array[]
  readonly next: () => Promise<Pieces>
  /** Called once, when nothing more is asked for: at the end, when the reader leaves, or when it takes too long. */
  readonly release: () => void
}

/** An answer that a thread makes while it is read. Whoever has it either reads it, returns it, or loses it in time. */
export class HeldAnswer implements AsyncIterableIterator<Uint8Array> {
  readonly #options: HeldAnswerOptions
  #pieces: Uint8Array[]
  #more = true
  #isHeld = true
  #timer: NodeJS.Timeout

  constructor(options: HeldAnswerOptions) {
    this.#options = options
    this.#pieces = [...options.first]
    this.#timer = this.#watch()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    clearTimeout(this.#timer)
    const piece = this.#pieces.shift()
    if (piece !== undefined) {
      if (this.#isHeld) this.#timer = this.#watch()
      return { done: false, value: piece }
    }
    if (!this.#more) return this.return()
    if (!this.#isHeld) throw new EyeNetError('unavailable', 'the answer was read too slowly and is cut')
    try {
      const { pieces, more } = await this.#options.next()
      this.#pieces = [...pieces]
      this.#more = more
    } catch (thrown) {
      this.#release()
      throw thrown
    }
    return this.next()
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#pieces = []
    this.#more = false
    this.#release()
    return { done: true, value: undefined }
  }

  #watch(): NodeJS.Timeout {
    return setTimeout(() => this.#release(), READER_MS).unref()
  }

  #release(): void {
    clearTimeout(this.#timer)
    if (!this.#isHeld) return
    this.#isHeld = false
    this.#options.release()
  }
}
