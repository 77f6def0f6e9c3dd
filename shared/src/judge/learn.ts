import { learnDay } from './drift.ts'
import { learnValue } from './few-values.ts'
import type { Row } from './row.ts'
import {
  ANCHOR,
  DAY_MEAN,
  DAY_VAR,
  FAST_MEAN,
  FAST_VAR,
  HOURS,
  LAST_TIME,
  LAST_VALUE,
  LEVEL_VAR,
  LOG_MEAN,
  LOG_VAR,
  LONGEST_RUN,
  MAX,
  MIN,
  PROFILE_MEAN,
  PROFILE_ROWS,
  PROFILE_VAR,
  REPEATS,
  REPEATS_AGAIN,
  REST_LEVEL,
  REST_SIZE,
  RING,
  ROWS,
  RUN,
  SHORT_HOUR_VAR,
  SHORT_LONG_VAR,
  SHORT_VAR,
  SLOW_MEAN,
  STEP_SIZE,
  WEEK,
  WEEK_MEAN,
} from './state-layout.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Rows that the longest memory keeps, and those of the short distance. */
const SLOW_ROWS = 5000
const SHORT_ROWS = 300
const SHORT_LONG_ROWS = 4000
const SHORT_HOUR_ROWS = 60
const FAST_VAR_ROWS = 50
/** Least rows of a day's and a week's memory, for series whose samples are far apart. */
const LEAST_DAY_ROWS = 20
const LEAST_WEEK_ROWS = 150
/** What is left of the longest run after each sample that moves. */
const RUN_MEMORY = 0.9999
/** Counts stop here; single precision counts exactly to 2^24. */
const MOST_ROWS = 1 << 24
/** Usual distances that a sample moves the level by at most. */
const LEVEL_STEP = 20
/** Largest rate of a profile bin. */
const PROFILE_MOST = 0.3

/** Takes a judged sample into the state of its series. */
export function learnSample(row: Row): void {
  const { floats, base, y } = row
  learnMeans(row)
  const slow = rateOf(row, SLOW_ROWS)
  floats[base + STEP_SIZE] = moved(floats[base + STEP_SIZE] ?? 0, Math.abs(y - row.last), slow)
  floats[base + REST_SIZE] = moved(floats[base + REST_SIZE] ?? 0, Math.abs(y - row.expected), slow)
  learnShort(row)
  learnRange(row)
  learnLevel(row)
  learnProfile(row)
  learnDay(row)
  learnRun(row)
  learnValue(row)
  floats[base + RING + row.ringAt] = y
  floats[base + ROWS] = Math.min(row.rows + 1, MOST_ROWS)
  row.doubles[row.exact + LAST_TIME] = row.time
  row.doubles[row.exact + LAST_VALUE] = y + (row.doubles[row.exact + ANCHOR] ?? 0)
}

function learnMeans(row: Row): void {
  const { floats, base, y, tuning } = row
  const weekRate = rateOf(row, Math.max(LEAST_WEEK_ROWS, Math.min((7 * DAY_MS) / row.interval, tuning.weekRows)))
  const level = (floats[base + FAST_MEAN] ?? 0) - (floats[base + DAY_MEAN] ?? 0)
  floats[base + LEVEL_VAR] = moved(floats[base + LEVEL_VAR] ?? 0, level * level, weekRate)
  follow(row, DAY_MEAN, rateOf(row, Math.max(LEAST_DAY_ROWS, DAY_MS / row.interval)))
  const log = row.logValue - (floats[base + LOG_MEAN] ?? 0)
  floats[base + LOG_VAR] = (1 - weekRate) * ((floats[base + LOG_VAR] ?? 0) + weekRate * log * log)
  floats[base + LOG_MEAN] = (floats[base + LOG_MEAN] ?? 0) + weekRate * log
  follow(row, WEEK_MEAN, weekRate)
  follow(row, SLOW_MEAN, rateOf(row, SLOW_ROWS))
  const gap = y - (floats[base + FAST_MEAN] ?? 0)
  floats[base + FAST_VAR] = moved(floats[base + FAST_VAR] ?? 0, gap * gap, 1 / FAST_VAR_ROWS)
  floats[base + FAST_MEAN] = moved(floats[base + FAST_MEAN] ?? 0, y, rateOf(row, tuning.fastRows))
}

/** Mean at `place` and variance behind it, both exponentially weighted. */
function follow(row: Row, place: number, rate: number): void {
  const { floats } = row
  const at = row.base + place
  const gap = row.y - (floats[at] ?? 0)
  floats[at] = (floats[at] ?? 0) + rate * gap
  floats[at + 1] = (1 - rate) * ((floats[at + 1] ?? 0) + rate * gap * gap)
}

/** The weight of a new sample in a mean over `span` rows; young series take the plain mean. */
function rateOf(row: Row, span: number): number {
  return Math.max(1 / (row.rows + 2), 1 / span)
}

/** Moves a mean by a share of the way to a new value. */
function moved(mean: number, value: number, rate: number): number {
  return mean + rate * (value - mean)
}

function learnShort(row: Row): void {
  const { floats, base } = row
  if (row.rows < 3) return
  const gap = row.y - row.median
  const hour = base + SHORT_HOUR_VAR + row.hour
  const seen = (floats[base + PROFILE_ROWS + row.hour] ?? 0) + (floats[base + PROFILE_ROWS + HOURS + row.hour] ?? 0)
  const square = gap * gap
  const least = 1 / (row.rows - 1)
  floats[base + SHORT_VAR] = moved(floats[base + SHORT_VAR] ?? 0, square, Math.max(1 / SHORT_ROWS, least))
  floats[base + SHORT_LONG_VAR] = moved(
    floats[base + SHORT_LONG_VAR] ?? 0,
    square,
    Math.max(1 / SHORT_LONG_ROWS, least),
  )
  floats[hour] = moved(floats[hour] ?? 0, square, Math.max(1 / SHORT_HOUR_ROWS, 1 / (seen + 1)))
}

/** Level of what the profile leaves over. One sample far off moves it no further than a usual one that is far. */
function learnLevel(row: Row): void {
  const { floats, base, tuning } = row
  const most = LEVEL_STEP * (floats[base + REST_SIZE] ?? 0) + row.floor
  const gap = Math.max(-most, Math.min(most, row.y - row.expected))
  const rate = rateOf(row, tuning.levelRows)
  floats[base + REST_LEVEL] = (floats[base + REST_LEVEL] ?? 0) + rate * gap
}

/** How long values stand still, and how often a value that came again comes once more. */
function learnRun(row: Row): void {
  const { floats, base } = row
  const run = floats[base + RUN] ?? 0
  const repeats = row.y === row.last && row.rows > 0
  if (repeats) floats[base + REPEATS] = (floats[base + REPEATS] ?? 0) + 1
  if (repeats && run > 0) floats[base + REPEATS_AGAIN] = (floats[base + REPEATS_AGAIN] ?? 0) + 1
  if (!repeats) floats[base + LONGEST_RUN] = Math.max(run, (floats[base + LONGEST_RUN] ?? 0) * RUN_MEMORY)
  floats[base + RUN] = repeats ? run + 1 : 0
}

/** Highest and lowest value; both move slowly inwards, so that a record of long ago is forgotten. */
function learnRange(row: Row): void {
  const { floats, base, y, tuning } = row
  const [max, min] = [floats[base + MAX] ?? 0, floats[base + MIN] ?? 0]
  const inwards = (tuning.rangeRate * (max - min)) / 2
  floats[base + MAX] = Math.max(y, max - inwards)
  floats[base + MIN] = Math.min(y, min + inwards)
}

function learnProfile(row: Row): void {
  const { floats, base, y, tuning } = row
  const hours = row.interval / HOUR_MS
  const mean = base + PROFILE_MEAN + row.bin
  const variance = base + PROFILE_VAR + row.bin
  const seen = floats[base + PROFILE_ROWS + row.bin] ?? 0
  if (seen === 0) {
    floats[mean] = y
    floats[variance] = floats[base + DAY_VAR] ?? 0
  } else {
    const rate = Math.max(Math.min(PROFILE_MOST, tuning.profileRate * hours), 1 / (seen + 2))
    const gap = y - (floats[mean] ?? 0)
    floats[variance] = (1 - rate) * ((floats[variance] ?? 0) + rate * gap * gap)
    floats[mean] = (floats[mean] ?? 0) + rate * gap
  }
  floats[base + PROFILE_ROWS + row.bin] = Math.min(seen + 1, MOST_ROWS)
  const week = base + WEEK + row.weekHour
  const former = floats[week] ?? 0
  const rate = Math.min(PROFILE_MOST, tuning.weekRate * hours)
  floats[week] = Number.isNaN(former) ? 0 : moved(former, y - row.dayMean, rate)
}
