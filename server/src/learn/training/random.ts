/** Numbers that look random and are the same for the same seed, on every machine (mulberry32 by Tommy Ettinger). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** In [0, 1). */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** In [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.unit()
  }

  /** Between low and high, as often in each octave. Both are above zero. */
  spread(low: number, high: number): number {
    return low * Math.exp(Math.log(high / low) * this.unit())
  }

  /** 0 .. count - 1. */
  below(count: number): number {
    return Math.floor(this.unit() * count)
  }

  /** Of the normal distribution with mean 0 and deviation 1 (Box and Muller; one of the pair is thrown away). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit())
  }

  /** Puts `values` into another order (Fisher and Yates). */
  shuffle(values: Int32Array): void {
    for (let at = values.length - 1; at > 0; at--) {
      const other = this.below(at + 1)
      const held = values[at] ?? 0
      values[at] = values[other] ?? 0
      values[other] = held
    }
  }
}
