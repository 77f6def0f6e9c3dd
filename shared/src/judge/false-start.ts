import type { Row } from './row.ts'
import { RING } from './state-layout.ts'

/** Samples after which the first is compared with the others, and how many times their largest it may be. */
const LOOKED_AT_ROWS = 8
const LARGEST_RATIO = 1_000

/**
 * The series began with a value of another world: a counter that was reset, a word for "not known yet". All else is kept
 * relative to it and measured by it, so that nothing of what comes would seem large for weeks; it is better to begin anew.
 */
export function isFalseStart({ rows, floats, base, anchor }: Row): boolean {
  if (rows !== LOOKED_AT_ROWS - 1) return false
  let most = 0
  for (let i = 1; i < LOOKED_AT_ROWS; i++) most = Math.max(most, Math.abs(anchor + (floats[base + RING + i] ?? 0)))
  return Math.abs(anchor) > LARGEST_RATIO * most
}
