import { REASON } from './reasons.ts'
import type { Row } from './row.ts'
import {
  ACTIVE,
  ACTIVE_REASON,
  ALARM_TIME,
  DRIFT,
  MEMBER,
  MEMBER_COUNT,
  MISSING_RUN,
  PEAK,
  QUIET,
  RUN,
  SINCE_ROWS,
} from './state-layout.ts'
import type { TickBatch } from './tick-batch.ts'

const HOUR_MS = 3_600_000
/** Score of a sample that would raise but is held down, at most. */
const REST_SCORE = 0.49
/** A verdict ends after this many rows below this share of what raised it. */
const QUIET_ROWS = 5
const CALM = 0.6
/** A sample outside for so many rows whose mean is off too is a level shift. */
const SHIFT_ROWS = 12
const SHIFT_DISTANCE = 3
/** Score of the day on which a drift is told: it raises, not more. */
const DRIFT_SCORE = 0.55

/** Score, beginning and end of the verdict on a row, from `row.surprise` and `row.needed`. */
export function decide(row: Row, batch: TickBatch, i: number): void {
  const { floats, base, doubles, exact, tuning, surprise, needed } = row
  const isWarm = row.rows > tuning.warmRows
  const held = (row.time - (doubles[exact + ALARM_TIME] ?? Number.NaN)) / (tuning.holdHours * HOUR_MS)
  const isHeld = held >= 0 && held < 1
  // What is needed falls from the peak of the last alarm back to what is always needed.
  const peak = (floats[base + PEAK] ?? 0) * tuning.holdFactor
  const raises = isWarm && surprise >= (isHeld ? Math.max(needed, needed + (peak - needed) * (1 - held)) : needed)
  const score = surprise / (surprise + needed)
  batch.score[i] = raises ? score : Math.min(score, isWarm ? REST_SCORE : REST_SCORE / 2)
  batch.surprise[i] = surprise / needed
  if (raises) {
    floats[base + PEAK] = surprise
    doubles[exact + ALARM_TIME] = row.time
  } else if (isHeld && tuning.holdExtend > 0 && surprise >= needed) doubles[exact + ALARM_TIME] = row.time
  const drift = floats[base + DRIFT] ?? 0
  const was = floats[base + ACTIVE] ?? 0
  const drifts = drift !== 0 && was === 0 && !raises && !isHeld && isWarm
  if (drifts) {
    batch.score[i] = DRIFT_SCORE
    doubles[exact + ALARM_TIME] = row.time
    floats[base + PEAK] = needed
  }
  follow(row, batch, { i, raises: raises || drifts })
}

/** Beginning and end: a verdict lasts until its series was calm for some rows; a drift until it is over. */
function follow(row: Row, batch: TickBatch, { i, raises }: { i: number; raises: boolean }): void {
  const { floats, base } = row
  const was = floats[base + ACTIVE] ?? 0
  const isDrifting = floats[base + ACTIVE_REASON] === REASON.drift && floats[base + DRIFT] !== 0
  const isCalm = (row.surprise < CALM * row.needed || isBack(row, batch, i)) && !(was === 1 && isDrifting)
  floats[base + QUIET] = isCalm ? (floats[base + QUIET] ?? 0) + 1 : 0
  const is = raises || (was === 1 && (floats[base + QUIET] ?? 0) < QUIET_ROWS) ? 1 : 0
  if (is === 1) floats[base + SINCE_ROWS] = was === 1 ? (floats[base + SINCE_ROWS] ?? 0) + 1 : 0
  if (is === 1) floats[base + ACTIVE_REASON] = reasonOf(row, batch, { i, raises, was: was === 1 })
  floats[base + ACTIVE] = is
  batch.active[i] = is
  batch.change[i] = is - was
  const reason = is === 1 || was === 1 ? (floats[base + ACTIVE_REASON] ?? 0) : REASON.none
  batch.reason[i] = reason
  batch.detail[i] = detailOf(row, reason)
}

/** The level of the last rows is still off, but the sample itself is as usual again. */
function isBack({ speaker }: Row, batch: TickBatch, i: number): boolean {
  const value = batch.values[i] ?? Number.NaN
  return speaker === MEMBER.level && value >= (batch.low[i] ?? Number.NaN) && value <= (batch.high[i] ?? Number.NaN)
}

type Turn = { readonly i: number; readonly raises: boolean; readonly was: boolean }

/** The reason of a verdict that begins, or what it turned out to be while it lasts. */
function reasonOf(row: Row, batch: TickBatch, { i, raises, was }: Turn): number {
  const { floats, base } = row
  const former = floats[base + ACTIVE_REASON] ?? 0
  if (was) {
    const isLevel =
      (batch.raw[i * MEMBER_COUNT + MEMBER.level] ?? 0) >= SHIFT_DISTANCE &&
      (floats[base + SINCE_ROWS] ?? 0) >= SHIFT_ROWS
    if (isLevel && former === REASON.above) return REASON.shiftUp
    if (isLevel && former === REASON.below) return REASON.shiftDown
    if (raises && row.speaker === MEMBER.flat) return REASON.flat
    return former
  }
  if (Number.isNaN(batch.values[i] ?? Number.NaN)) return REASON.missing
  if (row.surprise < row.needed) return REASON.drift
  return spokenReason(row, batch, i)
}

function spokenReason(row: Row, batch: TickBatch, i: number): number {
  const isUp = (batch.side[i] ?? 0) > 0
  const value = batch.values[i] ?? Number.NaN
  switch (row.speaker) {
    case MEMBER.flat:
      return REASON.flat
    case MEMBER.level:
      return isUp ? REASON.shiftUp : REASON.shiftDown
    default:
      // Inside the usual range, and still a sample that does not go with the others.
      if (value >= (batch.low[i] ?? Number.NaN) && value <= (batch.high[i] ?? Number.NaN)) return REASON.pattern
      return isUp ? REASON.above : REASON.below
  }
}

function detailOf({ floats, base }: Row, reason: number): number {
  if (reason === REASON.flat) return (floats[base + RUN] ?? 0) + 1
  if (reason === REASON.missing) return floats[base + MISSING_RUN] ?? 0
  if (reason === REASON.drift) return floats[base + DRIFT] ?? 0
  return Number.NaN
}
