import type { JudgeSettings } from './judge-settings.ts'
import { learnSurprise, neededSurprise } from './needed.ts'
import { REASON } from './reasons.ts'
import type { Row } from './row.ts'
import type { SeriesBank } from './series-bank.ts'
import {
  ACTIVE,
  ACTIVE_REASON,
  ALARM_TIME,
  BAND_HIGH,
  BAND_LOW,
  DOUBLES,
  FLOATS,
  INTERVAL,
  MEMBER,
  MEMBER_COUNT,
  MISSING_RUN,
  MISSING_SHARE,
  PEAK,
  QUIET,
  REST_SIZE,
  ROWS,
  RUN,
} from './state-layout.ts'
import { learnTails, surpriseOf } from './tail.ts'
import type { TickBatch } from './tick-batch.ts'

export type ConcludeOptions = { readonly settings: JudgeSettings; readonly hasModel: boolean }

const HOUR_MS = 3_600_000
/** Score of a sample that would raise but is held down, at most. */
const REST_SCORE = 0.49
/** A verdict ends after this many rows below half of what raised it. */
const QUIET_ROWS = 5

/** Calibrates what the members (and the model) said of each row, and writes score, band, reason, beginning and end. */
export function conclude(bank: SeriesBank, batch: TickBatch, options: ConcludeOptions): void {
  const row = bank.row()
  for (let i = 0; i < batch.count; i++) {
    row.base = (batch.slots[i] ?? 0) * FLOATS
    row.exact = (batch.slots[i] ?? 0) * DOUBLES
    row.interval = row.floats[row.base + INTERVAL] || 60_000
    row.time = batch.times[i] ?? 0
    row.rows = row.floats[row.base + ROWS] ?? 0
    writeBand(row, batch, i)
    const isMissing = Number.isNaN(batch.values[i] ?? Number.NaN)
    const surprise = isMissing ? missingSurprise(row, batch, i) : sampleSurprise(row, batch, i)
    decide(row, batch, { at: i, surprise, needed: neededSurprise(row, options.settings.alarmsPerMonth) })
    if (!isMissing) learnSurprise(row, surprise)
  }
}

/** The expected range, widened or narrowed by how often samples fell outside. */
function writeBand(row: Row, batch: TickBatch, i: number): void {
  const { floats, base } = row
  const size = Math.max(floats[base + REST_SIZE] ?? 0, 1e-30)
  const expected = batch.expected[i] ?? 0
  const isKnown = row.rows > row.tuning.warmRows
  batch.low[i] = isKnown ? expected - (floats[base + BAND_LOW] ?? 0) * size : Number.NaN
  batch.high[i] = isKnown ? expected + (floats[base + BAND_HIGH] ?? 0) * size : Number.NaN
  const value = batch.values[i] ?? Number.NaN
  if (Number.isNaN(value)) return
  const rest = (value - expected) / size
  batch.side[i] = rest >= 0 ? 1 : -1
  floats[base + BAND_HIGH] = band(floats[base + BAND_HIGH] ?? 0, rest, row.rows)
  floats[base + BAND_LOW] = band(floats[base + BAND_LOW] ?? 0, -rest, row.rows)
}

/** Follows the quantile .995 of one side. */
function band(former: number, rest: number, rows: number): number {
  if (rows < 3) return Math.max(former, 3)
  const step = Math.max(former, 0.5) * Math.max(0.02, 10 / rows)
  return Math.max(0, former + (rest > former ? step * 0.995 : -step * 0.005))
}

function missingSurprise(row: Row, batch: TickBatch, i: number): number {
  const { floats, base } = row
  const run = (floats[base + MISSING_RUN] ?? 0) + 1
  floats[base + MISSING_RUN] = run
  floats[base + MISSING_SHARE] = (floats[base + MISSING_SHARE] ?? 0) * 0.999 + 0.001
  batch.reason[i] = REASON.missing
  batch.detail[i] = run
  return -run * Math.log(Math.max(floats[base + MISSING_SHARE] ?? 0, 0.02))
}

function sampleSurprise(row: Row, batch: TickBatch, i: number): number {
  const { floats, base, tuning, prior } = row
  floats[base + MISSING_RUN] = 0
  floats[base + MISSING_SHARE] = (floats[base + MISSING_SHARE] ?? 0) * 0.999
  let first = 0
  let second = 0
  let speaker = 0
  for (let member = 0; member < MEMBER_COUNT; member++) {
    if (prior.starts[member] === 0) continue
    const surprise = surpriseOf(row, member, batch.raw[i * MEMBER_COUNT + member] ?? 0)
    if (surprise > first) {
      second = first
      first = surprise
      speaker = member
    } else if (surprise > second) second = surprise
  }
  learnTails(row, batch.raw, i * MEMBER_COUNT)
  writeReason(row, batch, { i, speaker })
  return (first + tuning.second * second) / (1 + 0.7 * tuning.second)
}

function writeReason(row: Row, batch: TickBatch, { i, speaker }: { i: number; speaker: number }): void {
  const isUp = (batch.side[i] ?? 0) > 0
  batch.detail[i] = Number.NaN
  if (speaker === MEMBER.flat) {
    batch.reason[i] = REASON.flat
    batch.detail[i] = (row.floats[row.base + RUN] ?? 0) + 1
  } else if (speaker === MEMBER.level || speaker === MEMBER.longLevel)
    batch.reason[i] = isUp ? REASON.shiftUp : REASON.shiftDown
  else batch.reason[i] = isUp ? REASON.above : REASON.below
}

type Weighed = { readonly at: number; readonly surprise: number; readonly needed: number }

function decide(row: Row, batch: TickBatch, { at: i, surprise, needed }: Weighed): void {
  const { floats, base, doubles, exact, tuning } = row
  const isWarm = row.rows > tuning.warmRows
  const time = batch.times[i] ?? 0
  const held = (time - (doubles[exact + ALARM_TIME] ?? Number.NaN)) / (tuning.holdHours * HOUR_MS)
  const isHeld = held >= 0 && held < 1
  // What is needed falls from the peak of the last alarm back to what is always needed.
  const peak = (floats[base + PEAK] ?? 0) * tuning.holdFactor
  const raises = isWarm && surprise >= (isHeld ? Math.max(needed, needed + (peak - needed) * (1 - held)) : needed)
  const score = surprise / (surprise + needed)
  batch.score[i] = raises ? score : Math.min(score, isWarm ? REST_SCORE : REST_SCORE / 2)
  batch.surprise[i] = surprise - needed
  if (raises) {
    floats[base + PEAK] = surprise
    doubles[exact + ALARM_TIME] = time
  } else if (isHeld && tuning.holdExtend > 0 && surprise >= needed) doubles[exact + ALARM_TIME] = time
  follow(row, batch, { i, raises, isCalm: surprise < needed / 2 })
}

/** Beginning and end of the verdict. */
function follow(row: Row, batch: TickBatch, seen: { i: number; raises: boolean; isCalm: boolean }): void {
  const { floats, base } = row
  const { i, raises, isCalm } = seen
  const was = floats[base + ACTIVE] ?? 0
  floats[base + QUIET] = isCalm ? (floats[base + QUIET] ?? 0) + 1 : 0
  const is = raises || (was === 1 && (floats[base + QUIET] ?? 0) < QUIET_ROWS) ? 1 : 0
  if (raises && was === 0) floats[base + ACTIVE_REASON] = batch.reason[i] ?? 0
  floats[base + ACTIVE] = is
  batch.active[i] = is
  batch.change[i] = is - was
  batch.reason[i] = is === 1 || was === 1 ? (floats[base + ACTIVE_REASON] ?? 0) : REASON.none
}
