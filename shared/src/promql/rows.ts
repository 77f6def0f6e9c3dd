import { METRIC_NAME } from '../identity/identity.ts'
import type { Budget } from './budget.ts'
import { type Frame, newFrame, type Row, type Rows, refuseSameLabels, withoutName } from './frame.ts'

/** The rows of a vector computed and kept. */
export function frameOf(rows: Rows | Frame, budget: Budget): Frame {
  if (rows.kind === 'frame') return rows
  const { labels, steps } = rows
  budget.hold(labels.length * steps)
  const frame = newFrame(labels, steps)
  for (let row = 0; row < labels.length; row++) {
    budget.rows(1)
    rows.fill(row, {
      values: frame.values.subarray(row * steps, (row + 1) * steps),
      present: frame.present.subarray(row * steps, (row + 1) * steps),
    })
  }
  return frame
}

/** A kept vector, row by row. */
export function rowsOf(value: Frame | Rows): Rows {
  if (value.kind === 'rows') return value
  const { labels, steps, values, present } = value
  const fill = (row: number, into: Row): void => {
    into.values.set(values.subarray(row * steps, (row + 1) * steps))
    into.present.set(present.subarray(row * steps, (row + 1) * steps))
  }
  return { kind: 'rows', labels, steps, fill }
}

/** Calls `visit` with each row in turn. One buffer is used for all. */
export function eachRow(rows: Rows, budget: Budget, visit: (row: number, content: Row) => void): void {
  const content = { values: new Float64Array(rows.steps), present: new Uint8Array(rows.steps) }
  for (let row = 0; row < rows.labels.length; row++) {
    content.present.fill(0)
    budget.rows(1)
    rows.fill(row, content)
    budget.look(rows.steps)
    visit(row, content)
  }
}

/** Each row changed after it was computed; labels stay. */
export function changeRows(rows: Rows, budget: Budget, change: (content: Row) => void): Rows {
  const fill = (row: number, into: Row): void => {
    rows.fill(row, into)
    budget.look(rows.steps)
    change(into)
  }
  return { ...rows, fill }
}

/** Each value changed, and the names dropped. */
export function mapRows(rows: Rows, budget: Budget, change: (value: number, step: number) => number): Rows {
  const changed = changeRows(rows, budget, ({ values, present }) => {
    for (let step = 0; step < values.length; step++) {
      if (present[step] === 1) values[step] = change(values[step] ?? 0, step)
    }
  })
  return dropNames(changed, budget)
}

/** The rows under labels without names; refuses it when two samples become the same series. */
export function dropNames(rows: Rows, budget: Budget): Rows {
  const [first] = rows.labels
  const name = first?.[METRIC_NAME]
  const oneName = rows.labels.every((labels) => labels[METRIC_NAME] === name)
  if (oneName && name === undefined) return rows
  const labels = rows.labels.map((own) => {
    budget.rows(1)
    return withoutName(own)
  })
  // Series that differed under one name still differ without it.
  if (oneName) return { ...rows, labels }
  const frame = { ...frameOf(rows, budget), labels }
  refuseSameLabels(frame, budget)
  return rowsOf(frame)
}
