import { absentLabels } from './absent-labels.ts'
import type { CallNode, Expr } from './ast.ts'
import { unwrapParens } from './ast.ts'
import type { Evaluator } from './evaluator.ts'
import type { Frame, Grid, Rows, Value } from './frame.ts'
import { type Histograms, histogramFraction, histogramQuantile } from './histogram-quantile.ts'
import { instantRows } from './instant-selector.ts'
import { labelJoin, labelReplace } from './label-functions.ts'
import { changeRows, dropNames, mapRows } from './rows.ts'
import * as vectors from './vector-functions.ts'

// A sample is a float64; a character has one or two bytes.
const CHARACTERS_PER_SAMPLE = 8

type At = { readonly grid: Grid; readonly from: Evaluator }

/** A function that looks through no range. */
export function vectorCall(node: CallNode, at: At): Value {
  const { grid, from } = at
  const [first] = node.args
  const calendar = vectors.CALENDAR[node.name]
  if (calendar !== undefined) return calendarRows(first, calendar, at)
  if (node.name === 'time') return { kind: 'scalar', values: vectors.timeSeconds(grid) }
  if (node.name === 'pi') return { kind: 'scalar', values: new Float64Array(grid.count).fill(Math.PI) }
  if (node.name === 'vector') return vectors.constantFrame(from.scalars(first, grid))
  if (first === undefined) throw new Error(`function ${node.name} without its argument`)
  const math = vectors.MATH[node.name]
  if (math !== undefined) return mapRows(from.rows(first, grid), from.budget, math)
  return byName(node, first, at)
}

function byName(node: CallNode, first: Expr, at: At): Value {
  const { grid, from } = at
  const { name, args } = node
  switch (name) {
    case 'scalar':
      return { kind: 'scalar', values: vectors.scalarOf(from.frame(first, grid)) }
    case 'timestamp':
      return timestampRows(first, at)
    case 'absent':
      return vectors.absentFrame(from.frame(first, grid), absentLabels(first))
    case 'sort':
    case 'sort_desc':
      return sorted(node, from.frame(first, grid), from)
    case 'histogram_quantile':
    case 'histogram_fraction':
      return histogram(node, at)
    case 'label_replace':
      return labelReplace(from.frame(first, grid), from.texts(args.slice(1)), {
        charge: charge(from),
        budget: from.budget,
      })
    case 'label_join':
      return labelJoin(from.frame(first, grid), from.texts(args.slice(1)), {
        charge: charge(from),
        budget: from.budget,
      })
    default:
      return bounded(node, from.rows(first, grid), at)
  }
}

/** Text that a query makes counts as samples of the same size. */
function charge({ budget }: Evaluator): (characters: number) => void {
  return (characters) => budget.hold(Math.ceil(characters / CHARACTERS_PER_SAMPLE))
}

function calendarRows(dates: Expr | undefined, part: (date: Date) => number, { grid, from }: At): Value {
  const partOf = vectors.calendarPart(part)
  if (dates === undefined) return vectors.constantFrame(vectors.timeSeconds(grid).map(partOf))
  return mapRows(from.rows(dates, grid), from.budget, partOf)
}

function timestampRows(expr: Expr, { grid, from }: At): Rows {
  const inner = unwrapParens(expr)
  if (inner.kind === 'selector') return dropNames(instantRows(inner, grid, { from, timestamps: true }), from.budget)
  const times = vectors.timeSeconds(grid)
  return mapRows(from.rows(expr, grid), from.budget, (_, step) => times[step] ?? 0)
}

function sorted(node: CallNode, frame: Frame, { annotations, budget }: Evaluator): Frame {
  if (frame.steps === 1) return vectors.sortRows(frame, node.name === 'sort' ? 1 : -1, budget)
  annotations.sortOfRange(node)
  return frame
}

function histogram(node: CallNode, { grid, from }: At): Rows {
  const [first, second, third] = node.args
  const buckets = node.name === 'histogram_quantile' ? second : third
  if (first === undefined || buckets === undefined) throw new Error(`function ${node.name} without its arguments`)
  const { annotations, budget } = from
  const params = from.scalars(first, grid)
  if (node.name === 'histogram_quantile') for (const q of params) annotations.invalidQuantile(q, first)
  const histograms: Histograms = { frame: from.frame(buckets, grid), grid, annotations, budget, at: buckets }
  if (node.name === 'histogram_quantile') return histogramQuantile(histograms, params)
  return histogramFraction(histograms, params, from.scalars(second, grid))
}

/** The functions of a vector and one or two scalars. */
function bounded({ name, args }: CallNode, rows: Rows, { grid, from }: At): Rows {
  const { budget } = from
  const [, second, third] = args
  const a = from.scalars(second, grid)
  switch (name) {
    case 'round':
      if (second === undefined) return mapRows(rows, budget, (value) => vectors.roundTo(value, 1))
      return mapRows(rows, budget, (value, step) => vectors.roundTo(value, a[step] ?? 1))
    case 'clamp':
    case 'clamp_min':
    case 'clamp_max': {
      const none = (bound: number): Float64Array => new Float64Array(grid.count).fill(bound)
      const low = name === 'clamp_max' ? none(Number.NEGATIVE_INFINITY) : a
      const high =
        name === 'clamp' ? from.scalars(third, grid) : name === 'clamp_max' ? a : none(Number.POSITIVE_INFINITY)
      return dropNames(
        changeRows(rows, budget, (row) => vectors.clampRow(row, low, high)),
        budget,
      )
    }
    default:
      throw new Error(`function ${name} is in the table but not evaluated`)
  }
}
