/** Requests a second to one device unless told: a switch's small processor answers so many beside its own work. */
export const DEFAULT_REQUESTS_PER_SECOND = 100
/** So many seconds' worth may go out at once: a whole poll of a usual device. */
const BURST_SECONDS = 2

/** A token bucket (as GCRA, ITU-T I.371): how long to wait before the next request to one device. */
export class PacketBudget {
  readonly #everyMs: number
  readonly #burstMs: number
  /** When the bucket would be full again. */
  #fullAtMs = Number.NEGATIVE_INFINITY

  constructor(requestsPerSecond = DEFAULT_REQUESTS_PER_SECOND) {
    this.#everyMs = 1_000 / requestsPerSecond
    this.#burstMs = Math.max(0, BURST_SECONDS * 1_000 - this.#everyMs)
  }

  /** Takes one request out; milliseconds after which it may be sent. */
  take(nowMs: number): number {
    const from = Math.max(nowMs, this.#fullAtMs)
    this.#fullAtMs = from + this.#everyMs
    return Math.max(0, from - nowMs - this.#burstMs)
  }
}
