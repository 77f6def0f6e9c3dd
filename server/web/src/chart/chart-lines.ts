import type { Unit } from '../format/quantity.ts'
import { formatQuantity } from '../format/quantity.ts'
import type { RangeAnswer } from '../net/prometheus.ts'

/** One line of a chart. `below` lines are drawn under zero and read as what they are. */
export type ChartLine = {
  readonly name: string
  /** 1 to 8 of the palette, or the line of a limit. */
  readonly colour: number | 'limit'
  readonly below: boolean
  readonly values: readonly (number | null)[]
  /** Which of the chart's queries it answers, and the labels that are left of its series. */
  readonly query: number
  readonly labels: Readonly<Record<string, string>>
}

export type ChartFigures = {
  /** Seconds since 1970, evenly spaced. */
  readonly times: readonly number[]
  readonly lines: readonly ChartLine[]
  /** Lines left out because no eye tells so many apart. */
  readonly hidden: number
}

/** One query of a chart and how its lines are called. */
export type ChartQuery = {
  readonly expr: string
  readonly name: string | ((labels: Readonly<Record<string, string>>) => string)
  readonly below?: boolean
  readonly limit?: boolean
  /** Keeps a line only when this says so. */
  readonly keep?: (labels: Readonly<Record<string, string>>) => boolean
}

/** No eye tells more lines apart, and the palette has eight colours. */
export const MOST_LINES = 8

/** Puts the answers to a chart's queries, all on one grid, into lines: the largest first where there are too many. */
export function chartFigures(queries: readonly ChartQuery[], answers: readonly RangeAnswer[]): ChartFigures {
  const lines = queries.flatMap((query, at) => linesOf(query, at, answers[at]))
  const kept = lines.length <= MOST_LINES ? lines : [...lines].sort((a, b) => peak(b) - peak(a)).slice(0, MOST_LINES)
  let colour = 0
  const coloured = kept.map((line) => {
    if (line.colour === 'limit') return line
    colour += 1
    return { ...line, colour }
  })
  return { times: answers[0]?.times ?? [], lines: coloured, hidden: lines.length - kept.length }
}

function linesOf(query: ChartQuery, at: number, answer: RangeAnswer | undefined): ChartLine[] {
  const { name, keep, below = false, limit = false } = query
  const series = (answer?.series ?? []).filter((one) => keep?.(one.labels) ?? true)
  const named = series.map(({ labels, values }) => ({
    name: typeof name === 'string' ? name : name(labels),
    colour: limit ? ('limit' as const) : 1,
    below,
    values,
    query: at,
    labels,
  }))
  return typeof name === 'string' ? named : named.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}

const peak = (line: ChartLine): number =>
  line.values.reduce<number>((most, one) => Math.max(most, Math.abs(one ?? 0)), 0)

export type Summary = { readonly min: number; readonly avg: number; readonly max: number; readonly last: number }

/** Undefined when the line has no value at all. */
export function summaryOf(values: readonly (number | null)[]): Summary | undefined {
  let [min, max, sum, count, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0]
  for (const value of values) {
    if (value === null) continue
    min = Math.min(min, value)
    max = Math.max(max, value)
    sum += value
    count += 1
    last = value
  }
  return count === 0 ? undefined : { min, avg: sum / count, max, last }
}

/** The chart in words, for those who do not see it. */
export function chartSentence(title: string, { lines }: ChartFigures, unit: Unit): string {
  const told = lines.map((line) => {
    const summary = summaryOf(line.values)
    if (summary === undefined) return `${line.name}: no data`
    const [min, avg, max, last] = [summary.min, summary.avg, summary.max, summary.last].map((one) =>
      formatQuantity(one, unit),
    )
    return `${line.name}: minimum ${min}, average ${avg}, maximum ${max}, last ${last}`
  })
  return `${title}. ${told.length === 0 ? 'No data' : told.join('. ')}.`
}
