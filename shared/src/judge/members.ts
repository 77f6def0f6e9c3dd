import type { Row } from './row.ts'
import {
  DAY_MEAN,
  DAY_VAR,
  FAST_MEAN,
  FAST_VAR,
  HOURS_MEAN,
  LEVEL_VAR,
  LOG_MEAN,
  LOG_VAR,
  LONG_LEVEL_VAR,
  MAX,
  MEMBER,
  MIN,
  PROFILE_MEAN,
  PROFILE_ROWS,
  PROFILE_VAR,
  REST_SIZE,
  RUN,
  SHORT_HOUR_VAR,
  SHORT_LONG_VAR,
  SHORT_VAR,
  WEEK_MEAN,
  WEEK_VAR,
} from './state-layout.ts'

/** Samples of an hour before its own profile speaks. */
const PROFILE_LEAST = 3

/** Writes how far the sample is from what each member expected, in usual distances, before it is learnt. */
export function writeMembers(row: Row, out: Float32Array, at: number): void {
  const { floats, base, y, floor } = row
  const value = (place: number) => floats[base + place] ?? 0
  const far = (gap: number, variance: number) => Math.abs(gap) / (Math.sqrt(variance) + floor)
  out[at + MEMBER.day] = far(y - value(DAY_MEAN), value(DAY_VAR))
  out[at + MEMBER.week] = far(y - value(WEEK_MEAN), value(WEEK_VAR))
  out[at + MEMBER.fast] = far(y - value(FAST_MEAN), value(FAST_VAR))
  const { shortByHour, shortOfLate, logFloor } = row.tuning
  const ofHour = value(row.hourSeen ? SHORT_HOUR_VAR + row.hour : SHORT_VAR)
  const short =
    shortByHour * ofHour + shortOfLate * value(SHORT_VAR) + (1 - shortByHour - shortOfLate) * value(SHORT_LONG_VAR)
  out[at + MEMBER.short] = far(y - row.median, short)
  const half = (value(MAX) - value(MIN)) / 2
  out[at + MEMBER.range] = half > 0 ? Math.abs(y - value(MIN) - half) / half : 0
  const isKnown = value(PROFILE_ROWS + row.bin) >= PROFILE_LEAST
  out[at + MEMBER.season] = isKnown
    ? far(y - value(PROFILE_MEAN + row.bin), value(PROFILE_VAR + row.bin))
    : far(y - value(DAY_MEAN), value(DAY_VAR))
  out[at + MEMBER.level] = far(value(FAST_MEAN) - value(DAY_MEAN), value(LEVEL_VAR))
  out[at + MEMBER.longLevel] = far(value(HOURS_MEAN) - value(WEEK_MEAN), value(LONG_LEVEL_VAR))
  out[at + MEMBER.flat] = y === row.last ? value(RUN) + 1 : 0
  out[at + MEMBER.log] = Math.abs(row.logValue - value(LOG_MEAN)) / (Math.sqrt(value(LOG_VAR)) + logFloor)
  out[at + MEMBER.forecast] = Math.abs(y - row.expected) / (value(REST_SIZE) + floor)
}
