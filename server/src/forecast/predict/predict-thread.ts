// A thread that predicts series, for one question.
import { parentPort } from 'node:worker_threads'
import { serve } from '../../calls/calls.ts'
import type { PredictCalls } from './predict-calls.ts'
import { predictSeries } from './predict-series.ts'

const port = parentPort
if (port === null) throw new Error('this file is the body of a thread')
serve<PredictCalls>(port, {
  predict: ({ series, ...options }) => series.map((one) => predictSeries(one, options)),
})
