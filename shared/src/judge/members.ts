import type { Row } from './row.ts'
import {
  FAST_MEAN,
  FAST_VAR,
  MAX,
  MEMBER,
  MIN,
  PROFILE_SIZE,
  REST_SIZE,
  RUN,
  SHORT_REST,
  SHORT_REST_VAR,
  SLOW_MEAN,
  SLOW_VAR,
  STEP_SIZE,
} from './state-layout.ts'

/** Writes what each member thinks of the sample, before it is learnt: ln(1 + distance in usual distances), 0 or more. */
export function writeMembers(row: Row, out: Float32Array, at: number): void {
  const { floats, base, y, tuning } = row
  const floor = tuning.floor * row.scale
  const value = (place: number) => floats[base + place] ?? 0
  out[at + MEMBER.fast] = distance(y - value(FAST_MEAN), Math.sqrt(value(FAST_VAR)) + floor)
  out[at + MEMBER.slow] = distance(y - value(SLOW_MEAN), Math.sqrt(value(SLOW_VAR)) + floor)
  out[at + MEMBER.day] = distance(y - row.weekMean, value(PROFILE_SIZE + row.hour) + floor)
  out[at + MEMBER.forecast] = distance(y - row.expected, value(REST_SIZE) + floor)
  const range = value(MAX) - value(MIN) + floor
  out[at + MEMBER.record] = distance(Math.max(y - value(MAX), value(MIN) - y, 0), range / 4)
  out[at + MEMBER.step] = distance(y - row.last, value(STEP_SIZE) + floor)
  out[at + MEMBER.flat] = y === row.last ? Math.log(1 + value(RUN)) : 0
  out[at + MEMBER.shift] = distance(value(SHORT_REST), Math.sqrt(value(SHORT_REST_VAR)) + floor)
  out[at + MEMBER.pattern] = 0
}

function distance(gap: number, usual: number): number {
  return Math.log(1 + Math.abs(gap) / usual)
}
