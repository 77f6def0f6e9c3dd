import type { Row } from './row.ts'
import {
  ANCHOR,
  FAST_MEAN,
  LAST_TIME,
  LAST_VALUE,
  MAX,
  MIN,
  PROFILE_MEAN,
  PROFILE_ROWS,
  PROFILE_SIZE,
  REST_LEVEL,
  REST_SIZE,
  RING,
  ROWS,
  RUN,
  SHORT_REST,
  SHORT_REST_VAR,
  SLOW_MEAN,
  SPREAD,
  STEP_SIZE,
  WEEK,
} from './state-layout.ts'

const HOUR_MS = 3_600_000

/** Takes a judged sample into the state of its series. */
export function learnSample(row: Row): void {
  const { floats, base, y, tuning } = row
  const at = (place: number) => floats[base + place] ?? 0
  const slowRate = rateOf(row, tuning.slowRows)
  follow(row, FAST_MEAN, rateOf(row, tuning.fastRows))
  follow(row, SLOW_MEAN, slowRate)
  floats[base + SPREAD] = moved(at(SPREAD), Math.abs(y - at(SLOW_MEAN)), slowRate)
  floats[base + STEP_SIZE] = moved(at(STEP_SIZE), Math.abs(y - row.last), slowRate)
  floats[base + REST_SIZE] = moved(at(REST_SIZE), Math.abs(y - row.expected), slowRate)
  const rest = y - row.weekMean
  floats[base + REST_LEVEL] = moved(at(REST_LEVEL), rest, rateOf(row, tuning.levelRows))
  floats[base + SHORT_REST] = moved(at(SHORT_REST), rest, rateOf(row, tuning.levelRows))
  const short = at(SHORT_REST)
  floats[base + SHORT_REST_VAR] = moved(at(SHORT_REST_VAR), short * short, slowRate)
  learnRange(row, slowRate)
  learnProfile(row)
  floats[base + RUN] = y === row.last ? (floats[base + RUN] ?? 0) + 1 : 0
  floats[base + RING + row.ringAt] = y
  floats[base + ROWS] = Math.min(row.rows + 1, 1 << 24)
  row.doubles[row.exact + LAST_TIME] = row.time
  row.doubles[row.exact + LAST_VALUE] = y + (row.doubles[row.exact + ANCHOR] ?? 0)
}

/** Mean at `place` and variance behind it, both exponentially weighted. */
function follow(row: Row, place: number, rate: number): void {
  const { floats, y } = row
  const at = row.base + place
  const gap = y - (floats[at] ?? 0)
  floats[at] = (floats[at] ?? 0) + rate * gap
  floats[at + 1] = (1 - rate) * ((floats[at + 1] ?? 0) + rate * gap * gap)
}

/** The weight of a new sample in a mean over `span` rows; young series take the plain mean. */
function rateOf(row: Row, span: number): number {
  return Math.max(1 / (row.rows + 1), 1 / span)
}

/** Moves a mean by a share of the way to a new value. */
function moved(mean: number, value: number, rate: number): number {
  return mean + rate * (value - mean)
}

/** Highest and lowest value; both move slowly towards the mean, so that a record of long ago is forgotten. */
function learnRange(row: Row, rate: number): void {
  const { floats, base, y } = row
  const mean = floats[base + SLOW_MEAN] ?? 0
  const [max, min] = [floats[base + MAX] ?? 0, floats[base + MIN] ?? 0]
  floats[base + MAX] = Math.max(y, max + 0.1 * rate * (mean - max))
  floats[base + MIN] = Math.min(y, min + 0.1 * rate * (mean - min))
}

function learnProfile(row: Row): void {
  const { floats, base, y, tuning } = row
  const seen = floats[base + PROFILE_ROWS + row.hour] ?? 0
  const rowsPerHour = Math.max(HOUR_MS / row.interval, 1)
  const rate = Math.max(1 / (seen + 1), 1 / (rowsPerHour * tuning.profileDays))
  const mean = base + PROFILE_MEAN + row.hour
  const size = base + PROFILE_SIZE + row.hour
  const gap = y - row.weekMean
  floats[size] = (floats[size] ?? 0) + rate * (Math.abs(gap) - (floats[size] ?? 0))
  floats[mean] = (floats[mean] ?? 0) + rate * (y - (floats[mean] ?? 0))
  floats[base + PROFILE_ROWS + row.hour] = Math.min(seen + 1, 1 << 24)
  const week = base + WEEK + row.weekHour
  const former = floats[week] ?? 0
  const weekRate = 1 / (rowsPerHour * tuning.weekWeeks)
  floats[week] = Number.isNaN(former) ? 0 : former + weekRate * (y - (floats[mean] ?? 0) - former)
}
