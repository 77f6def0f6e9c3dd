import { copyRows, type LessonMaterial, meanOver } from './band-lesson.ts'
import { chosenRows } from './chosen-rows.ts'
import { BATCH_ROWS, type Lesson } from './learn-lesson.ts'
import { StackLearner } from './stack-learner.ts'

/** Beyond, the loss grows straight. */
const NEAR = 4

/**
 * `unusual`: how strong an anomaly the window is, learnt by regression from rows with a weight; inputs are features and
 * positions. A class alone would teach to tell anomalies from none, but not strong ones from weak ones, and an alarm budget
 * needs exactly that.
 */
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
      const off = (stack.outputs[at] ?? 0) - (matrix.targets[row] ?? 0)
      // Huber's loss: squares near by, so that the mean is learnt; straight far off, so that single rows do not rule.
      const near = Math.max(-NEAR, Math.min(NEAR, off))
      sum += own * near * (off - near / 2)
      stack.outputs[at] = (own / count) * near
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
