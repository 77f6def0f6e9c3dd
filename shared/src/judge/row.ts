import {
  ACTIVE,
  ANCHOR,
  DOUBLES,
  FLOATS,
  HOURS,
  INTERVAL,
  LAST_TIME,
  LAST_VALUE,
  MIN,
  PROFILE_MEAN,
  PROFILE_ROWS,
  REST_LEVEL,
  RING,
  RING_LENGTH,
  ROWS,
  SLOW_MEAN,
  SLOW_VAR,
  WEEK,
  WEEK_VAR,
} from './state-layout.ts'
import type { TailPrior } from './tail-prior.ts'
import type { Tuning } from './tuning.ts'

/** Distances of a quarter of the weekly deviation are still told apart evenly; larger ones by their ratio. */
const LOG_SCALE = 4
const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
/** 1 January 1970 was a Thursday; weeks are counted from Monday. */
const MONDAY_MS = 3 * DAY_MS
const SATURDAY_HOUR = 120
/** Values beyond are taken as this: their squares still fit into single precision. */
const LARGEST = 1e18
/** Interval until two samples have come. */
const FIRST_INTERVAL_MS = 60_000
/** Rows in which the interval is found. */
const INTERVAL_ROWS = 20

/** One sample and what was known before it came; one object for all rows, so that nothing is allocated. */
export class Row {
  readonly tuning: Tuning
  readonly prior: TailPrior
  floats: Float32Array
  doubles: Float64Array
  /** Where the series' state begins. */
  base = 0
  exact = 0
  /** Samples seen before this one. */
  rows = 0
  ringAt = 0
  anchor = Number.NaN
  /** The sample relative to the series' anchor, the one before, and the median of the three before. */
  y = Number.NaN
  last = Number.NaN
  median = Number.NaN
  time = Number.NaN
  interval = Number.NaN
  dayShare = Number.NaN
  weekShare = Number.NaN
  hour = 0
  weekHour = 0
  bin = 0
  hourSeen = false
  /** What the profile says of this moment, without and with the hour of the week. */
  dayMean = Number.NaN
  weekMean = Number.NaN
  /** The sample above the lowest value, on a logarithmic scale of usual weekly distances. */
  logValue = Number.NaN
  /** What was expected of this sample. */
  expected = Number.NaN
  /** Usual distance from the long-term mean; never 0. */
  scale = Number.NaN
  /** Least distance that counts as one. */
  floor = Number.NaN
  /** While a row is concluded: surprise of all members together and what an alarm needs, in nats; who spoke loudest. */
  surprise = Number.NaN
  needed = Number.NaN
  speaker = 0
  /** Members that speak, and whether a verdict lasts. */
  members = 0
  isActive = false

  constructor(tuning: Tuning, prior: TailPrior) {
    this.tuning = tuning
    this.prior = prior
    this.floats = new Float32Array()
    this.doubles = new Float64Array()
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
    this.anchor = anchor
    this.y = clamp(value) - anchor
    this.last = this.rows === 0 ? 0 : (doubles[exact + LAST_VALUE] ?? 0) - anchor
    this.median = this.#median()
    this.#readClock(time)
    this.#readProfiles()
    const size = Math.abs(anchor) + Math.abs(floats[base + SLOW_MEAN] ?? 0)
    const deviation = Math.sqrt(floats[base + SLOW_VAR] ?? 0)
    this.floor = this.tuning.floor * deviation + 1e-9 * size + 1e-30
    const week = Math.sqrt(floats[base + WEEK_VAR] ?? 0) + this.floor
    this.logValue = Math.asinh((LOG_SCALE * (this.y - (floats[base + MIN] ?? 0))) / week)
    this.scale = Math.max(deviation, 1e-6 * size, 1e-30)
    this.expected = this.weekMean + (floats[base + REST_LEVEL] ?? 0)
  }

  /** Finds the series of a row again, after its sample was learnt. */
  reenter(slot: number, time: number): void {
    const { floats } = this
    this.base = slot * FLOATS
    this.exact = slot * DOUBLES
    this.rows = floats[this.base + ROWS] ?? 0
    this.interval = floats[this.base + INTERVAL] || FIRST_INTERVAL_MS
    this.time = time
    this.hour = hourOf(time)
    this.isActive = floats[this.base + ACTIVE] === 1
  }

  #median(): number {
    const { floats, ringAt } = this
    const ring = this.base + RING
    if (this.rows < 3) return this.last
    const a = floats[ring + ((ringAt + RING_LENGTH - 1) % RING_LENGTH)] ?? 0
    const b = floats[ring + ((ringAt + RING_LENGTH - 2) % RING_LENGTH)] ?? 0
    const c = floats[ring + ((ringAt + RING_LENGTH - 3) % RING_LENGTH)] ?? 0
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
  }

  #readClock(time: number): void {
    const { floats, base } = this
    this.time = time
    this.dayShare = (((time % DAY_MS) + DAY_MS) % DAY_MS) / DAY_MS
    this.weekShare = ((((time + MONDAY_MS) % WEEK_MS) + WEEK_MS) % WEEK_MS) / WEEK_MS
    this.hour = hourOf(time)
    this.weekHour = Math.floor(this.weekShare * 168)
    this.bin = this.hour + (this.weekHour >= SATURDAY_HOUR ? HOURS : 0)
    const former = floats[base + INTERVAL] ?? 0
    const elapsed = time - (this.doubles[this.exact + LAST_TIME] ?? Number.NaN)
    if (elapsed > 0) floats[base + INTERVAL] = this.#nextInterval(former, Math.min(elapsed, DAY_MS))
    this.interval = floats[base + INTERVAL] || FIRST_INTERVAL_MS
  }

  /** Half of the intervals are shorter and half longer than where this settles: gaps and doubled rows move it little. */
  #nextInterval(former: number, elapsed: number): number {
    if (former === 0) return elapsed
    const step = this.rows < INTERVAL_ROWS ? 0.2 : 0.02
    if (elapsed > former * 1.01) return Math.min(elapsed, former * (1 + step))
    if (elapsed < former * 0.99) return Math.max(elapsed, former / (1 + step))
    return former
  }

  #readProfiles(): void {
    const { floats, base } = this
    const slow = floats[base + SLOW_MEAN] ?? 0
    const day = this.bin - this.hour
    const at = this.dayShare * HOURS - 0.5
    const from = Math.floor(at)
    const a = this.#profile(day + ((from + HOURS) % HOURS), slow)
    const b = this.#profile(day + ((from + 1) % HOURS), slow)
    this.dayMean = a + (b - a) * (at - from)
    const deviation = floats[base + WEEK + this.weekHour] ?? 0
    this.weekMean = Number.isNaN(deviation) ? this.dayMean : this.dayMean + deviation
    this.hourSeen =
      (floats[base + PROFILE_ROWS + this.hour] ?? 0) + (floats[base + PROFILE_ROWS + HOURS + this.hour] ?? 0) >= 6
  }

  /** Mean of an hour; the series' own mean while the hour has not been seen. */
  #profile(bin: number, slow: number): number {
    const { floats, base } = this
    return (floats[base + PROFILE_ROWS + bin] ?? 0) > 0 ? (floats[base + PROFILE_MEAN + bin] ?? 0) : slow
  }
}

/** Hour of the day, UTC. */
function hourOf(time: number): number {
  return Math.floor(((((time % DAY_MS) + DAY_MS) % DAY_MS) / DAY_MS) * HOURS)
}

function clamp(value: number): number {
  return value > LARGEST ? LARGEST : value < -LARGEST ? -LARGEST : value
}
