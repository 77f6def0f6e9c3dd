import type { Row } from './row.ts'
import { ROWS } from './state-layout.ts'

/**
 * Turns a score (0 or more) into its surprise, -ln of the share of this series' own samples that score as high: a quantile
 * followed by stochastic approximation and a generalised Pareto tail above it. Then the score is learnt. `at`: the tail's
 * place in the state: quantile, mean excess.
 */
export function surpriseOf(row: Row, at: number, score: number): number {
  const { floats, tuning } = row
  const quantile = floats[at] ?? 0
  const rows = floats[row.base + ROWS] ?? 0
  const excess = Math.max(floats[at + 1] ?? 0, tuning.tailFloor)
  const over = score - quantile
  const known = -Math.log(tuning.tailShare)
  const surprise =
    over <= 0 ? (quantile > 0 ? (known * score) / quantile : 0) : known + beyond(over / excess, tuning.tailShape)
  learn(row, at, score)
  return Math.min(surprise, 2 * Math.log(rows + 2) + 4)
}

function beyond(ratio: number, shape: number): number {
  return shape > 0 ? Math.log(1 + shape * ratio) / shape : ratio
}

function learn(row: Row, at: number, score: number): void {
  const { floats, tuning } = row
  const rows = Math.min((floats[row.base + ROWS] ?? 0) + 1, tuning.tailRows)
  const quantile = floats[at] ?? 0
  const excess = Math.max(floats[at + 1] ?? 0, tuning.tailFloor)
  const share = tuning.tailShare
  const isOver = score > quantile
  const step = (excess / share / (rows + 10)) * (isOver ? 1 - share : -share)
  floats[at] = rows < 2 ? score : Math.max(quantile + step, 0)
  if (!isOver) return
  const seen = Math.min(share * rows + 2, share * tuning.tailRows)
  floats[at + 1] = excess + (Math.min(score - quantile, tuning.tailCap * excess) - excess) / seen
}
