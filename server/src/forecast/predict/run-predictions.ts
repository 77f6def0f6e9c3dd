import { Worker } from 'node:worker_threads'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { Caller } from '../../calls/calls.ts'
import type { PredictCalls, PredictJob } from './predict-calls.ts'
import type { SeriesPrediction } from './predict-series.ts'

const OLD_SPACE_MB = 256
const TIMEOUT_MS = 60_000

/** Predicts in a thread of its own, which ends with the answer. EyeNetError `timeout`, `unavailable`. */
export async function runPredictions(job: PredictJob): Promise<readonly SeriesPrediction[]> {
  const worker = new Worker(new URL('./predict-thread.js', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: OLD_SPACE_MB },
  })
  const caller = new Caller<PredictCalls>(worker)
  worker.on('error', (error) => caller.end(new EyeNetError('unavailable', `predicting failed: ${messageOf(error)}`)))
  worker.on('exit', () => caller.end(new EyeNetError('unavailable', 'predicting ended without an answer: try again')))
  const timer = setTimeout(() => {
    caller.end(new EyeNetError('timeout', 'predicting takes too long: ask for fewer series or a shorter horizon'))
  }, TIMEOUT_MS)
  try {
    return await caller.call('predict', [job])
  } finally {
    clearTimeout(timer)
    void worker.terminate()
  }
}
