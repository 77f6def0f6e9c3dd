import type { JudgeSettings } from './judge-settings.ts'
import { REASON } from './reasons.ts'
import { Row } from './row.ts'
import type { SeriesBank } from './series-bank.ts'
import {
  ACTIVE,
  ACTIVE_REASON,
  BAND_HIGH,
  BAND_LOW,
  DOUBLES,
  FLOATS,
  HOLD,
  INTERVAL,
  LOOP,
  MEMBER,
  MEMBER_COUNT,
  MISSING_RUN,
  MISSING_SHARE,
  PEAK,
  QUIET,
  REST_SIZE,
  ROWS,
  RUN,
  TAILS,
} from './state-layout.ts'
import { surpriseOf } from './tail.ts'
import type { TickBatch } from './tick-batch.ts'

export type ConcludeOptions = { readonly settings: JudgeSettings; readonly hasModel: boolean }

const MONTH_MS = 30 * 86_400_000
/** A verdict ends after this many rows below half of what raised it. */
const QUIET_ROWS = 5

/** Calibrates what the members (and the model) said of each row, and writes score, band, reason, beginning and end. */
export function conclude(bank: SeriesBank, batch: TickBatch, options: ConcludeOptions): void {
  const row = new Row(bank)
  for (let i = 0; i < batch.count; i++) {
    row.base = (batch.slots[i] ?? 0) * FLOATS
    row.exact = (batch.slots[i] ?? 0) * DOUBLES
    row.interval = row.floats[row.base + INTERVAL] || 60_000
    row.rows = row.floats[row.base + ROWS] ?? 0
    writeBand(row, batch, i)
    const allowed = Math.log(MONTH_MS / (row.interval * options.settings.alarmsPerMonth))
    const isMissing = Number.isNaN(batch.values[i] ?? Number.NaN)
    const surprise = isMissing ? missingSurprise(row, batch, i) : sampleSurprise(row, batch, i)
    decide(row, batch, { at: i, surprise, needed: Math.max(allowed, 1) + (row.floats[row.base + LOOP] ?? 0) })
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
  const { floats, base, tuning } = row
  floats[base + MISSING_RUN] = 0
  floats[base + MISSING_SHARE] = (floats[base + MISSING_SHARE] ?? 0) * 0.999
  let [most, sum, total, speaker] = [0, 0, 0, 0]
  for (let member = 0; member < MEMBER_COUNT; member++) {
    const weight = tuning.weights[member] ?? 0
    if (weight === 0) continue
    const surprise = surpriseOf(row, base + TAILS + 2 * member, batch.raw[i * MEMBER_COUNT + member] ?? 0)
    sum += weight * surprise
    total += weight
    if (weight * surprise > most) {
      most = weight * surprise
      speaker = member
    }
  }
  const together = tuning.mix * most + ((1 - tuning.mix) * sum) / Math.max(total, 1e-9)
  writeReason(row, batch, { i, speaker })
  return surpriseOf(row, base + TAILS + 2 * MEMBER_COUNT, together)
}

function writeReason(row: Row, batch: TickBatch, { i, speaker }: { i: number; speaker: number }): void {
  const isUp = (batch.side[i] ?? 0) > 0
  batch.detail[i] = Number.NaN
  if (speaker === MEMBER.flat) {
    batch.reason[i] = REASON.flat
    batch.detail[i] = (row.floats[row.base + RUN] ?? 0) + 1
  } else if (speaker === MEMBER.shift) batch.reason[i] = isUp ? REASON.shiftUp : REASON.shiftDown
  else if (speaker === MEMBER.pattern) batch.reason[i] = REASON.pattern
  else batch.reason[i] = isUp ? REASON.above : REASON.below
}

type Weighed = { readonly at: number; readonly surprise: number; readonly needed: number }

function decide(row: Row, batch: TickBatch, { at: i, surprise, needed }: Weighed): void {
  const { floats, base, tuning } = row
  const hold = floats[base + HOLD] ?? 0
  const isWarm = row.rows > tuning.warmRows
  const isOver = isWarm && surprise >= needed
  const isWorse = surprise >= (floats[base + PEAK] ?? 0) * tuning.holdFactor
  const raises = isOver && (hold <= 0 || isWorse)
  const score = surprise / (surprise + needed)
  batch.score[i] = raises ? score : isWarm ? Math.min(score, 0.49) : 0
  batch.surprise[i] = surprise - needed
  floats[base + HOLD] = isOver && hold <= 0 ? tuning.holdRows : Math.max(hold - 1, 0)
  if (raises) {
    floats[base + PEAK] = surprise
    floats[base + LOOP] = Math.min((floats[base + LOOP] ?? 0) + tuning.loopStep, tuning.loopMost)
  } else
    floats[base + LOOP] = Math.max((floats[base + LOOP] ?? 0) - tuning.loopStep * Math.exp(-needed), -tuning.loopMost)
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
