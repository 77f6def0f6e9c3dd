import type { Row } from './row.ts'
import {
  DAY_NUMBER,
  DAY_RING,
  DAY_ROWS,
  DAY_SUM,
  DAYS,
  DRIFT,
  LAST_STEP,
  WEEKLY_NOISE,
  WEEKLY_STEP,
} from './state-layout.ts'

const DAY_MS = 86_400_000
const WEEK_DAYS = 7
/** Days that the mean weekly step and its noise remember. */
const MEMORY_DAYS = 7
const NOISE_DAYS = 21
const JUMP_SHARE = 0.4
/** Days with a weekly step before a drift is told: one week is no trend. */
const LEAST_STEPS = 7
/** A day with less than this share of its samples says nothing. */
const LEAST_SHARE = 0.3
/** The weekly step is a drift from this many times its change from day to day on, and is over below half of that. */
const DRIFT_DEVIATIONS = 5
/** A slower drift than this share per day is nobody's business. */
const LEAST_DRIFT = 0.002

/**
 * Takes a sample into the mean of its day (UTC). When a day is over, it is compared with the day a week before, so that the
 * week's own shape is no drift; steps that keep their sign and exceed their noise are one.
 */
export function learnDay(row: Row): void {
  const { floats, base } = row
  const day = Math.floor(row.time / DAY_MS)
  const former = floats[base + DAY_NUMBER] ?? 0
  // A clock that was ahead for days would leave its last day open for ever.
  if (day > former || day < former - 1) {
    closeDay(row, day)
    floats[base + DAY_NUMBER] = day
    floats[base + DAY_SUM] = 0
    floats[base + DAY_ROWS] = 0
  }
  floats[base + DAY_SUM] = (floats[base + DAY_SUM] ?? 0) + row.y
  floats[base + DAY_ROWS] = (floats[base + DAY_ROWS] ?? 0) + 1
}

function closeDay(row: Row, day: number): void {
  const { floats, base } = row
  const rows = floats[base + DAY_ROWS] ?? 0
  const former = floats[base + DAY_NUMBER] ?? 0
  if (rows === 0) return
  const days = floats[base + DAYS] ?? 0
  const place = base + DAY_RING + (days % WEEK_DAYS)
  const isWhole = rows >= (LEAST_SHARE * DAY_MS) / row.interval
  // After a gap of days the ring would compare other days of the week: it begins anew.
  if (day !== former + 1 || !isWhole) {
    floats[base + DAYS] = 0
    floats[base + DRIFT] = 0
    return
  }
  const mean = (floats[base + DAY_SUM] ?? 0) / rows
  if (days >= WEEK_DAYS) learnStep(row, mean - (floats[place] ?? 0), days - WEEK_DAYS)
  floats[place] = mean
  floats[base + DAYS] = Math.min(days + 1, WEEK_DAYS * 1000)
  floats[base + DRIFT] = driftOf(row, mean, days + 1)
}

function learnStep(row: Row, step: number, steps: number): void {
  const { floats, base } = row
  const mean = floats[base + WEEKLY_STEP] ?? 0
  const rate = Math.max(1 / (steps + 1), 1 / MEMORY_DAYS)
  if (steps > 0) {
    const noise = floats[base + WEEKLY_NOISE] ?? 0
    const change = Math.abs(step - (floats[base + LAST_STEP] ?? 0))
    const next = noise + Math.max(1 / steps, 1 / NOISE_DAYS) * (change - noise)
    // One jump is a level shift: it must not pass for a drift in the weeks after it.
    floats[base + WEEKLY_NOISE] = Math.max(next, JUMP_SHARE * change)
  }
  floats[base + LAST_STEP] = step
  floats[base + WEEKLY_STEP] = mean + rate * (step - mean)
}

/** Share per day of the drift, 0 for none. One that lasts ends at half of what began it. */
function driftOf(row: Row, mean: number, days: number): number {
  const { floats, base } = row
  if (days < WEEK_DAYS + LEAST_STEPS) return 0
  const step = floats[base + WEEKLY_STEP] ?? 0
  const needed = (floats[base + DRIFT] ?? 0) === 0 ? DRIFT_DEVIATIONS : DRIFT_DEVIATIONS / 2
  const noise = (floats[base + WEEKLY_NOISE] ?? 0) + 0.02 * row.scale
  const level = Math.abs(mean + row.anchor)
  const share = step / WEEK_DAYS / Math.max(level, row.scale)
  return Math.abs(step) >= needed * noise && Math.abs(share) >= LEAST_DRIFT ? share : 0
}
