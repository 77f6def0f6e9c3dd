import type { Row } from './row.ts'
import {
  DAY_MEAN,
  DAY_VAR,
  FAST_MEAN,
  LEVEL_VAR,
  LOG_MEAN,
  LOG_VAR,
  LONGEST_RUN,
  MAX,
  MEMBER,
  MIN,
  PROFILE_MEAN,
  PROFILE_ROWS,
  PROFILE_VAR,
  REPEATS,
  REPEATS_AGAIN,
  RUN,
  SHORT_HOUR_VAR,
  SHORT_LONG_VAR,
  SHORT_VAR,
  WEEK_MEAN,
  WEEK_VAR,
} from './state-layout.ts'

/** Samples of an hour before its own profile speaks. */
const PROFILE_LEAST = 3

/** A repeated value repeats once more in this share before the series has taught its own. */
const AGAIN_PRIOR = 0.1
/** A flat line is at least three equal samples, and this much longer than any that was seen. */
const LEAST_RUN = 2
const LONGER = 1.5
/** One flat line is one alarm: what it is worth does not grow for ever. From here on it is certain. */
export const MOST_FLAT = 12
/** Distances from next to nothing are cut off here: they must fit into single precision. */
const MOST_DISTANCE = 1e6

/** Writes how far the sample is from what each member expected, in usual distances, before it is learnt. */
export function writeMembers(row: Row, out: Float32Array, at: number): void {
  const { floats, base, y, floor } = row
  const value = (place: number) => floats[base + place] ?? 0
  const far = (gap: number, variance: number) => bounded(Math.abs(gap) / (Math.sqrt(variance) + floor))
  out[at + MEMBER.day] = far(y - value(DAY_MEAN), value(DAY_VAR))
  out[at + MEMBER.week] = far(y - value(WEEK_MEAN), value(WEEK_VAR))
  const { shortByHour, shortOfLate, logFloor } = row.tuning
  const ofHour = value(row.hourSeen ? SHORT_HOUR_VAR + row.hour : SHORT_VAR)
  const short =
    shortByHour * ofHour + shortOfLate * value(SHORT_VAR) + (1 - shortByHour - shortOfLate) * value(SHORT_LONG_VAR)
  out[at + MEMBER.short] = far(y - row.median, short)
  const half = (value(MAX) - value(MIN)) / 2
  out[at + MEMBER.range] = half > 0 ? bounded(Math.abs(y - value(MIN) - half) / half) : 0
  const isKnown = value(PROFILE_ROWS + row.bin) >= PROFILE_LEAST
  // An hour in which a sparse series never moved has no deviation of its own.
  const ofWeek = row.tuning.seasonFloor * Math.sqrt(value(WEEK_VAR))
  out[at + MEMBER.season] = isKnown
    ? bounded(Math.abs(y - value(PROFILE_MEAN + row.bin)) / (Math.sqrt(value(PROFILE_VAR + row.bin)) + floor + ofWeek))
    : far(y - value(DAY_MEAN), value(DAY_VAR))
  out[at + MEMBER.level] = far(value(FAST_MEAN) - value(DAY_MEAN), value(LEVEL_VAR))
  out[at + MEMBER.flat] = y === row.last && row.rows > 0 ? flatSurprise(row) : 0
  out[at + MEMBER.log] = Math.abs(row.logValue - value(LOG_MEAN)) / (Math.sqrt(value(LOG_VAR)) + logFloor)
}

function bounded(distance: number): number {
  return distance < MOST_DISTANCE ? distance : MOST_DISTANCE
}

/**
 * Surprise in nats of a value that comes again, from how often this series repeats a value, and a repeated value: the fourth
 * equal sample of a series that never repeats is a flat line, while a counter that stands still at night is none. Shorter
 * runs than have been seen say nothing.
 */
function flatSurprise({ floats, base, rows }: Row): number {
  const run = (floats[base + RUN] ?? 0) + 1
  if (run < LEAST_RUN || run <= LONGER * (floats[base + LONGEST_RUN] ?? 0)) return 0
  const repeats = floats[base + REPEATS] ?? 0
  const first = (repeats + 1) / (rows + 2)
  const again = ((floats[base + REPEATS_AGAIN] ?? 0) + AGAIN_PRIOR) / (repeats + 1)
  return Math.min(MOST_FLAT, -Math.log(Math.min(1, first)) - (run - 1) * Math.log(Math.min(1, again)))
}
