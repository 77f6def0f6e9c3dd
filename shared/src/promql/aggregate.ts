import { EyeNetError } from '../errors/errors.ts'
import { type Labels, METRIC_NAME, seriesKey } from '../identity/identity.ts'
import type { AggregateOp, Grouping } from './ast.ts'
import { meanOf, quantileOf, varianceOf } from './exact-sum.ts'
import type { Frame } from './frame.ts'
import { mergeRows, newFrame } from './frame.ts'
import { withLabel } from './label-functions.ts'
import { labelValue } from './label-value.ts'
import { formatGeneral, formatPlainValue } from './sample-value.ts'
import { pickRows } from './vector-functions.ts'

export type Aggregation = {
  readonly op: AggregateOp
  readonly grouping: Grouping
  /** The scalar argument at a step; NaN without one. */
  readonly param: (step: number) => number
  /** The string argument of count_values. */
  readonly label: string
}

type Group = { readonly labels: Labels; readonly rows: number[] }

/** One aggregation over a frame. */
export function aggregate(frame: Frame, aggregation: Aggregation): Frame {
  const groups = groupRows(frame, aggregation.grouping)
  switch (aggregation.op) {
    case 'topk':
    case 'bottomk':
      return rank(frame, groups, aggregation)
    case 'count_values':
      return countValues(frame, groups, aggregation)
    default:
      return reduce(frame, groups, reducer(aggregation))
  }
}

function groupRows(frame: Frame, { mode, labels: names }: Grouping): readonly Group[] {
  const groups = new Map<string, Group>()
  const left = new Set([...names, METRIC_NAME])
  frame.labels.forEach((labels, row) => {
    const kept =
      mode === 'by'
        ? names.filter((name) => labelValue(labels, name) !== '')
        : Object.keys(labels).filter((name) => !left.has(name))
    const key = keyOf(labels, mode === 'by' ? kept : kept.sort())
    const group = groups.get(key)
    if (group !== undefined) group.rows.push(row)
    else groups.set(key, { labels: Object.fromEntries(kept.map((name) => [name, labels[name] ?? ''])), rows: [row] })
  })
  return [...groups.values()]
}

function keyOf(labels: Labels, names: readonly string[]): string {
  let key = ''
  for (const name of names) key += `${name}\u0001${labels[name]}\u0000`
  return key
}

/** The result of the values [0, count) of one group at one step. */
type Reducer = (values: Float64Array, count: number, step: number) => number

function reducer({ op, param }: Aggregation): Reducer {
  switch (op) {
    case 'sum':
      return (values, count) => sumOf(values, count)
    case 'avg':
      return (values, count) => meanOf(values, 0, count)
    case 'min':
      return (values, count) => extreme(values, count, (a, b) => a < b)
    case 'max':
      return (values, count) => extreme(values, count, (a, b) => a > b)
    case 'count':
      return (_, count) => count
    case 'stddev':
      return (values, count) => Math.sqrt(varianceOf(values, 0, count))
    case 'stdvar':
      return (values, count) => varianceOf(values, 0, count)
    case 'quantile':
      return (values, count, step) => quantileOf(param(step), values.slice(0, count))
    default:
      return () => 1
  }
}

function sumOf(values: Float64Array, count: number): number {
  let sum = 0
  let lost = 0
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? 0
    const next = sum + value
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return Number.isFinite(sum) ? sum + lost : sum
}

function extreme(values: Float64Array, count: number, better: (a: number, b: number) => boolean): number {
  let best = values[0] ?? Number.NaN
  for (let i = 1; i < count; i++) {
    const value = values[i] ?? 0
    if (better(value, best) || Number.isNaN(best)) best = value
  }
  return best
}

function reduce(frame: Frame, groups: readonly Group[], reducer: Reducer): Frame {
  const { steps } = frame
  const result = newFrame(
    groups.map((group) => group.labels),
    steps,
  )
  const gathered = new Float64Array(groups.reduce((most, group) => Math.max(most, group.rows.length), 0))
  groups.forEach(({ rows }, target) => {
    for (let step = 0; step < steps; step++) {
      const count = gather(frame, { rows, step, into: gathered })
      if (count === 0) continue
      result.values[target * steps + step] = reducer(gathered, count, step)
      result.present[target * steps + step] = 1
    }
  })
  return result
}

function gather(
  frame: Frame,
  { rows, step, into }: { rows: readonly number[]; step: number; into: Float64Array },
): number {
  let count = 0
  for (const row of rows) {
    const cell = row * frame.steps + step
    if (frame.present[cell] === 1) into[count++] = frame.values[cell] ?? 0
  }
  return count
}

/** topk and bottomk: the samples that stay keep their labels; in order of value for an instant query. */
function rank(frame: Frame, groups: readonly Group[], { op, param }: Aggregation): Frame {
  const { steps, values, present } = frame
  for (let step = 0; step < steps; step++) refuseBadCount(param(step))
  const kept = new Uint8Array(present.length)
  const order: number[] = []
  const sign = op === 'topk' ? -1 : 1
  for (const { rows } of groups) {
    for (let step = 0; step < steps; step++) {
      const k = param(step)
      if (k < 1) continue
      const at = (row: number): number => values[row * steps + step] ?? 0
      const sorted = rows
        .filter((row) => present[row * steps + step] === 1)
        .sort((a, b) => {
          const [x, y] = [at(a), at(b)]
          if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
          return (x - y) * sign
        })
        .slice(0, k)
      for (const row of sorted) kept[row * steps + step] = 1
      if (steps === 1) order.push(...sorted)
    }
  }
  const filtered = { ...frame, present: kept }
  return steps === 1 ? pickRows(filtered, order) : filtered
}

const INT64 = 2 ** 63

function refuseBadCount(k: number): void {
  if (Number.isNaN(k)) throw new EyeNetError('invalid', 'Parameter value is NaN')
  if (k <= -INT64) throw new EyeNetError('invalid', `Scalar value ${formatGeneral(k)} underflows int64`)
  if (k >= INT64) throw new EyeNetError('invalid', `Scalar value ${formatGeneral(k)} overflows int64`)
}

// Each different value is a series of its own; beyond this somebody counts a counter.
const MAX_COUNTED_VALUES = 100_000

function countValues(frame: Frame, groups: readonly Group[], { label, grouping }: Aggregation): Frame {
  const { steps } = frame
  if (label === '' || label.includes('\ufffd')) {
    throw new EyeNetError('invalid', `invalid label name ${JSON.stringify(label)}`)
  }
  const counts = new Map<string, { labels: Labels; cells: Map<number, number> }>()
  for (const group of groups) {
    const base =
      grouping.mode === 'by' && grouping.labels.includes(label) ? withLabel(group.labels, label, '') : group.labels
    for (const row of group.rows) {
      for (let step = 0; step < steps; step++) {
        if (frame.present[row * steps + step] === 0) continue
        const labels = withLabel(base, label, formatPlainValue(frame.values[row * steps + step] ?? 0))
        const key = seriesKey(labels)
        const entry = counts.get(key) ?? { labels, cells: new Map<number, number>() }
        entry.cells.set(step, (entry.cells.get(step) ?? 0) + 1)
        counts.set(key, entry)
        if (counts.size > MAX_COUNTED_VALUES)
          throw new EyeNetError('limit_exceeded', 'count_values found too many values')
      }
    }
  }
  const entries = [...counts.values()]
  const result = newFrame(
    entries.map((entry) => entry.labels),
    steps,
  )
  entries.forEach(({ cells }, row) => {
    for (const [step, count] of cells) {
      result.values[row * steps + step] = count
      result.present[row * steps + step] = 1
    }
  })
  return mergeRows(result)
}
