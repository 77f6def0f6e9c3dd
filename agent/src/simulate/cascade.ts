import { unitNoise } from './noise.ts'

/** The coarsest cell; each level halves the one above, down to four seconds. */
const CELL_MS = 2 ** 14 * 1_000

/** How far the busier half of a cell may be from an even share, from the coarsest level on. Rarely is it far. */
const SPREADS = [0.04, 0.04, 0.04, 0.04, 0.08, 0.08, 0.08, 0.08, 0.05, 0.05, 0.05, 0.05] as const

/** The steepest and the flattest that time can run: the product of all levels' shares. */
export const STEEPEST = SPREADS.reduce((product, spread) => product * (1 + spread), 1)

/**
 * A clock that runs now faster, now slower, and is right again every 4.6 hours: what flows by this clock comes in bursts on
 * every scale from hours to seconds, as traffic does (a conservative multiplicative cascade; Feldmann, Gilbert and
 * Willinger, "Data networks as cascades", 1998). Milliseconds in, milliseconds out; it never stands still or goes back,
 * and costs twelve steps however long a site has run.
 */
export function burstyClock(seed: number, now: number): number {
  let begins = Math.floor(now / CELL_MS) * CELL_MS
  let width = CELL_MS
  let shown = begins
  let span = CELL_MS
  for (let level = 0; level < SPREADS.length; level++) {
    const cell = Math.round(begins / width)
    const away = 2 * unitNoise(seed + 31 * level, cell) - 1
    const left = span * 0.5 * (1 + (SPREADS[level] ?? 0) * away * away * away)
    width /= 2
    if (now < begins + width) span = left
    else {
      begins += width
      shown += left
      span -= left
    }
  }
  return shown + ((now - begins) / width) * span
}
