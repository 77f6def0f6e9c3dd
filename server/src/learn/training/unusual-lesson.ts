import { copyRows, type LessonMaterial, meanOver, sigmoid } from './band-lesson.ts'
import { chosenRows } from './chosen-rows.ts'
import { BATCH_ROWS, type Lesson } from './learn-lesson.ts'
import { StackLearner } from './stack-learner.ts'

/** The logit of `unusual`, learnt by cross-entropy from rows with a weight; the inputs are features and positions. */
export function unusualLesson(material: LessonMaterial): Lesson {
  const { network, matrix, stride } = material
  const stack = new StackLearner(network.unusual, BATCH_ROWS)
  const batch = new Float32Array(BATCH_ROWS * stride)
  const chosen = chosenRows(matrix, matrix.unusualWeights)

  const run = (rows: Int32Array, from: number, to: number) => {
    const count = to - from
    copyRows(material, { rows, from, to }, batch)
    stack.forward(batch, count, stride)
    let [sum, weight] = [0, 0]
    for (let at = 0; at < count; at++) {
      const row = rows[from + at] ?? 0
      const own = matrix.unusualWeights[row] ?? 0
      const logit = stack.outputs[at] ?? 0
      const label = matrix.labels[row] ?? 0
      // ln(1 + e^logit) - label * logit, without an overflow.
      sum += own * (Math.max(logit, 0) - label * logit + Math.log1p(Math.exp(-Math.abs(logit))))
      stack.outputs[at] = (own / count) * (sigmoid(logit) - label)
      weight += own
    }
    return { sum, weight }
  }

  return {
    ...chosen,
    layers: stack.layers,
    gather(from, to) {
      run(chosen.rows, from, to)
      stack.backward(batch, to - from, stride)
    },
    lossOf: (rows) => meanOver(rows, run),
  }
}
