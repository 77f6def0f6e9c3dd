import { EyeNetError } from '../errors/errors.ts'
import { type Labels, seriesKey } from '../identity/identity.ts'
import type { Grouping } from './ast.ts'
import type { Budget } from './budget.ts'
import { type Frame, mergeRows, newFrame } from './frame.ts'
import type { RowGroups } from './group-rows.ts'
import { withLabel } from './label-functions.ts'
import { formatPlainValue } from './sample-value.ts'

// Each different value is a series of its own; beyond this somebody counts a counter.
const MAX_COUNTED_VALUES = 100_000

export type CountedBy = { readonly label: string; readonly grouping: Grouping; readonly budget: Budget }

type Counted = { readonly labels: Labels; readonly cells: Map<number, number> }

/** count_values: how often each value occurs, under a label that has the value. */
export function countValues(frame: Frame, groups: RowGroups, { label, grouping, budget }: CountedBy): Frame {
  const { steps, present, values } = frame
  if (label === '' || label.includes('\ufffd')) {
    throw new EyeNetError('invalid', `invalid label name ${JSON.stringify(label)}`)
  }
  const counts = new Map<string, Counted>()
  const isGrouped = grouping.mode === 'by' && grouping.labels.includes(label)
  groups.groupOf.forEach((group, row) => {
    const own = groups.labels[group] ?? {}
    const base = isGrouped ? withLabel(own, label, '') : own
    for (let step = 0; step < steps; step++) {
      if (present[row * steps + step] === 0) continue
      budget.rows(1)
      const labels = withLabel(base, label, formatPlainValue(values[row * steps + step] ?? 0))
      const key = seriesKey(labels)
      const entry = counts.get(key) ?? { labels, cells: new Map<number, number>() }
      entry.cells.set(step, (entry.cells.get(step) ?? 0) + 1)
      counts.set(key, entry)
      if (counts.size <= MAX_COUNTED_VALUES) continue
      throw new EyeNetError('limit_exceeded', `count_values found more than ${MAX_COUNTED_VALUES} different values`)
    }
  })
  return mergeRows(frameOfCounts([...counts.values()], steps), budget)
}

function frameOfCounts(counted: readonly Counted[], steps: number): Frame {
  const result = newFrame(
    counted.map((entry) => entry.labels),
    steps,
  )
  counted.forEach(({ cells }, row) => {
    for (const [step, count] of cells) {
      result.values[row * steps + step] = count
      result.present[row * steps + step] = 1
    }
  })
  return result
}
