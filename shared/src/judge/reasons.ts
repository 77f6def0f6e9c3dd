/** Why a verdict was given; `TickBatch.reason` holds the index. Append only: saved verdicts and messages carry these words. */
export const REASONS = [
  'none',
  'above',
  'below',
  'flat',
  'shift-up',
  'shift-down',
  'pattern',
  'missing',
  'drift',
  'together',
] as const

export type Reason = (typeof REASONS)[number]

/** The index of a reason. */
export const REASON = {
  none: 0,
  above: 1,
  below: 2,
  flat: 3,
  shiftUp: 4,
  shiftDown: 5,
  pattern: 6,
  missing: 7,
  drift: 8,
  together: 9,
} as const
