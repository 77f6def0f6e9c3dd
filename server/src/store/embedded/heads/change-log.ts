const HOUR_MS = 3_600_000
/** Hours of which the last change is known: ten years; more are forgotten, and what was worked out before with them. */
const MAX_HOURS = 90_000

/** When samples of which hours changed last, so that what was worked out from them can be used again. */
export class ChangeLog {
  readonly #hours = new Map<number, number>()
  /** Grows with each change. */
  #count = 0
  /** What was worked out before this count is worth nothing. */
  #floor = 0

  get count(): number {
    return this.#count
  }

  /** Samples from `first` to `last` came. */
  changed(first: number, last: number): void {
    this.#count++
    const from = Math.floor(first / HOUR_MS)
    const to = Math.floor(last / HOUR_MS)
    if (to - from + this.#hours.size > MAX_HOURS) {
      this.allChanged()
      return
    }
    for (let hour = from; hour <= to; hour++) this.#hours.set(hour, this.#count)
  }

  /** Series or chunks went. */
  allChanged(): void {
    this.#count++
    this.#floor = this.#count
    this.#hours.clear()
  }

  /** Whether nothing from `from` to `to` has changed since the count was `count`. */
  isUnchanged(from: number, to: number, count: number): boolean {
    if (count < this.#floor) return false
    const [first, last] = [Math.floor(from / HOUR_MS), Math.floor(to / HOUR_MS)]
    if (last - first < this.#hours.size) {
      for (let hour = first; hour <= last; hour++) if ((this.#hours.get(hour) ?? 0) > count) return false
      return true
    }
    for (const [hour, changed] of this.#hours) if (hour >= first && hour <= last && changed > count) return false
    return true
  }
}
