import type { SeriesBank } from './series-bank.ts'
import {
  ANCHOR,
  DOUBLES,
  FLOATS,
  HOURS,
  INTERVAL,
  LAST_TIME,
  LAST_VALUE,
  PROFILE_MEAN,
  PROFILE_ROWS,
  REST_LEVEL,
  RING_LENGTH,
  ROWS,
  SLOW_MEAN,
  SPREAD,
  WEEK,
} from './state-layout.ts'
import type { Tuning } from './tuning.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS
/** 1 January 1970 was a Thursday; weeks are counted from Monday. */
const MONDAY_MS = 3 * DAY_MS
/** Values beyond are taken as this: their squares still fit into single precision. */
const LARGEST = 1e18

/** One sample and what was known before it came; one object for all rows, so that nothing is allocated. */
export class Row {
  tuning: Tuning
  floats: Float32Array
  doubles: Float64Array
  base = 0
  exact = 0
  /** Samples seen before this one. */
  rows = 0
  ringAt = 0
  /** The sample relative to the series' anchor, and the one before. */
  y = Number.NaN
  last = Number.NaN
  time = Number.NaN
  interval = 60_000.5
  dayShare = Number.NaN
  weekShare = Number.NaN
  hour = 0
  weekHour = 0
  /** What the profiles say of this moment, the level included nowhere. */
  dayMean = Number.NaN
  weekMean = Number.NaN
  /** What was expected of this sample. */
  expected = Number.NaN
  /** Usual distance from the long-term mean; never 0. */
  scale = Number.NaN

  constructor(bank: SeriesBank) {
    this.tuning = bank.tuning
    this.floats = bank.floats
    this.doubles = bank.doubles
  }

  /** Reads slot, clock and profiles for a sample. */
  enter(slot: number, time: number, value: number): void {
    const { floats, doubles } = this
    const base = slot * FLOATS
    const exact = slot * DOUBLES
    this.base = base
    this.exact = exact
    this.rows = floats[base + ROWS] ?? 0
    if (this.rows === 0) doubles[exact + ANCHOR] = clamp(value)
    this.ringAt = this.rows % RING_LENGTH
    const anchor = doubles[exact + ANCHOR] ?? 0
    this.y = clamp(value) - anchor
    this.last = this.rows === 0 ? 0 : (doubles[exact + LAST_VALUE] ?? 0) - anchor
    this.#readClock(time)
    this.#readProfiles()
    const size = Math.abs(anchor) + Math.abs(this.y)
    this.scale = Math.max(floats[base + SPREAD] ?? 0, size * 1e-6, 1e-30)
    this.expected = (this.weekMean ?? 0) + (floats[base + REST_LEVEL] ?? 0)
  }

  #readClock(time: number): void {
    const { floats, base } = this
    this.time = time
    this.dayShare = (((time % DAY_MS) + DAY_MS) % DAY_MS) / DAY_MS
    this.weekShare = ((((time + MONDAY_MS) % WEEK_MS) + WEEK_MS) % WEEK_MS) / WEEK_MS
    this.hour = Math.floor(this.dayShare * 24)
    this.weekHour = Math.floor(this.weekShare * 168)
    const elapsed = time - (this.doubles[this.exact + LAST_TIME] ?? Number.NaN)
    const former = floats[base + INTERVAL] ?? 0
    if (elapsed > 0) {
      // Half of the intervals are shorter and half longer than where this settles: gaps and doubled rows move it little.
      const step = this.rows < 20 ? 0.2 : 0.02
      const next =
        former === 0
          ? elapsed
          : elapsed > former * 1.01
            ? former * (1 + step)
            : elapsed < former * 0.99
              ? former * (1 - step)
              : former
      floats[base + INTERVAL] = Math.min(next, DAY_MS)
    }
    this.interval = floats[base + INTERVAL] || 60_000
  }

  #readProfiles(): void {
    const { floats, base } = this
    const at = this.dayShare * 24 - 0.5
    const hour = Math.floor(at)
    const share = at - hour
    const slow = floats[base + SLOW_MEAN] ?? 0
    const a = this.#profile((hour + HOURS) % HOURS, slow)
    const b = this.#profile((hour + 1) % HOURS, slow)
    this.dayMean = a + (b - a) * share
    const deviation = floats[base + WEEK + this.weekHour] ?? 0
    this.weekMean = Number.isNaN(deviation) ? this.dayMean : this.dayMean + deviation
  }

  /** Mean of an hour; the series' own mean while the hour has not been seen. */
  #profile(hour: number, slow: number): number {
    const { floats, base } = this
    return (floats[base + PROFILE_ROWS + hour] ?? 0) > 0 ? (floats[base + PROFILE_MEAN + hour] ?? 0) : slow
  }
}

function clamp(value: number): number {
  return value > LARGEST ? LARGEST : value < -LARGEST ? -LARGEST : value
}
