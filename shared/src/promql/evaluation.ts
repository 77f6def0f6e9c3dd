import { assertNever, EyeNetError } from '../errors/errors.ts'
import { METRIC_NAME } from '../identity/identity.ts'
import { absentLabels } from './absent-labels.ts'
import { aggregate } from './aggregate.ts'
import type { Annotations } from './annotations.ts'
import type { AggregateNode, BinaryNode, CallNode, Expr, RangeNode, SelectorNode, Span, SubqueryNode } from './ast.ts'
import { isSetOp, unwrapParens } from './ast.ts'
import { combineSets, scalarScalar, vectorScalar, vectorVector } from './binary.ts'
import {
  broadcast,
  dropNames,
  type Frame,
  type Grid,
  mapValues,
  mergeRows,
  newFrame,
  timeAt,
  type Value,
} from './frame.ts'
import { type Histograms, histogramFraction, histogramQuantile } from './histogram-quantile.ts'
import { labelJoin, labelReplace } from './label-functions.ts'
import { labelValue } from './label-value.ts'
import { instantFrame, type PreparedSeries, withoutStale } from './prepared-series.ts'
import { KEEPS_NAME, RANGE_FUNCTIONS, RESCANS } from './range-functions.ts'
import { type QueryBounds, referenceTime } from './select-plan.ts'
import * as vectors from './vector-functions.ts'
import type { Window } from './window-function.ts'

// Functions that look at each sample of each window anew may look at so many times maxSamples.
const LOOKS_PER_SAMPLE = 10
// A sample is a float64; a character has one or two bytes.
const CHARACTERS_PER_SAMPLE = 8
// Series between two looks at the clock.
const SERIES_PER_PULSE = 64

// Prometheus' default: the global evaluation interval.
const DEFAULT_SUBQUERY_STEP_MS = 60_000

export type EvaluationInput = {
  readonly bounds: QueryBounds
  readonly series: ReadonlyMap<SelectorNode, readonly PreparedSeries[]>
  readonly maxSamples: number
  /** Asked now and then while computing; true ends the query. */
  readonly stopped: () => boolean
  /** What the reader has given already. */
  readonly loadedSamples: number
  readonly annotations: Annotations
}

type RangeLike = RangeNode | SubqueryNode

/** Evaluates checked expressions over loaded series; synchronous, step grid by step grid. */
export class Evaluation {
  private readonly input: EvaluationInput
  private samples: number
  private looks = 0

  constructor(input: EvaluationInput) {
    this.input = input
    this.samples = input.loadedSamples
  }

  evaluate(expr: Expr, grid: Grid): Value {
    this.charge(0)
    switch (expr.kind) {
      case 'number':
        return { kind: 'scalar', values: new Float64Array(grid.count).fill(expr.value) }
      case 'string':
        return { kind: 'string', value: expr.value }
      case 'selector':
        return this.instant(expr, grid, false)
      case 'paren':
        return this.evaluate(expr.expr, grid)
      case 'unary': {
        const value = this.evaluate(expr.expr, grid)
        if (expr.op === '+') return value
        if (value.kind === 'scalar') return { ...value, values: value.values.map((x) => -x) }
        return mapValues(asFrame(value), (x) => -x)
      }
      case 'binary':
        return this.binary(expr, grid)
      case 'aggregate':
        return this.aggregate(expr, grid)
      case 'call':
        return this.call(expr, grid)
      case 'range':
      case 'subquery':
        throw new EyeNetError('invalid', 'a range vector has no value at a step; use it in a function such as rate()')
      default:
        return assertNever(expr)
    }
  }

  /** The samples that a range vector holds at the end of an instant query. */
  rangeSeries(expr: RangeLike, evalMs: number): readonly PreparedSeries[] {
    const to = referenceTime(expr, evalMs, this.input.bounds)
    const grid = { start: evalMs, step: 0, count: 1 }
    return this.windows(expr, grid).flatMap((series) => {
      const [lo, hi] = [after(series.times, to - expr.rangeMs), after(series.times, to)]
      if (lo >= hi) return []
      return [{ ...series, times: series.times.slice(lo, hi), values: series.values.slice(lo, hi) }]
    })
  }

  private frame(expr: Expr, grid: Grid): Frame {
    return asFrame(this.evaluate(expr, grid))
  }

  private scalarAt(expr: Expr | undefined, grid: Grid): (step: number) => number {
    const value = expr === undefined ? undefined : this.evaluate(expr, grid)
    if (value?.kind !== 'scalar') return () => Number.NaN
    return (step) => value.values[step] ?? Number.NaN
  }

  private strings(args: readonly Expr[], grid: Grid): readonly string[] {
    return args.map((arg) => {
      const value = this.evaluate(arg, grid)
      return value.kind === 'string' ? value.value : ''
    })
  }

  /** Text that a query makes, as samples of the same size. */
  private readonly chargeText = (characters: number): void => this.charge(Math.ceil(characters / CHARACTERS_PER_SAMPLE))

  /** Counts cells against the limit, and looks whether the query was given up. */
  private charge(cells: number): void {
    this.samples += cells
    if (this.samples > this.input.maxSamples) {
      const limit = `query needs more than ${this.input.maxSamples} samples; ask for less time, fewer series or a larger step`
      throw new EyeNetError('limit_exceeded', limit)
    }
    if (this.looks > this.input.maxSamples * LOOKS_PER_SAMPLE) {
      throw new EyeNetError(
        'limit_exceeded',
        'query looks at too many samples; ask for a larger step or a shorter range',
      )
    }
    if (this.input.stopped()) throw new EyeNetError('limit_exceeded', 'query was stopped: time is up')
  }

  private instant(node: SelectorNode, grid: Grid, timestamps: boolean): Frame {
    const { bounds } = this.input
    const series = this.input.series.get(node) ?? []
    this.charge(series.length * grid.count)
    const reference = (evalMs: number): number => referenceTime(node, evalMs, bounds)
    return instantFrame(series, grid, { lookbackMs: bounds.lookbackMs, reference, timestamps })
  }

  private binary(node: BinaryNode, grid: Grid): Value {
    const left = this.evaluate(node.left, grid)
    const leftIsEmpty = left.kind === 'frame' && !left.present.includes(1)
    // Most conditions hold nowhere most of the time; then their right side, often the costly one, is not needed.
    if (leftIsEmpty && node.op !== 'or') return left
    const right = this.evaluate(node.right, grid)
    const { op } = node
    if (left.kind === 'scalar' && right.kind === 'scalar') {
      return { kind: 'scalar', values: scalarScalar(node, left.values, right.values) }
    }
    if (left.kind === 'scalar') return vectorScalar(node, asFrame(right), { scalar: left.values, swapped: true })
    if (right.kind === 'scalar') return vectorScalar(node, asFrame(left), { scalar: right.values, swapped: false })
    const sides = { left: asFrame(left), right: asFrame(right) }
    this.charge(sides.left.values.length)
    return isSetOp(op) ? combineSets(op, node.matching, sides) : vectorVector(node, node.matching, sides)
  }

  private aggregate(node: AggregateNode, grid: Grid): Value {
    const frame = this.frame(node.expr, grid)
    const isLabel = node.op === 'count_values' && node.param !== undefined
    const [label = ''] = isLabel && node.param !== undefined ? this.strings([node.param], grid) : []
    const param = this.scalarAt(isLabel ? undefined : node.param, grid)
    if (node.op === 'quantile' && node.param !== undefined) {
      this.warnOfExtremes(param, grid, unwrapParens(node.param))
    }
    return aggregate(frame, { op: node.op, grouping: node.grouping, param, label })
  }

  /** As the quantile aggregation does in Prometheus, once for each kind of fault over the whole query. */
  private warnOfExtremes(quantile: (step: number) => number, grid: Grid, at: Span): void {
    let [lowest, highest] = [0, 1]
    for (let step = 0; step < grid.count; step++) {
      const q = quantile(step)
      if (Number.isNaN(q)) this.input.annotations.invalidQuantile(q, at)
      lowest = q < lowest ? q : lowest
      highest = q > highest ? q : highest
    }
    this.input.annotations.invalidQuantile(highest, at)
    this.input.annotations.invalidQuantile(lowest, at)
  }

  private call(node: CallNode, grid: Grid): Value {
    const { name, args } = node
    const ranged = args.map(unwrapParens).find((arg) => arg.kind === 'range' || arg.kind === 'subquery')
    if (ranged !== undefined && (ranged.kind === 'range' || ranged.kind === 'subquery')) {
      return this.rangeCall(node, ranged, grid)
    }
    const [first, second, third] = args
    const math = vectors.MATH[name]
    const calendar = vectors.CALENDAR[name]
    if (calendar !== undefined) {
      const times = vectors.timeSeconds(grid)
      const dates =
        first === undefined ? vectors.constantFrame(grid, (step) => times[step] ?? 0) : this.frame(first, grid)
      return vectors.calendarFrame(dates, calendar)
    }
    if (name === 'time') return { kind: 'scalar', values: vectors.timeSeconds(grid) }
    if (name === 'pi') return { kind: 'scalar', values: new Float64Array(grid.count).fill(Math.PI) }
    if (name === 'vector') return vectors.constantFrame(grid, this.scalarAt(first, grid))
    if (first === undefined) throw new Error(`function ${name} without its argument`)
    if (math !== undefined) return mapValues(this.frame(first, grid), math)
    switch (name) {
      case 'scalar':
        return { kind: 'scalar', values: vectors.scalarOf(this.frame(first, grid)) }
      case 'timestamp':
        return this.timestamp(first, grid)
      case 'absent':
        return vectors.absentFrame(this.frame(first, grid), absentLabels(first))
      case 'sort':
      case 'sort_desc':
        return this.sorted(node, this.frame(first, grid))
      case 'histogram_quantile':
        return second === undefined ? never(name) : this.histogram(first, second, grid)
      case 'histogram_fraction': {
        const [low, high] = [this.scalarAt(first, grid), this.scalarAt(second, grid)]
        return third === undefined ? never(name) : histogramFraction(this.histograms(third, grid), low, high)
      }
      case 'label_replace':
        return labelReplace(this.frame(first, grid), this.strings(args.slice(1), grid), this.chargeText)
      case 'label_join':
        return labelJoin(this.frame(first, grid), this.strings(args.slice(1), grid), this.chargeText)
      default:
        return this.bounded(name, this.frame(first, grid), [this.scalarAt(second, grid), this.scalarAt(third, grid)])
    }
  }

  private bounded(name: string, frame: Frame, [a, b]: [(step: number) => number, (step: number) => number]): Frame {
    switch (name) {
      case 'round':
        return mapValues(frame, (value, step) => {
          const nearest = a(step)
          return vectors.roundTo(value, Number.isNaN(nearest) ? 1 : nearest)
        })
      case 'clamp':
        return vectors.clampFrame(frame, a, b)
      case 'clamp_min':
        return mapValues(frame, (value, step) => Math.max(value, a(step)))
      case 'clamp_max':
        return mapValues(frame, (value, step) => Math.min(value, a(step)))
      default:
        return never(name)
    }
  }

  private histogram(quantile: Expr, expr: Expr, grid: Grid): Frame {
    const q = this.scalarAt(quantile, grid)
    for (let step = 0; step < grid.count; step++) this.input.annotations.invalidQuantile(q(step), quantile)
    return histogramQuantile(this.histograms(expr, grid), q)
  }

  private histograms(expr: Expr, grid: Grid): Histograms {
    return { frame: this.frame(expr, grid), grid, annotations: this.input.annotations, at: expr }
  }

  private sorted(node: CallNode, frame: Frame): Frame {
    if (frame.steps === 1) return vectors.sortRows(frame, node.name === 'sort' ? 1 : -1)
    this.input.annotations.sortOfRange(node)
    return frame
  }

  private timestamp(expr: Expr, grid: Grid): Frame {
    const inner = unwrapParens(expr)
    if (inner.kind === 'selector') return dropNames(this.instant(inner, grid, true))
    const times = vectors.timeSeconds(grid)
    return mapValues(this.frame(expr, grid), (_, step) => times[step] ?? 0)
  }

  private rangeCall(node: CallNode, ranged: RangeLike, grid: Grid): Frame {
    // With @ every step sees the same window, so one is enough; predict_linear still looks from each step's time.
    const fixed = ranged.at !== undefined && node.name !== 'predict_linear' && node.name !== 'quantile_over_time'
    if (fixed && grid.count > 1) return broadcast(this.rangeCall(node, ranged, { ...grid, count: 1 }), grid.count)
    const series = this.windows(ranged, grid)
    this.charge(series.length * grid.count)
    if (node.name === 'absent_over_time') {
      const frame = this.overWindows('present_over_time', { series, ranged, grid, param: () => Number.NaN })
      return vectors.absentFrame(frame, absentLabels(ranged.kind === 'range' ? ranged.selector : ranged))
    }
    const param = this.scalarAt(
      node.args.find((arg) => unwrapParens(arg) !== ranged),
      grid,
    )
    const frame = this.overWindows(node.name, { series, ranged, grid, param })
    this.annotate(node, ranged, { frame, param })
    return KEEPS_NAME.has(node.name) ? frame : dropNames(frame)
  }

  /** What Prometheus says of a function over ranges where it had something to compute. */
  private annotate(node: CallNode, ranged: RangeLike, found: { frame: Frame; param: (step: number) => number }): void {
    const { frame, param } = found
    const [quantile] = node.args
    if (node.name === 'quantile_over_time' && quantile !== undefined) {
      frame.present.forEach((there, cell) => {
        if (there === 1) this.input.annotations.invalidQuantile(param(cell % frame.steps), quantile)
      })
    }
    if (node.name !== 'rate' && node.name !== 'increase') return
    frame.labels.forEach((labels, row) => {
      const { steps, present } = frame
      const hasSample = present.subarray(row * steps, (row + 1) * steps).includes(1)
      if (hasSample) this.input.annotations.possibleNonCounter(labelValue(labels, METRIC_NAME), ranged)
    })
  }

  private overWindows(
    name: string,
    {
      series,
      ranged,
      grid,
      param,
    }: { series: readonly PreparedSeries[]; ranged: RangeLike; grid: Grid; param: (step: number) => number },
  ): Frame {
    const make = RANGE_FUNCTIONS.get(name)
    if (make === undefined) return never(name)
    const frame = newFrame(
      series.map((one) => one.labels),
      grid.count,
    )
    const rescans = RESCANS.has(name)
    const window: Window = { lo: 0, hi: 0, from: 0, to: 0, evalMs: 0, step: 0 }
    series.forEach((one, row) => {
      if (row % SERIES_PER_PULSE === 0 || this.looks > this.input.maxSamples) this.charge(0)
      const calculate = make(one, param)
      const { times } = one
      window.lo = 0
      window.hi = 0
      for (let step = 0; step < grid.count; step++) {
        window.step = step
        window.evalMs = timeAt(grid, step)
        window.to = referenceTime(ranged, window.evalMs, this.input.bounds)
        window.from = window.to - ranged.rangeMs
        while (window.hi < times.length && (times[window.hi] ?? 0) <= window.to) window.hi++
        while (window.lo < window.hi && (times[window.lo] ?? 0) <= window.from) window.lo++
        if (window.lo === window.hi) continue
        if (rescans) this.looks += window.hi - window.lo
        const value = calculate(window)
        if (value === undefined) continue
        frame.values[row * grid.count + step] = value
        frame.present[row * grid.count + step] = 1
      }
    })
    this.charge(0)
    return frame
  }

  /** The series below a range vector, without staleness markers. */
  private windows(ranged: RangeLike, grid: Grid): readonly PreparedSeries[] {
    if (ranged.kind === 'range') return (this.input.series.get(ranged.selector) ?? []).map(withoutStale)
    const { bounds } = this.input
    const step = ranged.stepMs ?? DEFAULT_SUBQUERY_STEP_MS
    const from = referenceTime(ranged, grid.start, bounds) - ranged.rangeMs
    const to = referenceTime(ranged, timeAt(grid, grid.count - 1), bounds)
    // Inner times are multiples of the step, so that they do not wander with the outer ones; open on the left.
    const start = (Math.floor(from / step) + 1) * step
    const count = Math.max(0, Math.floor((to - start) / step) + 1)
    if (count === 0) return []
    this.charge(count)
    const inner = { start, step, count }
    return seriesOf(mergeRows(this.frame(ranged.expr, inner)), inner)
  }
}

/** The rows of a frame as series. */
export function seriesOf(frame: Frame, grid: Grid): PreparedSeries[] {
  const { steps } = frame
  return frame.labels.map((labels, row) => {
    let count = 0
    const times = new Float64Array(steps)
    const values = new Float64Array(steps)
    for (let step = 0; step < steps; step++) {
      if (frame.present[row * steps + step] === 0) continue
      times[count] = timeAt(grid, step)
      values[count++] = frame.values[row * steps + step] ?? 0
    }
    return { labels, times: times.subarray(0, count), values: values.subarray(0, count), stale: undefined }
  })
}

/** The index of the first time after `ms`. */
function after(times: Float64Array, ms: number): number {
  let index = 0
  while (index < times.length && (times[index] ?? 0) <= ms) index++
  return index
}

function asFrame(value: Value): Frame {
  if (value.kind !== 'frame') throw new Error(`expected an instant vector, found a ${value.kind}`)
  return value
}

function never(name: string): never {
  throw new Error(`function ${name} is in the table but not evaluated`)
}
