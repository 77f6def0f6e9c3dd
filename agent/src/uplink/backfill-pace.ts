/** What may be made up for after a pause: a second's worth, so that a limit is a limit. */
const BURST_MS = 1_000

/** A server's limit for the backlog, samples per second, as a bucket of tokens. Pure: times come in, milliseconds that never jump. */
export class BackfillPace {
  #samplesPerSecond: number | undefined
  #tokens = 0
  #filledAtMs = 0

  /** The limit; undefined where the server has named none. */
  get samplesPerSecond(): number | undefined {
    return this.#samplesPerSecond
  }

  set(samplesPerSecond: number | undefined, nowMs: number): void {
    if (samplesPerSecond === this.#samplesPerSecond) return
    this.#fill(nowMs)
    const isNew = this.#samplesPerSecond === undefined
    this.#samplesPerSecond = samplesPerSecond
    this.#tokens = isNew ? 0 : Math.min(this.#tokens, this.#most)
  }

  /** Milliseconds until the next message may go; 0 when it may now. */
  waitMs(nowMs: number): number {
    if (this.#samplesPerSecond === undefined) return 0
    this.#fill(nowMs)
    return this.#tokens > 0 ? 0 : Math.ceil((1 - this.#tokens) * (1000 / this.#samplesPerSecond))
  }

  /** A message went: however many samples it had, the next waits until they are made up for. */
  spend(samples: number): void {
    if (this.#samplesPerSecond !== undefined) this.#tokens -= samples
  }

  get #most(): number {
    return ((this.#samplesPerSecond ?? 0) * BURST_MS) / 1000
  }

  #fill(nowMs: number): void {
    const passed = Math.max(0, nowMs - this.#filledAtMs)
    this.#filledAtMs = nowMs
    if (this.#samplesPerSecond === undefined) return
    this.#tokens = Math.min(this.#most, this.#tokens + (passed / 1000) * this.#samplesPerSecond)
  }
}
