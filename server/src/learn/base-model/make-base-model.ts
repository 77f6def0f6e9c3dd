import { createHash } from 'node:crypto'
import { DEFAULT_JUDGE_SETTINGS, FEATURE_NAMES, MODEL_CONTRACT, type Network } from '@eyenet/shared/judge'
import {
  evaluateModel,
  fitNetwork,
  gatherMatrix,
  JUDGE_SHAPE,
  type OnProgress,
  trainingDays,
  writeOnnx,
} from '../training/training.ts'
import type { BaseManifest, BaseRecipe } from './base-manifest.ts'
import { featurePrint } from './feature-print.ts'
import { madeSeries } from './made-series.ts'

/** Every so many made series decides when to stop; what is learnt must hold for series that did not teach. */
const STOPPING_SERIES = 8

export type BaseModel = { readonly onnx: Uint8Array; readonly manifest: BaseManifest; readonly network: Network }

/** Makes the model that ships with EyeNet out of made series alone. The same recipe gives the same bytes. */
export function makeBaseModel(recipe: BaseRecipe, onProgress: OnProgress = () => undefined): BaseModel {
  const { seed, series: count, samples, days, testSeries, createdAt } = recipe
  onProgress(0, 'making series')
  const made = madeSeries({ count, seed, samples, days })
  const stopping = new Set(made.filter((_, at) => at % STOPPING_SERIES === 0))
  const matrix = gatherMatrix(made, {
    daysOf: (series) => ({
      stopFrom: stopping.has(series) ? 0 : Number.POSITIVE_INFINITY,
      heldFrom: Number.POSITIVE_INFINITY,
    }),
    seed,
    onProgress: (share) => onProgress(0.3 * share, 'gathering rows'),
  })
  const network = fitNetwork(matrix, {
    shape: JUDGE_SHAPE,
    seed,
    onProgress: (share) => onProgress(0.3 + 0.5 * share, 'learning'),
  })
  const onnx = writeOnnx(network, { contract: MODEL_CONTRACT, name: 'base', createdAt })
  // Other series than those it learnt from.
  const test = madeSeries({ count: testSeries, seed: seed + 1, samples, days: { least: days.most, most: days.most } })
  const evaluation = evaluateModel(test, {
    network,
    running: undefined,
    days: trainingDays(test),
    settings: DEFAULT_JUDGE_SETTINGS,
    seed,
    onProgress: (share) => onProgress(0.8 + 0.2 * share, 'judging'),
  })
  const manifest: BaseManifest = {
    name: 'base',
    contract: MODEL_CONTRACT,
    createdAt,
    sha256: createHash('sha256').update(onnx).digest('hex'),
    bytes: onnx.length,
    recipe,
    rows: matrix.rows,
    features: [...FEATURE_NAMES],
    featurePrint: featurePrint(),
    evaluation,
  }
  return { onnx, manifest, network }
}
