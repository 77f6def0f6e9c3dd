/** Pauses between tries: they double up to a bound, and each is cut by chance, so that a thousand agents do not return at once. */
export class BackOff {
  #failures = 0
  readonly #random: () => number

  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  /** Milliseconds to wait after another failure; `slow` for one that waiting will hardly mend. */
  next(slow: boolean): number {
    const longest = Math.min(60_000, 1_000 * 2 ** this.#failures)
    this.#failures = Math.min(this.#failures + 1, 16)
    return Math.round((slow ? 120_000 : longest) * (0.5 + this.#random() / 2))
  }

  succeeded(): void {
    this.#failures = 0
  }
}
