import type { DenseLearner } from './dense-learner.ts'
import type { Random } from './random.ts'

export const BATCH_ROWS = 128
/** Passes over all rows at most; early stopping usually ends sooner. */
export const MAX_EPOCHS = 16
/** Passes without a better loss on the stopping days before learning ends. */
const PATIENCE = 3
const RATE = 2e-3
/** The rate at the end, as a share of the one at the beginning. */
const LAST_RATE = 0.02

/** Something to learn: its rows, its layers, and how a batch and a loss are computed. */
export type Lesson = {
  /** Rows to learn from, and rows that decide when to stop. */
  readonly rows: Int32Array
  readonly stoppingRows: Int32Array
  readonly layers: readonly DenseLearner[]
  /** Adds the gradients of the batch rows[from .. to) to the layers. */
  gather(from: number, to: number): void
  /** Mean loss over rows of the matrix. */
  lossOf(rows: Int32Array): number
}

export type LessonOptions = {
  readonly random: Random
  /** Told after each pass, with a share of 0 to 1; it may throw to stop. */
  readonly onPass: (share: number) => void
  readonly maxEpochs?: number
}

export type LessonOutcome = { readonly epochs: number; readonly stoppingLoss: number }

/** Learns by mini-batches until the loss on the stopping days no longer falls, and leaves the best weights in the layers. */
export function learnLesson(lesson: Lesson, options: LessonOptions): LessonOutcome {
  const maxEpochs = options.maxEpochs ?? MAX_EPOCHS
  const judging = lesson.stoppingRows.length > 0 ? lesson.stoppingRows : lesson.rows
  let best = { epochs: 0, stoppingLoss: lesson.lossOf(judging) }
  let kept = keep(lesson.layers)
  const steps = Math.max(1, Math.ceil(lesson.rows.length / BATCH_ROWS) * maxEpochs)
  let turn = 0
  for (let epoch = 1; epoch <= maxEpochs && epoch - best.epochs <= PATIENCE; epoch++) {
    options.random.shuffle(lesson.rows)
    for (let from = 0; from < lesson.rows.length; from += BATCH_ROWS) {
      lesson.gather(from, Math.min(from + BATCH_ROWS, lesson.rows.length))
      turn++
      const rate = RATE * (LAST_RATE + ((1 - LAST_RATE) * (1 + Math.cos((Math.PI * turn) / steps))) / 2)
      for (const layer of lesson.layers) layer.step(rate, turn)
    }
    const stoppingLoss = lesson.lossOf(judging)
    if (stoppingLoss < best.stoppingLoss) {
      best = { epochs: epoch, stoppingLoss }
      kept = keep(lesson.layers)
    }
    options.onPass(epoch / maxEpochs)
  }
  for (const [at, { dense }] of lesson.layers.entries()) {
    dense.weights.set(kept[at]?.weights ?? [])
    dense.bias.set(kept[at]?.bias ?? [])
  }
  return best
}

function keep(layers: readonly DenseLearner[]): { weights: Float32Array; bias: Float32Array }[] {
  return layers.map(({ dense }) => ({ weights: dense.weights.slice(), bias: dense.bias.slice() }))
}
