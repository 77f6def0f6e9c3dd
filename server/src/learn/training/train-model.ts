import { FEATURES, type NetworkShape, PAST_FEATURES, VALUE_FEATURE } from '@eyenet/shared/judge'
import { evaluateModel } from './evaluate-model.ts'
import { fitNetwork } from './fit-network.ts'
import { gatherMatrix } from './gather-matrix.ts'
import { trainingDays } from './training-days.ts'
import type { OnProgress, TrainingJob, TrainingResult } from './training-job.ts'

export const JUDGE_SHAPE: NetworkShape = { features: FEATURES, past: PAST_FEATURES, value: VALUE_FEATURE }

/** Shares of the whole work at which its parts end, as measured for 1,000 series of four weeks. */
const GATHERED = 0.3
const FITTED = 0.7

/**
 * Learns a network from series and judges it on days held back. Synchronous; minutes for a thousand series, so it runs in a
 * thread of its own. EyeNetError `invalid`: too little history.
 */
export function trainModel(job: TrainingJob, onProgress: OnProgress = () => undefined): TrainingResult {
  const days = trainingDays(job.series)
  const { seed, settings, running } = job
  const matrix = gatherMatrix(job.series, {
    daysOf: () => days,
    seed,
    onProgress: (share) => onProgress(share * GATHERED, 'gathering rows'),
  })
  const network = fitNetwork(matrix, {
    shape: JUDGE_SHAPE,
    seed,
    ...(running === undefined ? {} : { start: running }),
    onProgress: (share) => onProgress(GATHERED + share * (FITTED - GATHERED), 'learning'),
  })
  const evaluation = evaluateModel(job.series, {
    network,
    running,
    days,
    settings,
    seed,
    onProgress: (share) => onProgress(FITTED + share * (1 - FITTED), 'judging held-back days'),
  })
  return { network, evaluation, rows: matrix.rows }
}
