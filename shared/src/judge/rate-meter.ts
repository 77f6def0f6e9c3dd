/** A reading that comes later than this many usual intervals after the former is a new start: the mean over a gap says little. */
const GAP_INTERVALS = 3
/** Counters of 32 bits wrap; a step back from above half of that range to below it is taken as a wrap when the rate stays plausible. */
const WRAP_32 = 2 ** 32

/**
 * Counter readings into rates per second, for many counters in typed arrays; 24 octets each. The same at agent and server.
 * NaN: the first reading, a reset, a gap, a clock that stands or goes back, or a reading that is no number.
 */
export class RateMeter {
  readonly #times: Float64Array
  readonly #values: Float64Array
  readonly #intervals: Float64Array

  constructor(maxCounters: number) {
    this.#times = new Float64Array(maxCounters).fill(Number.NaN)
    this.#values = new Float64Array(maxCounters)
    this.#intervals = new Float64Array(maxCounters)
  }

  /** Forgets one counter, so that its place can serve another. */
  reset(counter: number): void {
    this.#times[counter] = Number.NaN
    this.#intervals[counter] = 0
  }

  /** The rate since the former reading, per second. A reading that is NaN is skipped: the next one is measured from the last good one. */
  rate(counter: number, timeMs: number, reading: number): number {
    if (!Number.isFinite(reading) || !Number.isFinite(timeMs)) return Number.NaN
    const elapsed = timeMs - (this.#times[counter] ?? Number.NaN)
    const former = this.#values[counter] ?? 0
    const usual = this.#intervals[counter] ?? 0
    this.#times[counter] = timeMs
    this.#values[counter] = reading
    if (!(elapsed > 0)) return Number.NaN
    this.#intervals[counter] = usual === 0 ? elapsed : usual + (Math.min(elapsed, 4 * usual) - usual) / 8
    if (usual > 0 && elapsed > GAP_INTERVALS * usual) return Number.NaN
    const step = reading >= former ? reading - former : wrapped(former, reading)
    return (step * 1000) / elapsed
  }
}

/** The step over a wrap at 32 bits; NaN for a reset. */
function wrapped(former: number, reading: number): number {
  const near = former < WRAP_32 && former > 0.75 * WRAP_32 && reading < 0.25 * WRAP_32
  return near ? reading + WRAP_32 - former : Number.NaN
}
