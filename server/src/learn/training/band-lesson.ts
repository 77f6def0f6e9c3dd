import { BAND_OUTPUTS, BAND_QUANTILES, bandOf, type Network, softplus } from '@eyenet/shared/judge'
import { chosenRows } from './chosen-rows.ts'
import { DenseLearner } from './dense-learner.ts'
import { BATCH_ROWS, type Lesson } from './learn-lesson.ts'
import { StackLearner } from './stack-learner.ts'
import type { TrainingMatrix } from './training-matrix.ts'

/** The outer quantiles are rarely passed, so that their slopes are weak; they count more. */
const QUANTILE_WEIGHTS = [3, 1, 1, 1, 3]
/** Softplus of it is 0.67: a quartile of the normal distribution, to begin with. */
const FIRST_INNER = -0.05
/** Softplus of it is 1.9: from there to the quantile of .995. */
const FIRST_OUTER = 1.74

/** The band of a normal distribution, to begin with. */
export function beginBand({ band }: Network): void {
  band[2].bias.set([0, FIRST_INNER, FIRST_OUTER, FIRST_INNER, FIRST_OUTER])
}

/** What the two lessons share: the network that learns, the rows, and all of them standardised (rows * stride). */
export type LessonMaterial = {
  readonly network: Network
  readonly matrix: TrainingMatrix
  readonly inputs: Float32Array
  readonly stride: number
}

/** The band of a network, learnt by the pinball loss (Koenker and Bassett 1978) from the rows with a band weight. */
export function bandLesson(material: LessonMaterial): Lesson {
  const { network, matrix } = material
  const { past, features, value } = network.shape
  const stack = new StackLearner(network.band, BATCH_ROWS)
  const straight = new DenseLearner(network.straight)
  const straightOut = new Float32Array(BATCH_ROWS * BAND_OUTPUTS)
  const batch = new Float32Array(BATCH_ROWS * past)
  const loss = pinballLoss()
  const chosen = chosenRows(matrix, matrix.bandWeights)

  /** Runs a batch and puts the slopes by the raw outputs into stack.outputs; returns the weighted loss and the weight. */
  const run = (rows: Int32Array, from: number, to: number) => {
    const count = to - from
    copyRows(material, { rows, from, to }, batch)
    stack.forward(batch, count, past)
    straight.forward({ rows: count, inputs: batch, outputs: straightOut })
    let [sum, weight] = [0, 0]
    for (let at = 0; at < count; at++) {
      const row = rows[from + at] ?? 0
      const raw = stack.outputs.subarray(at * BAND_OUTPUTS, (at + 1) * BAND_OUTPUTS)
      for (let output = 0; output < BAND_OUTPUTS; output++) {
        raw[output] = (raw[output] ?? 0) + (straightOut[at * BAND_OUTPUTS + output] ?? 0)
      }
      const own = matrix.bandWeights[row] ?? 0
      sum += own * loss(raw, matrix.features[row * features + value] ?? 0, own / count)
      weight += own
    }
    return { sum, weight }
  }

  return {
    ...chosen,
    layers: [...stack.layers, straight],
    gather(from, to) {
      run(chosen.rows, from, to)
      straight.backward({ rows: to - from, inputs: batch, outputs: stack.outputs })
      stack.backward(batch, to - from, past)
    },
    lossOf: (rows) => meanOver(rows, run),
  }
}

/** Mean over all rows of what `run` says of batches. */
export function meanOver(
  rows: Int32Array,
  run: (rows: Int32Array, from: number, to: number) => { readonly sum: number; readonly weight: number },
): number {
  let [sum, weight] = [0, 0]
  for (let from = 0; from < rows.length; from += BATCH_ROWS) {
    const part = run(rows, from, Math.min(from + BATCH_ROWS, rows.length))
    sum += part.sum
    weight += part.weight
  }
  return sum / Math.max(weight, 1e-9)
}

/** Copies the first numbers of rows of the material, as many as a row of `batch` takes, one after the other. */
export function copyRows(
  { inputs, stride }: LessonMaterial,
  { rows, from, to }: { readonly rows: Int32Array; readonly from: number; readonly to: number },
  batch: Float32Array,
): void {
  const width = batch.length / BATCH_ROWS
  for (let at = from; at < to; at++) {
    const start = (rows[at] ?? 0) * stride
    batch.set(inputs.subarray(start, start + width), (at - from) * width)
  }
}

/** Loss of one row's raw outputs, which become the loss's slopes times `share`. */
function pinballLoss(): (raw: Float32Array, sample: number, share: number) => number {
  const parts = new Float32Array(BAND_OUTPUTS)
  const band = new Float32Array(BAND_OUTPUTS)
  const slopes = new Float64Array(BAND_OUTPUTS)
  return (raw, sample, share) => {
    for (let at = 0; at < BAND_OUTPUTS; at++) parts[at] = at === 0 ? (raw[0] ?? 0) : softplus(raw[at] ?? 0)
    bandOf(parts, band)
    let sum = 0
    for (let at = 0; at < BAND_OUTPUTS; at++) {
      const quantile = BAND_QUANTILES[at] ?? 0.5
      const weight = QUANTILE_WEIGHTS[at] ?? 1
      const off = sample - (band[at] ?? 0)
      sum += weight * (off > 0 ? quantile * off : (quantile - 1) * off)
      slopes[at] = share * weight * (off > 0 ? -quantile : 1 - quantile)
    }
    const [lowest = 0, lower = 0, middle = 0, upper = 0, highest = 0] = slopes
    const byPart = [lowest + lower + middle + upper + highest, -lower - lowest, -lowest, upper + highest, highest]
    for (let at = 0; at < BAND_OUTPUTS; at++) {
      raw[at] = (byPart[at] ?? 0) * (at === 0 ? 1 : sigmoid(raw[at] ?? 0))
    }
    return sum
  }
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value))
}
