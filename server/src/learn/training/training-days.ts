import { EyeNetError } from '@eyenet/shared/errors'
import type { TrainingSeries } from './training-job.ts'

export const DAY_MS = 86_400_000
/** Fewer days leave nothing to learn from once days are held back. */
export const LEAST_DAYS = 4
const MOST_HELD_DAYS = 7

/** learn < stopFrom <= decides when to stop < heldFrom <= held back <= to; milliseconds since 1970. */
export type TrainingDays = {
  readonly from: number
  readonly stopFrom: number
  readonly heldFrom: number
  readonly to: number
  readonly heldBackDays: number
}

/** A quarter of the days is held back (a week at most), half as many before them decide when to stop. */
export function trainingDays(series: readonly TrainingSeries[]): TrainingDays {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { times } of series) {
    from = Math.min(from, times[0] ?? from)
    to = Math.max(to, times.at(-1) ?? to)
  }
  const days = (to - from) / DAY_MS
  if (!(days >= LEAST_DAYS - 0.5)) {
    const said = days > 0 ? `${days.toFixed(1)} days` : 'no samples'
    throw new EyeNetError(
      'invalid',
      `There is too little history to learn from: ${said} of ${series.length} series; ${LEAST_DAYS} days are needed.`,
    )
  }
  const heldBackDays = Math.min(MOST_HELD_DAYS, Math.max(1, Math.round(days / 4)))
  const heldFrom = to - heldBackDays * DAY_MS
  const stopFrom = heldFrom - Math.max(0.5, heldBackDays / 2) * DAY_MS
  return { from, stopFrom, heldFrom, to, heldBackDays }
}
