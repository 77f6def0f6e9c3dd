import { EyeNetError } from '../errors/errors.ts'
import { type EpochMs, epochMs, type Labels } from '../identity/identity.ts'
import { Annotations } from './annotations.ts'
import type { Expr, ParsedQuery } from './ast.ts'
import { unwrapParens } from './ast.ts'
import { Budget } from './budget.ts'
import { compareLabels } from './compare-labels.ts'
import { Evaluation } from './evaluation.ts'
import { type Grid, mergeRows, type Rows, type Value } from './frame.ts'
import { loadSeries, refuseTooManySeries } from './load-series.ts'
import { parseQuery } from './parse.ts'
import { seriesOf } from './range-call.ts'
import { frameOf } from './rows.ts'
import { planSelections } from './select-plan.ts'
import type { SeriesReader, SeriesSamples } from './series-reader.ts'

export const DEFAULT_LOOKBACK_MS = 300_000

export type QueryLimits = {
  /** Samples read and produced together; about nine bytes each. */
  readonly maxSamples: number
  /** Series of one selector, and of the result. */
  readonly maxSeries: number
  /** Steps of a range query, as in Prometheus. */
  readonly maxPoints: number
}
export const DEFAULT_LIMITS: QueryLimits = { maxSamples: 50_000_000, maxSeries: 500_000, maxPoints: 11_000 }

export type Query = {
  readonly expr: string | ParsedQuery
  readonly start: EpochMs
  readonly end: EpochMs
  /** Milliseconds; 0 with start === end for an instant query. */
  readonly step: number
  readonly reader: SeriesReader
  readonly lookbackMs?: number
  readonly limits?: Partial<QueryLimits>
  /** Aborting it ends the query with `limit_exceeded`; while computing, only what aborts without the event loop is seen. */
  readonly signal?: AbortSignal | undefined
  /** Asked now and then while computing, which blocks the event loop: true ends the query with `limit_exceeded`. */
  readonly expired?: () => boolean
}

export type VectorSample = { readonly labels: Labels; readonly value: number }
export type QueryValue =
  | { readonly kind: 'scalar'; readonly time: EpochMs; readonly value: number }
  | { readonly kind: 'string'; readonly time: EpochMs; readonly value: string }
  | { readonly kind: 'vector'; readonly time: EpochMs; readonly samples: readonly VectorSample[] }
  | { readonly kind: 'matrix'; readonly series: readonly SeriesSamples[] }

export type QueryResult = {
  readonly result: QueryValue
  readonly warnings: readonly string[]
  readonly infos: readonly string[]
}

/**
 * Evaluates PromQL with the semantics of Prometheus 3. Reads each selector once, then computes without waiting.
 * Throws EyeNetError: `invalid` for a bad expression (QueryError with its place) or labels that do not match up,
 * `limit_exceeded` for a query that costs too much.
 */
export async function evaluate(query: Query): Promise<QueryResult> {
  const parsed = typeof query.expr === 'string' ? parseQuery(query.expr) : query.expr
  const limits = { ...DEFAULT_LIMITS, ...query.limits }
  const grid = gridOf(query, limits)
  const bounds = { start: query.start, end: query.end, lookbackMs: query.lookbackMs ?? DEFAULT_LOOKBACK_MS }
  const stopped = (): boolean => query.signal?.aborted === true || query.expired?.() === true
  const budget = new Budget({ maxSamples: limits.maxSamples, stopped })
  const annotations = new Annotations()
  const plan = planSelections(parsed.expr, grid, bounds)
  const loaded = await loadSeries(plan, { reader: query.reader, limits, budget, annotations, signal: query.signal })
  const evaluation = new Evaluation({ bounds, loaded, budget, annotations })
  const result = resultOf(parsed.expr, { evaluation, grid, instant: query.step === 0 })
  const size = result.kind === 'vector' ? result.samples.length : result.kind === 'matrix' ? result.series.length : 1
  refuseTooManySeries(size, limits.maxSeries)
  return { result, ...annotations.toTexts(parsed.text) }
}

function gridOf({ start, end, step }: Query, { maxPoints }: QueryLimits): Grid {
  if (step === 0 && start === end) return { start, step, count: 1 }
  if (!(step > 0) || !Number.isFinite(step)) throw new EyeNetError('invalid', 'step must be longer than 0')
  if (end < start) throw new EyeNetError('invalid', 'end lies before start')
  const count = Math.floor((end - start) / step) + 1
  if (count > maxPoints) {
    throw new EyeNetError(
      'limit_exceeded',
      `query asks for ${count} points per series, more than ${maxPoints}, the limit maxPoints; ask for a larger step or less time`,
    )
  }
  return { start, step, count }
}

/** What was evaluated, with its rows computed. */
type Kept = Exclude<Value, Rows>

type Run = { readonly evaluation: Evaluation; readonly grid: Grid; readonly instant: boolean }

function resultOf(expr: Expr, { evaluation, grid, instant }: Run): QueryValue {
  const inner = unwrapParens(expr)
  if (inner.kind === 'range' || inner.kind === 'subquery') {
    if (!instant) throw new EyeNetError('invalid', 'a range query needs a scalar or an instant vector')
    return { kind: 'matrix', series: ordered(evaluation.samplesIn(inner, grid), evaluation.budget) }
  }
  const evaluated = evaluation.evaluate(expr, grid)
  const value = evaluated.kind === 'rows' ? frameOf(evaluated, evaluation.budget) : evaluated
  return instant ? instantResult(value, epochMs(grid.start)) : rangeResult(value, grid, evaluation.budget)
}

function instantResult(value: Kept, time: EpochMs): QueryValue {
  if (value.kind === 'string') return { kind: 'string', time, value: value.value }
  if (value.kind === 'scalar') return { kind: 'scalar', time, value: value.values[0] ?? Number.NaN }
  const samples: VectorSample[] = []
  value.labels.forEach((labels, row) => {
    if (value.present[row] === 1) samples.push({ labels, value: value.values[row] ?? 0 })
  })
  return { kind: 'vector', time, samples }
}

function rangeResult(value: Kept, grid: Grid, budget: Budget): QueryValue {
  if (value.kind === 'string') throw new EyeNetError('invalid', 'a range query needs a scalar or an instant vector')
  if (value.kind === 'frame')
    return { kind: 'matrix', series: ordered(seriesOf(mergeRows(value, budget), grid), budget) }
  const times = Float64Array.from({ length: grid.count }, (_, step) => grid.start + step * grid.step)
  return { kind: 'matrix', series: [{ labels: {}, times, values: value.values }] }
}

/** As Prometheus lists series: by their labels. */
function ordered(series: readonly SeriesSamples[], budget: Budget): SeriesSamples[] {
  return series
    .map(({ labels, times, values }) => {
      budget.rows(1)
      return { names: Object.keys(labels).sort(), series: { labels, times, values } }
    })
    .sort((a, b) => {
      budget.rows(1)
      return compareLabels({ names: a.names, labels: a.series.labels }, { names: b.names, labels: b.series.labels })
    })
    .map((one) => one.series)
}
