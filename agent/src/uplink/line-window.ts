/** Bytes that may lie on the line at first: half a second of 64 kbit/s. It doubles while that makes the line carry more. */
const FIRST_BYTES = 4_096
/** Bounds what a server that comes back has to take of one agent at once. */
export const MAX_WINDOW_BYTES = 1_048_576
const MIN_WINDOW_BYTES = 1_024
/** What lies on the line shall be through within this time beside the line's own delay: an event waits no longer. */
export const QUEUE_SECONDS = 0.5
/** A larger window that carries this much more was worth it; it shows after a round or two. */
const WORTH = 1.25
const FLAT_ROUNDS = 3
/** Nor is a window tried any longer that takes so long to cross. */
const LONG_MS = 1_500
/** What a full line is tried with now and then, and how often: it may carry more than it did. */
const TRY_FACTOR = 1.5
const TRY_EVERY_MS = 10_000
/** The best of the last full rounds counts, since one slow moment of the server is not the line, but no old ones. */
const ROUNDS = 6
const ROUNDS_WITHIN_MS = 10_000
/** The delay shows where a message meets an empty line: the least of so many counts, and a full line is emptied for one so often. */
const DELAYS = 4
const DELAY_EVERY_MS = 60_000
const MAX_DELAY_SECONDS = 2

/** One message on the line, as the window remembers it. */
export type Flight = {
  readonly bytes: number
  readonly sentAtMs: number
  /** Bytes on the line when it was sent, its own too. */
  readonly onLine: number
  /** Whether nothing else was. */
  readonly isAlone: boolean
  readonly deliveredBefore: number
  readonly deliveredAtMs: number
}

/**
 * How many bytes may be under way, from how fast the other end acknowledges them; after BBR (Cardwell et al., 2016): the
 * rate is the most that arrived per time while the line was full, the delay that of a message which met an empty line. Pure: times come in, milliseconds that never jump.
 */
export class LineWindow {
  #onLine = 0
  #delivered = 0
  #deliveredAtMs = 0
  /** A round ends when what was sent after its begin arrives. */
  #roundFrom = 0
  #isFull = false
  #roundRate = 0
  #rates: { readonly rate: number; readonly atMs: number }[] = []
  #growing = true
  #flatRounds = 0
  #rateBefore = 0
  #windowBytes = FIRST_BYTES
  #triedAtMs = 0
  /** Messages that met an empty line. */
  #lone: { readonly seconds: number; readonly bytes: number }[] = []
  #loneAtMs = 0
  #isEmptying = false

  get onLine(): number {
    return this.#onLine
  }

  get windowBytes(): number {
    return this.#windowBytes
  }

  /** What the line carries; undefined before anything has arrived. */
  get bytesPerSecond(): number | undefined {
    const best = Math.max(this.#roundRate, ...this.#rates.map(({ rate }) => rate))
    return best > 0 ? best : undefined
  }

  /** Whether a message fits; one always does where nothing is under way. */
  hasRoomFor(bytes: number, extraBytes = 0): boolean {
    if (this.#onLine === 0) return true
    const window = this.#isEmptying ? 0 : this.#windowBytes
    return this.#onLine + bytes <= window + extraBytes
  }

  /** There is more to send than the window takes: only such rounds say what the line can carry. */
  full(): void {
    this.#isFull = true
  }

  sent(bytes: number, nowMs: number): Flight {
    const isAlone = this.#onLine === 0
    if (isAlone) {
      this.#deliveredAtMs = nowMs
      this.#isEmptying = false
    }
    this.#onLine += bytes
    const delivered = { deliveredBefore: this.#delivered, deliveredAtMs: this.#deliveredAtMs }
    return { bytes, sentAtMs: nowMs, onLine: this.#onLine, isAlone, ...delivered }
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
    const ending = flights.find(({ deliveredBefore }) => deliveredBefore >= this.#roundFrom)
    if (ending !== undefined) this.#endRound(nowMs, nowMs - ending.sentAtMs)
  }

  /** This one will never arrive: it takes no room any more, and says nothing of the line. */
  forget({ bytes }: Flight): void {
    this.#onLine = Math.max(0, this.#onLine - bytes)
  }

  #measure({ bytes, sentAtMs, isAlone, deliveredBefore, deliveredAtMs }: Flight, nowMs: number): void {
    const rate = (this.#delivered - deliveredBefore) / (Math.max(1, nowMs - deliveredAtMs) / 1000)
    this.#roundRate = Math.max(this.#roundRate, rate)
    if (!isAlone) return
    this.#lone = [...this.#lone, { seconds: (nowMs - sentAtMs) / 1000, bytes }].slice(-DELAYS)
    this.#loneAtMs = nowMs
  }

  /** A round trip without the time of the bytes, seconds. */
  #delay(rate: number): number {
    const least = Math.min(...this.#lone.map(({ seconds, bytes }) => seconds - bytes / rate))
    return Number.isFinite(least) ? Math.min(MAX_DELAY_SECONDS, Math.max(0, least)) : 0
  }

  #endRound(nowMs: number, tookMs: number): void {
    if (this.#isFull) {
      const recent = this.#rates.filter(({ atMs }) => nowMs - atMs <= ROUNDS_WITHIN_MS)
      this.#rates = [...recent, { rate: this.#roundRate, atMs: nowMs }].slice(-ROUNDS)
      this.#roundRate = 0
      this.#resize(tookMs, nowMs)
    } else if (this.#rates.length > 0) {
      // A line that was not full carried less than it can: that says something only where it is more than was known.
      const best = this.bytesPerSecond ?? 0
      if (this.#roundRate >= best) this.#rates = [{ rate: best, atMs: nowMs }]
      this.#roundRate = 0
    }
    this.#roundFrom = this.#delivered
    this.#isFull = false
  }

  #resize(tookMs: number, nowMs: number): void {
    const rate = this.bytesPerSecond ?? 0
    if (this.#growing) {
      if (this.#grow(rate, tookMs)) return
      this.#growing = false
      this.#triedAtMs = nowMs
    }
    const fitting = bounded(rate * (QUEUE_SECONDS + this.#delay(rate)))
    this.#windowBytes = fitting
    if (nowMs - this.#loneAtMs > DELAY_EVERY_MS) this.#isEmptying = true
    if (nowMs - this.#triedAtMs < TRY_EVERY_MS) return
    this.#growing = true
    this.#flatRounds = 0
    this.#rateBefore = rate
    this.#windowBytes = bounded(fitting * TRY_FACTOR)
  }

  /** Whether it goes on trying larger windows. */
  #grow(rate: number, tookMs: number): boolean {
    if (rate < WORTH * this.#rateBefore) {
      this.#flatRounds++
      return this.#flatRounds < FLAT_ROUNDS && tookMs < LONG_MS
    }
    this.#flatRounds = 0
    this.#rateBefore = rate
    this.#windowBytes = bounded(this.#windowBytes * 2)
    return true
  }
}

function bounded(bytes: number): number {
  return Math.min(MAX_WINDOW_BYTES, Math.max(MIN_WINDOW_BYTES, bytes))
}
