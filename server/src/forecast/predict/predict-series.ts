import { errorQuantile, type HorizonErrors, horizonErrors, middleAt, restAt } from './horizon-errors.ts'
import { type EvenSeries, fitSeasonal, type SeasonalModel } from './seasonal-model.ts'

export type PredictOptions = { readonly horizon: number; readonly quantiles: readonly number[] }

export type Quality = {
  readonly heldBackSteps: number
  readonly pinball: number
  readonly naivePinball: number
  readonly coverage: number
  readonly asked: number
}

export type SeriesPrediction =
  | {
      readonly kind: 'predicted'
      /** The first step of the history that has a value. */
      readonly first: number
      readonly median: readonly number[]
      /** In the order of the quantiles that were asked for. */
      readonly quantiles: readonly (readonly number[])[]
      readonly quality: Quality
    }
  | { readonly kind: 'refused'; readonly why: string }

const DAY_MS = 86_400_000
const LEAST_MS = 3 * DAY_MS
const WEEK_MS = 7 * DAY_MS
/** With fewer weeks before the calibration, days of the week are not told apart. */
const WEEKLY_FROM_MS = 2 * WEEK_MS
const MAX_CALIBRATION_MS = 2 * WEEK_MS
const MAX_ORIGINS = 24
/** Share of the history that has to be there. */
const LEAST_PRESENT = 0.5

/** What comes after the history, with the quantiles of how wrong such a prediction was, and how well it would have done. */
export function predictSeries(series: EvenSeries, { horizon, quantiles }: PredictOptions): SeriesPrediction {
  const first = series.values.findIndex((value) => !Number.isNaN(value))
  const why = faultOf(series, first, horizon)
  if (why !== undefined) return { kind: 'refused', why }
  const to = series.values.length
  const heldBack = Math.min(Math.round(WEEK_MS / series.stepMs), Math.floor((to - first) / 5))
  const judged = predictorOf(series, { first, to: to - heldBack, horizon })
  const predictor = predictorOf(series, { first, to, horizon })
  if (judged === undefined || predictor === undefined) {
    return { kind: 'refused', why: 'its history has too many gaps to tell how wrong a prediction would be' }
  }
  const ahead = Array.from({ length: horizon }, (_, step) => step + 1)
  return {
    kind: 'predicted',
    first,
    median: ahead.map((steps) => predictor(to, steps, 0.5)),
    quantiles: quantiles.map((quantile) => ahead.map((steps) => predictor(to, steps, quantile))),
    quality: qualityOf(series, { first, from: to - heldBack, horizon, quantiles, predictor: judged }),
  }
}

function faultOf({ values, stepMs }: EvenSeries, first: number, horizon: number): string | undefined {
  const span = first < 0 ? 0 : values.length - first
  const days = (span * stepMs) / DAY_MS
  if (span * stepMs < LEAST_MS) return `it has ${days.toFixed(1)} days of history; three are the least`
  const there = values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0)
  if (there < span * LEAST_PRESENT) return `${Math.round(100 - (100 * there) / span)} % of its history are missing`
  if (horizon * 3 > span) {
    return `${days.toFixed(1)} days of history tell of ${(days / 3).toFixed(1)} days ahead at most`
  }
  return undefined
}

/** The value at a quantile, so many steps after an origin. */
type Predictor = (origin: number, ahead: number, quantile: number) => number

type Learnt = { readonly first: number; readonly to: number; readonly horizon: number }

/** Learnt from [first, to): the last part of it tells how wrong a model of the rest was. */
function predictorOf(series: EvenSeries, { first, to, horizon }: Learnt): Predictor | undefined {
  const calibration = Math.min(Math.floor((to - first) / 3), Math.round(MAX_CALIBRATION_MS / series.stepMs))
  const split = to - calibration
  // As for the model whose errors are taken: else they would be those of another one.
  const isWeekly = (split - first) * series.stepMs >= WEEKLY_FROM_MS
  const errors = horizonErrors(series, { from: first, split, to, horizon, isWeekly })
  const model = fitSeasonal(series, { from: first, to, isWeekly })
  if (model === undefined || errors === undefined || errors.length === 0) return undefined
  const isNeverNegative = series.values.subarray(first, to).every((value) => Number.isNaN(value) || value >= 0)
  return (origin, ahead, quantile) => {
    const value = valueAt({ series, model, errors }, { origin, ahead, quantile })
    return isNeverNegative ? Math.max(0, value) : value
  }
}

function valueAt(
  { series, model, errors }: { series: EvenSeries; model: SeasonalModel; errors: readonly HorizonErrors[] },
  { origin, ahead, quantile }: { origin: number; ahead: number; quantile: number },
): number {
  const at = origin + ahead - 1
  const band = errors.find(({ upTo }) => ahead <= upTo) ?? errors.at(-1)
  const middle = middleAt(model, at, { rest: restAt(series, model, origin), ahead })
  return middle + (band === undefined ? 0 : errorQuantile(band.errors, quantile)) * model.scale(at)
}

type Held = PredictOptions & { readonly first: number; readonly from: number; readonly predictor: Predictor }

/** On the values from `from` on, which the predictor has not seen, against saying the last week (or day) again. */
function qualityOf(series: EvenSeries, { first, from, horizon, quantiles, predictor }: Held): Quality {
  const { values } = series
  const naive = naiveOf(series, first, from)
  const sorted = [...quantiles].sort((a, b) => a - b)
  const [lowest = 0.5, highest = 0.5] = [sorted[0], sorted.at(-1)]
  const sums = { own: 0, naive: 0, inside: 0, count: 0 }
  const stride = Math.max(horizon, Math.ceil((values.length - from) / MAX_ORIGINS))
  for (let origin = from; origin < values.length; origin += stride) {
    for (let ahead = 1; ahead <= horizon && origin + ahead - 1 < values.length; ahead++) {
      const value = values[origin + ahead - 1] ?? Number.NaN
      const last = naive(origin + ahead - 1)
      if (Number.isNaN(value) || last === undefined) continue
      for (const quantile of quantiles) {
        sums.own += pinball(value, predictor(origin, ahead, quantile), quantile)
        sums.naive += pinball(value, last + errorQuantile(naive.errors, quantile), quantile)
      }
      const isInside = value >= predictor(origin, ahead, lowest) && value <= predictor(origin, ahead, highest)
      sums.inside += isInside ? 1 : 0
      sums.count++
    }
  }
  const all = Math.max(1, sums.count)
  return {
    heldBackSteps: values.length - from,
    ...{ pinball: sums.own / all / quantiles.length, naivePinball: sums.naive / all / quantiles.length },
    ...{ coverage: sums.inside / all, asked: highest - lowest },
  }
}

/** What was a week before, or a day where there are no two weeks; with its errors before `from`, sorted. */
function naiveOf({ values, stepMs }: EvenSeries, first: number, from: number) {
  const cycleMs = (from - first) * stepMs >= 2 * WEEK_MS ? WEEK_MS : DAY_MS
  const cycle = Math.round(cycleMs / stepMs)
  const errors: number[] = []
  for (let at = first + cycle; at < from; at++) {
    const error = (values[at] ?? Number.NaN) - (values[at - cycle] ?? Number.NaN)
    if (!Number.isNaN(error)) errors.push(error)
  }
  const before = (at: number): number | undefined => {
    // What is not known yet at the origin is taken from a cycle earlier.
    const back = at - cycle < from ? at - cycle : at - cycle * Math.ceil((at - from + 1) / cycle)
    const value = values[back] ?? Number.NaN
    return Number.isNaN(value) ? undefined : value
  }
  return Object.assign(before, { errors: Float64Array.from(errors).sort() })
}

function pinball(value: number, predicted: number, quantile: number): number {
  return value >= predicted ? quantile * (value - predicted) : (1 - quantile) * (predicted - value)
}
