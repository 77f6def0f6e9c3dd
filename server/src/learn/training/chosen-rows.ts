import type { Lesson } from './learn-lesson.ts'
import type { TrainingMatrix } from './training-matrix.ts'

/** The rows that have a weight, apart by whether they teach or decide when to stop. */
export function chosenRows(
  { rows, stopping }: TrainingMatrix,
  weights: Float32Array,
): Pick<Lesson, 'rows' | 'stoppingRows'> {
  const of = (stops: number) => {
    const chosen = new Int32Array(rows)
    let count = 0
    for (let row = 0; row < rows; row++) {
      if ((weights[row] ?? 0) > 0 && stopping[row] === stops) chosen[count++] = row
    }
    return chosen.slice(0, count)
  }
  return { rows: of(0), stoppingRows: of(1) }
}
