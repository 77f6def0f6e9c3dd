import type { Row } from './row.ts'
import { BLOCK_END, BLOCK_EXCESS, BLOCK_EXCESS_SQUARE, BLOCK_MAX, BLOCK_QUANTILE, BLOCKS } from './state-layout.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MONTH_MS = 30 * DAY_MS
/** Alarms a month for which `baseShare` is meant. */
const REFERENCE_BUDGET = 4
/**
 * Below that budget the slope is this part of the shipped one, and on a series' first day so much more, by the budget
 * benchmark: what nobody has seen yet surprises more than a prior expects, and series of a month less.
 */
const SLOPE_OF_OLD = 0.63
const SLOPE_OF_NEW = 0.52
const NEW_DAYS = 30
const PRIOR_INTERVAL_MS = 300_000
/** Share of blocks from which the tail of their maxima is fitted. */
const SHARE = 0.25
/** Blocks that the fit remembers. */
const MOST_BLOCKS = 1500
/** Least mean excess in nats. */
const LEAST_EXCESS = 0.1
/** Weight of the prior shape, in excesses. */
const SHAPE_WEIGHT = 60
const [LEAST_SHAPE, MOST_SHAPE] = [-0.3, 0.2]
/** An alarm needs at least this surprise. */
const LEAST_NEEDED = 2

/**
 * Surprise that raises an alarm, in nats, so that a series without anomalies raises `alarmsPerMonth` in 30 days. At first
 * from the prior; then more and more from the series' own past: the highest surprise of each block of hours, whose
 * tail is fitted with a generalised Pareto distribution. Blocks, not samples, since alarms come in flocks.
 */
export function neededSurprise(row: Row, alarmsPerMonth: number): number {
  const { floats, base, tuning } = row
  const blocks = Math.min(floats[base + BLOCKS] ?? 0, MOST_BLOCKS)
  const share = tuning.baseShare * (row.interval / PRIOR_INTERVAL_MS) ** tuning.intervalPower
  const young = Math.max(0, 1 - (row.rows * row.interval) / (tuning.youngDays * DAY_MS))
  const asked = Math.log(alarmsPerMonth / REFERENCE_BUDGET)
  const newness = Math.max(0, 1 - (row.rows * row.interval) / (NEW_DAYS * DAY_MS))
  const below = tuning.needSlope * (SLOPE_OF_OLD + SLOPE_OF_NEW * newness)
  const prior = -Math.log(share) - asked * (asked > 0 ? tuning.needSlopeAbove : below) + tuning.youngNeed * young
  const wanted = SHARE / Math.min(1, (alarmsPerMonth * blockMs(row)) / MONTH_MS)
  const excess = Math.max(floats[base + BLOCK_EXCESS] ?? 0, LEAST_EXCESS)
  const own = (floats[base + BLOCK_QUANTILE] ?? 0) + excess * beyond(shapeOf(row, blocks), wanted)
  // By the square: the first weeks say little about the tail, and months say nearly all.
  const ownWeight = (blocks / tuning.needWeight) ** 2
  return Math.max(LEAST_NEEDED, (prior + ownWeight * own) / (1 + ownWeight))
}

/** Mean excesses between the fitted share and a share `wanted` times smaller (below 1: larger). */
function beyond(shape: number, wanted: number): number {
  return Math.abs(shape) < 1e-3 ? Math.log(wanted) : (wanted ** shape - 1) / shape
}

function shapeOf({ floats, base, tuning }: Row, blocks: number): number {
  const mean = floats[base + BLOCK_EXCESS] ?? 0
  const square = floats[base + BLOCK_EXCESS_SQUARE] ?? 0
  const variance = square - mean * mean
  const own = variance > 0 ? (1 - (mean * mean) / variance) / 2 : 0
  const seen = blocks * SHARE
  const shape = (seen * own + SHAPE_WEIGHT * tuning.needShape) / (seen + SHAPE_WEIGHT)
  return Math.min(MOST_SHAPE, Math.max(LEAST_SHAPE, shape))
}

function blockMs(row: Row): number {
  return Math.max(row.tuning.blockHours * HOUR_MS, 4 * row.interval)
}

/** Takes a surprise into its block; a block that is over is learnt. */
export function learnSurprise(row: Row, surprise: number): void {
  const { floats, base, doubles, exact } = row
  const end = doubles[exact + BLOCK_END] ?? 0
  const isOver = row.time >= end
  // A clock that went back far would leave a block open for ever.
  if (!isOver && end - row.time <= blockMs(row)) {
    floats[base + BLOCK_MAX] = Math.max(floats[base + BLOCK_MAX] ?? 0, surprise)
    return
  }
  if (isOver && row.rows > row.tuning.warmRows) learnBlock(row, floats[base + BLOCK_MAX] ?? 0)
  floats[base + BLOCK_MAX] = surprise
  doubles[exact + BLOCK_END] = row.time + blockMs(row)
}

function learnBlock(row: Row, highest: number): void {
  const { floats, base, tuning } = row
  const blocks = floats[base + BLOCKS] ?? 0
  const quantile = floats[base + BLOCK_QUANTILE] ?? 0
  const excess = Math.max(floats[base + BLOCK_EXCESS] ?? 0, LEAST_EXCESS)
  floats[base + BLOCKS] = Math.min(blocks + 1, MOST_BLOCKS)
  if (blocks === 0) {
    floats[base + BLOCK_QUANTILE] = highest
    floats[base + BLOCK_EXCESS] = tuning.needSlope
    floats[base + BLOCK_EXCESS_SQUARE] = 2 * tuning.needSlope ** 2
    return
  }
  const over = highest - quantile
  const step = excess / (SHARE * (blocks + 4))
  floats[base + BLOCK_QUANTILE] = quantile + step * (over > 0 ? 1 - SHARE : -SHARE)
  if (over <= 0) return
  const rate = 1 / (SHARE * blocks + 3)
  const counted = Math.min(over, tuning.needCap * excess)
  floats[base + BLOCK_EXCESS] = excess + rate * (counted - excess)
  const square = floats[base + BLOCK_EXCESS_SQUARE] ?? 0
  floats[base + BLOCK_EXCESS_SQUARE] = square + rate * (counted * counted - square)
}
