import { createHash } from 'node:crypto'
import { DEFAULT_JUDGE_SETTINGS, FEATURE_NAMES, MODEL_CONTRACT, type Network } from '@eyenet/shared/judge'
import {
  evaluateModel,
  fitNetwork,
  gatherMatrix,
  JUDGE_SHAPE,
  type OnProgress,
  type TrainingSeries,
  trainingDays,
  writeOnnx,
} from '../training/training.ts'
import type { BaseManifest, BaseRecipe } from './base-manifest.ts'
import { featurePrint } from './feature-print.ts'
import { madeSeries } from './made-series.ts'

/** Share of each made series that teaches; the rest decides when to stop. */
const TEACHING_SHARE = 0.85

export type BaseModel = { readonly onnx: Uint8Array; readonly manifest: BaseManifest; readonly network: Network }

/** Makes the model that ships with EyeNet out of made series alone. The same recipe gives the same bytes. */
export function makeBaseModel(recipe: BaseRecipe, onProgress: OnProgress = () => undefined): BaseModel {
  const { seed, series: count, samples, days, testSeries, createdAt } = recipe
  onProgress(0, 'making series')
  const matrix = gatherMatrix(madeSeries({ count, seed, samples, days }), {
    daysOf: teachingDays,
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

function teachingDays({ times }: TrainingSeries): { stopFrom: number; heldFrom: number } {
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0]
  return { stopFrom: first + TEACHING_SHARE * (last - first), heldFrom: last + 1 }
}
