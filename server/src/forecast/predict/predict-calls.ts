import type { PredictOptions, SeriesPrediction } from './predict-series.ts'
import type { EvenSeries } from './seasonal-model.ts'

export type PredictJob = PredictOptions & { readonly series: readonly EvenSeries[] }

/** What the thread that predicts does. */
export type PredictCalls = { predict(job: PredictJob): SeriesPrediction[] }
