/**
 * Where the state of one series lies. Single precision holds what is learnt (relative to `ANCHOR`, so that a small movement
 * of a large value is kept), double precision what must be exact.
 */
export const HOURS = 24
export const WEEK_HOURS = 168
/** The detectors that speak about a sample; each has a calibration of its own. */
export const MEMBERS = ['fast', 'slow', 'day', 'forecast', 'record', 'step', 'flat', 'shift', 'pattern'] as const
export const MEMBER_COUNT = MEMBERS.length
export const MEMBER = {
  fast: 0,
  slow: 1,
  day: 2,
  forecast: 3,
  record: 4,
  step: 5,
  flat: 6,
  shift: 7,
  pattern: 8,
} as const

let next = 0
/** The next place of the single-precision state. */
function place(count: number): number {
  const at = next
  next += count
  return at
}

/** Rows seen with a value. */
export const ROWS = place(1)
export const FAST_MEAN = place(1)
export const FAST_VAR = place(1)
export const SLOW_MEAN = place(1)
export const SLOW_VAR = place(1)
/** Usual distance of a sample from the slow mean: the scale that floors the others. */
export const SPREAD = place(1)
export const STEP_SIZE = place(1)
export const RUN = place(1)
export const MAX = place(1)
export const MIN = place(1)
/** Level of what the profile leaves over, and the usual size of what level and profile leave over. */
export const REST_LEVEL = place(1)
export const REST_SIZE = place(1)
export const SHORT_REST = place(1)
export const SHORT_REST_VAR = place(1)
/** Quantiles of what the forecast leaves over, in units of its usual size: the expected band. */
export const BAND_LOW = place(1)
export const BAND_HIGH = place(1)
/** Rows due that did not come, one after the other, and their usual share. */
export const MISSING_RUN = place(1)
export const MISSING_SHARE = place(1)
/** The verdict: its reason, rows until a new one may begin, its highest surprise, quiet rows. */
export const ACTIVE = place(1)
export const ACTIVE_REASON = place(1)
export const HOLD = place(1)
export const PEAK = place(1)
export const QUIET = place(1)
/** What the closed loop adds to the surprise that raises an alarm, in nats. */
export const LOOP = place(1)
/** Drift: day number of the day under way, its sum and rows, usual day level, slope per day and its size. */
export const DAY_NUMBER = place(1)
export const DAY_SUM = place(1)
export const DAY_ROWS = place(1)
export const DAY_LEVEL = place(1)
export const DAY_SLOPE = place(1)
export const DAY_SLOPE_SIZE = place(1)
export const DAYS = place(1)
/** Interval between samples in milliseconds. */
export const INTERVAL = place(1)
/** Profile of the day: mean, size of the distance from it, samples seen; by hour of UTC. */
export const PROFILE_MEAN = place(HOURS)
export const PROFILE_SIZE = place(HOURS)
export const PROFILE_ROWS = place(HOURS)
/** What the hour of the week differs from the profile of the day; NaN: not seen yet. */
export const WEEK = place(WEEK_HOURS)
/** Calibration of each member and of all together: quantile, mean excess. */
export const TAILS = place(2 * (MEMBER_COUNT + 1))
/** Ring of the last values. */
export const RING_LENGTH = 48
export const RING = place(RING_LENGTH)

export const FLOATS = next
/** Double precision: the value that the others are relative to, time and value of the last sample, since when a verdict lasts. */
export const ANCHOR = 0
export const LAST_TIME = 1
export const LAST_VALUE = 2
export const SINCE = 3
export const DOUBLES = 4

/** Octets of state of one series. */
export const STATE_BYTES = 4 * FLOATS + 8 * DOUBLES
