/** Bytes that may lie on the line at first: half a second of 64 kbit/s. It doubles while that makes the line carry more. */
const FIRST_BYTES = 4_096
/** Bounds what a server that comes back has to take of one agent at once. */
export const MAX_WINDOW_BYTES = 1_048_576
const MIN_WINDOW_BYTES = 1_024
/** What lies on the line shall be through within this time beside the line's own delay: an event waits no longer. */
export const QUEUE_SECONDS = 0.5
/** A larger window that carries this much more was worth it. */
const WORTH = 1.25
/** What a full line is tried with now and then, and how often: it may carry more than it did. */
const TRY_FACTOR = 1.5
const TRY_EVERY_MS = 10_000
/** The best of so many full rounds counts: one slow moment of the server is not the line. */
const ROUNDS = 6
/** The least delay of the last one to two such spans counts. */
const DELAY_SPAN_MS = 60_000
const MAX_DELAY_SECONDS = 2

/** One message on the line, as the window remembers it. */
export type Flight = {
  readonly bytes: number
  readonly sentAtMs: number
  /** Bytes on the line when it was sent, its own too. */
  readonly onLine: number
  readonly deliveredBefore: number
  readonly deliveredAtMs: number
}

/**
 * How many bytes may be under way, from how fast the other end acknowledges them; after BBR (Cardwell et al., 2016): the
 * rate is the most that arrived per time while the line was full, the delay is what remains of a round trip without the
 * time of the bytes ahead. Pure: times come in, milliseconds that never jump.
 */
export class LineWindow {
  #onLine = 0
  #delivered = 0
  #deliveredAtMs = 0
  /** A round ends when what was sent after its begin arrives. */
  #roundFrom = 0
  #isFull = false
  #roundRate = 0
  #rates: number[] = []
  #growing = true
  #rateBefore = 0
  #windowBytes = FIRST_BYTES
  #triedAtMs = 0
  #delays: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  #delaysSinceMs = 0

  get onLine(): number {
    return this.#onLine
  }

  get windowBytes(): number {
    return this.#windowBytes
  }

  /** What the line carries; undefined before anything has arrived. */
  get bytesPerSecond(): number | undefined {
    const best = Math.max(this.#roundRate, ...this.#rates)
    return best > 0 ? best : undefined
  }

  /** Whether a message fits; one always does where nothing is under way. */
  hasRoomFor(bytes: number, extraBytes = 0): boolean {
    return this.#onLine === 0 || this.#onLine + bytes <= this.#windowBytes + extraBytes
  }

  /** There is more to send than the window takes: only such rounds say what the line can carry. */
  full(): void {
    this.#isFull = true
  }

  sent(bytes: number, nowMs: number): Flight {
    if (this.#onLine === 0) this.#deliveredAtMs = nowMs
    this.#onLine += bytes
    const { onLine, deliveredBefore, deliveredAtMs } = {
      onLine: this.#onLine,
      deliveredBefore: this.#delivered,
      deliveredAtMs: this.#deliveredAtMs,
    }
    return { bytes, sentAtMs: nowMs, onLine, deliveredBefore, deliveredAtMs }
  }

  /** These have arrived, by one word of the other end. */
  arrived(flights: readonly Flight[], nowMs: number): void {
    if (flights.length === 0) return
    for (const { bytes } of flights) {
      this.#onLine = Math.max(0, this.#onLine - bytes)
      this.#delivered += bytes
    }
    this.#deliveredAtMs = nowMs
    for (const flight of flights) this.#measure(flight, nowMs)
    if (flights.some(({ deliveredBefore }) => deliveredBefore >= this.#roundFrom)) this.#endRound(nowMs)
  }

  #measure({ sentAtMs, onLine, deliveredBefore, deliveredAtMs }: Flight, nowMs: number): void {
    const rate = (this.#delivered - deliveredBefore) / (Math.max(1, nowMs - deliveredAtMs) / 1000)
    this.#roundRate = Math.max(this.#roundRate, rate)
    const line = this.bytesPerSecond
    // As long as the rate is not known, the time of the bytes ahead is not either.
    if (this.#growing || line === undefined) return
    if (nowMs - this.#delaysSinceMs > DELAY_SPAN_MS) {
      this.#delays = [this.#delays[1], Number.POSITIVE_INFINITY]
      this.#delaysSinceMs = nowMs
    }
    const delay = Math.max(0, (nowMs - sentAtMs) / 1000 - onLine / line)
    this.#delays[1] = Math.min(this.#delays[1], delay)
  }

  #endRound(nowMs: number): void {
    const wasFull = this.#isFull
    if (wasFull) {
      this.#rates.push(this.#roundRate)
      if (this.#rates.length > ROUNDS) this.#rates.shift()
    } else if (this.#rates.length > 0 && this.#roundRate > Math.max(...this.#rates)) {
      this.#rates[this.#rates.length - 1] = this.#roundRate
    }
    const rate = this.bytesPerSecond ?? 0
    if (wasFull) this.#resize(rate, nowMs)
    this.#roundFrom = this.#delivered
    this.#isFull = false
    this.#roundRate = this.#rates.length > 0 ? 0 : this.#roundRate
  }

  #resize(rate: number, nowMs: number): void {
    if (this.#growing && rate >= WORTH * this.#rateBefore) {
      this.#rateBefore = rate
      this.#windowBytes = Math.min(MAX_WINDOW_BYTES, this.#windowBytes * 2)
      // What was taken for delay was measured against a lower rate.
      this.#delays = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
      this.#delaysSinceMs = nowMs
      return
    }
    if (this.#growing) {
      this.#growing = false
      this.#triedAtMs = nowMs
    }
    const least = Math.min(...this.#delays)
    const delay = Number.isFinite(least) ? Math.min(least, MAX_DELAY_SECONDS) : 0
    const fitting = rate * (QUEUE_SECONDS + delay)
    this.#windowBytes = Math.min(MAX_WINDOW_BYTES, Math.max(MIN_WINDOW_BYTES, fitting))
    if (nowMs - this.#triedAtMs < TRY_EVERY_MS) return
    this.#triedAtMs = nowMs
    this.#growing = true
    this.#rateBefore = rate
    this.#windowBytes = Math.min(MAX_WINDOW_BYTES, this.#windowBytes * TRY_FACTOR)
  }
}
