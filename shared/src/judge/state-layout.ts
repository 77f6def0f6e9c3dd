/**
 * Where the state of one series lies. Single precision holds what is learnt (relative to `ANCHOR`, so that a small movement
 * of a large value is kept), double precision what must be exact.
 */
export const HOURS = 24
export const WEEK_HOURS = 168
/** Hours of working days, then hours of Saturday and Sunday (UTC). */
export const BINS = 2 * HOURS
/** The detectors that speak about a sample; each has a calibration of its own. */
export const MEMBERS = ['day', 'week', 'short', 'range', 'season', 'level', 'log', 'flat', 'band', 'unusual'] as const
export const MEMBER_COUNT = MEMBERS.length
export const MEMBER = {
  day: 0,
  week: 1,
  short: 2,
  range: 3,
  season: 4,
  level: 5,
  log: 6,
  flat: 7,
  band: 8,
  unusual: 9,
} as const
/** The first of the members that speak only where a model runs. */
export const FIRST_OF_MODEL = MEMBER.band

let next = 0
/** The next place of the single-precision state. */
function place(count: number): number {
  const at = next
  next += count
  return at
}

/** Rows seen with a value. */
export const ROWS = place(1)
/** Means and variances behind them, exponentially weighted: over a day, a week, a few rows, all. */
export const DAY_MEAN = place(1)
export const DAY_VAR = place(1)
export const WEEK_MEAN = place(1)
export const WEEK_VAR = place(1)
export const FAST_MEAN = place(1)
export const FAST_VAR = place(1)
export const SLOW_MEAN = place(1)
export const SLOW_VAR = place(1)
/** Mean square of the distance between fast and day mean. */
export const LEVEL_VAR = place(1)
/** Mean square of the distance from the median of the three samples before: of late, for long, and by hour of day. */
export const SHORT_VAR = place(1)
export const SHORT_LONG_VAR = place(1)
export const SHORT_HOUR_VAR = place(HOURS)
/** Mean and variance of the sample on a logarithmic scale above the lowest value. */
export const LOG_MEAN = place(1)
export const LOG_VAR = place(1)
export const STEP_SIZE = place(1)
/** Times that the last value came again: now, in all, of those how often once more, and at most in a row. */
export const RUN = place(1)
export const REPEATS = place(1)
export const REPEATS_AGAIN = place(1)
export const LONGEST_RUN = place(1)
export const MAX = place(1)
export const MIN = place(1)
/** Level of what the profile leaves over, and the usual size of what level and profile leave over. */
export const REST_LEVEL = place(1)
export const REST_SIZE = place(1)
/** Quantiles of what the forecast leaves over, in units of its usual size: the expected band. */
export const BAND_LOW = place(1)
export const BAND_HIGH = place(1)
/** The same for the model's band, in half widths of it. */
export const MODEL_LOW = place(1)
export const MODEL_HIGH = place(1)
/** Rows due that did not come, one after the other, and their usual share. */
export const MISSING_RUN = place(1)
export const MISSING_SHARE = place(1)
/** The verdict: its reason, its highest surprise, quiet rows. */
export const ACTIVE = place(1)
export const ACTIVE_REASON = place(1)
export const PEAK = place(1)
export const QUIET = place(1)
export const SINCE_ROWS = place(1)
/** Highest surprise of the block under way; of past blocks their number, upper quartile, mean excess over it and its square. */
export const BLOCK_MAX = place(1)
export const BLOCKS = place(1)
export const BLOCK_QUANTILE = place(1)
export const BLOCK_EXCESS = place(1)
export const BLOCK_EXCESS_SQUARE = place(1)
/** Drift: the day under way, its sum and samples; means of the last seven days; what the last day differs from the one
 * a week before, the mean of that, and how much it changes from day to day. */
export const DAY_NUMBER = place(1)
export const DAY_SUM = place(1)
export const DAY_ROWS = place(1)
export const DAYS = place(1)
export const DAY_RING = place(7)
export const LAST_STEP = place(1)
export const WEEKLY_STEP = place(1)
export const WEEKLY_NOISE = place(1)
/** Share per day of a drift that lasts; 0: none. */
export const DRIFT = place(1)
/** Interval between samples in milliseconds. */
export const INTERVAL = place(1)
/** Profile of working days and weekends by hour: mean, variance, samples seen. */
export const PROFILE_MEAN = place(BINS)
export const PROFILE_VAR = place(BINS)
export const PROFILE_ROWS = place(BINS)
/** What the hour of the week differs from the profile; NaN: not seen yet. */
export const WEEK = place(WEEK_HOURS)
/** Calibration of each member: samples, those above its bound, those in the tail's fit, their summed log excess. */
export const TAIL_FIELDS = 4
export const TAILS = place(TAIL_FIELDS * MEMBER_COUNT)
/** While a series has few values: how many, which, and how often each. */
export const VALUE_KINDS = place(1)
export const VALUES = place(8)
export const VALUE_COUNTS = place(8)
/** Ring of the last values. */
export const RING_LENGTH = 48
export const RING = place(RING_LENGTH)

export const FLOATS = next
/** Double precision: the value that the others are relative to, time and value of the last sample, since when a verdict lasts, time of the last alarm, end of the block. */
export const ANCHOR = 0
export const LAST_TIME = 1
export const LAST_VALUE = 2
export const SINCE = 3
export const ALARM_TIME = 4
export const BLOCK_END = 5
export const DOUBLES = 6

/** Octets of state of one series. */
export const STATE_BYTES = 4 * FLOATS + 8 * DOUBLES
