import { messageOf } from '@eyenet/shared/errors'
import { FEATURES, TickBatch } from '@eyenet/shared/judge'
import type { OnnxModel } from './onnx-model.ts'

/** Rows of one run, and how long they may take at best: a thousand times what a model of ours needs. */
const SIZES = [1, 7, 64]
const MOST_MS_PER_ROW = 1
/** What features are bounded by, and somewhat more. */
const LARGEST = 10

/** Why a model cannot be let to judge, found by fixed rows: ordinary ones, empty ones, extreme ones. Undefined: it can. */
export async function faultOfTrial(model: OnnxModel): Promise<string | undefined> {
  const batch = new TickBatch(Math.max(...SIZES))
  let fastest = Number.POSITIVE_INFINITY
  for (const size of SIZES) {
    fill(batch, size)
    const before = model.spentMs
    try {
      if (!(await model.run(batch))) {
        return 'in a trial run it answered with numbers that are none or far too large, or with too few'
      }
    } catch (thrown) {
      return `a trial run failed: ${messageOf(thrown)}`.slice(0, 300)
    }
    fastest = Math.min(fastest, (model.spentMs - before) / size)
  }
  return fastest > MOST_MS_PER_ROW
    ? `it takes ${fastest.toFixed(1)} ms for one row; ${MOST_MS_PER_ROW} ms is the most`
    : undefined
}

function fill(batch: TickBatch, rows: number): void {
  batch.clear()
  for (let row = 0; row < rows; row++) {
    batch.add(row, 0, 0)
    for (let feature = 0; feature < FEATURES; feature++) {
      // A turn of the golden angle each: no two rows alike, the same ones everywhere.
      const turn = Math.sin((row * FEATURES + feature) * 2.399963)
      const size = row % 7 === 1 ? 0 : row % 7 === 2 ? LARGEST * Math.sign(turn) : 2 * turn
      batch.features[row * FEATURES + feature] = size
    }
  }
}
