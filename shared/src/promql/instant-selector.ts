import type { SelectorNode } from './ast.ts'
import type { Evaluator } from './evaluator.ts'
import type { Grid, Rows } from './frame.ts'
import { instantRow } from './prepared-series.ts'
import { windowsOf } from './select-plan.ts'
import { Windows } from './windows.ts'

// A tier has one sample for each bucket, and the next one may be late.
const TIER_LOOKBACKS = 2

/** The newest sample of each series at each step, not older than the lookback; `timestamps`: when it was taken. */
export function instantRows(node: SelectorNode, grid: Grid, input: { from: Evaluator; timestamps: boolean }): Rows {
  const { from, timestamps } = input
  const { bounds, budget } = from
  const series = from.series(node)
  const byLookback = new Map<number, Windows>()
  const windowsFor = (rangeMs: number): Windows => {
    const known = byLookback.get(rangeMs) ?? new Windows(windowsOf(node, grid, { rangeMs, bounds }))
    byLookback.set(rangeMs, known)
    return known
  }
  return {
    kind: 'rows',
    labels: series.labels,
    steps: grid.count,
    fill: (row, into) => {
      const one = series.at(row)
      const windows = windowsFor(Math.max(bounds.lookbackMs, (one.tier?.resolutionMs ?? 0) * TIER_LOOKBACKS))
      windows.place(one.times)
      budget.look(one.times.length)
      instantRow(one, windows, { ...into, timestamps })
    },
  }
}
