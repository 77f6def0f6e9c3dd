import { type Accumulator, ARRAYS_PER_GROUP, accumulatorFor, STREAMED, type StreamedOp } from './accumulate.ts'
import type { AggregateOp, Grouping } from './ast.ts'
import type { Budget } from './budget.ts'
import { countValues } from './count-values.ts'
import { quantileOf } from './exact-sum.ts'
import { type Frame, newFrame, type Rows } from './frame.ts'
import { groupRows, type RowGroups, rowsOfGroups } from './group-rows.ts'
import { rank } from './rank.ts'
import { eachRow, frameOf } from './rows.ts'

export type Aggregation = {
  readonly op: AggregateOp
  readonly grouping: Grouping
  /** The scalar argument at each step; NaN without one. */
  readonly param: Float64Array
  /** The string argument of count_values. */
  readonly label: string
}

/** One aggregation over a vector. Where it can, it takes row after row and keeps only the groups. */
export function aggregate(rows: Rows, aggregation: Aggregation, budget: Budget): Frame {
  const { op, param, label, grouping } = aggregation
  const groups = groupRows(rows.labels, grouping, budget)
  switch (op) {
    case 'topk':
    case 'bottomk':
      return rank(frameOf(rows, budget), groups, { op, param, budget })
    case 'count_values':
      return countValues(frameOf(rows, budget), groups, { label, grouping, budget })
    case 'quantile':
      return quantile(frameOf(rows, budget), groups, { param, budget })
    default:
      return stream(rows, groups, { op: streamedOp(op), budget })
  }
}

function streamedOp(op: AggregateOp): StreamedOp {
  const found = STREAMED.find((one) => one === op)
  if (found === undefined) throw new Error(`aggregation ${op} is in the table but not evaluated`)
  return found
}

function stream(rows: Rows, groups: RowGroups, { op, budget }: { op: StreamedOp; budget: Budget }): Frame {
  const { steps } = rows
  budget.hold(groups.labels.length * steps * ARRAYS_PER_GROUP)
  const accumulators = groups.labels.map((): Accumulator => accumulatorFor(op, steps))
  eachRow(rows, budget, (row, content) => accumulators[groups.groupOf[row] ?? 0]?.add(content))
  const frame = newFrame(groups.labels, steps)
  accumulators.forEach((accumulator, group) => {
    const [from, to] = [group * steps, (group + 1) * steps]
    accumulator.finish({ values: frame.values.subarray(from, to), present: frame.present.subarray(from, to) })
  })
  return frame
}

function quantile(frame: Frame, groups: RowGroups, { param, budget }: { param: Float64Array; budget: Budget }): Frame {
  const { steps, present, values } = frame
  const result = newFrame(groups.labels, steps)
  const gathered = new Float64Array(frame.labels.length)
  rowsOfGroups(groups).forEach((rows, group) => {
    for (let step = 0; step < steps; step++) {
      budget.look(rows.length)
      let count = 0
      for (const row of rows) {
        const cell = row * steps + step
        if (present[cell] === 1) gathered[count++] = values[cell] ?? 0
      }
      if (count === 0) continue
      result.values[group * steps + step] = quantileOf(param[step] ?? 0, gathered.subarray(0, count))
      result.present[group * steps + step] = 1
    }
  })
  return result
}
