import { type EvenSeries, type Fitting, fitSeasonal, type SeasonalModel } from './seasonal-model.ts'

/** Errors in scales of the model, sorted, by how far ahead they were made. */
export type HorizonErrors = { readonly upTo: number; readonly errors: Float64Array }

/** Bounds the work: so many moments to look from, so many distances at each. */
const ORIGINS = 120
const PER_BAND = 3
/** Bounds of distances, in shares of the horizon: errors grow fast at first. */
const BANDS = [1 / 64, 1 / 16, 1 / 4, 1] as const
const FEWEST_ERRORS = 20

/**
 * How wrong a model that saw the values [from, split) is on [split, to), by distance: what a conformal prediction adds to its
 * middle (Vovk; here split by horizon and relative to the usual distance of the hour).
 */
export function horizonErrors(
  series: EvenSeries,
  { from, split, to, horizon, isWeekly }: Fitting & { readonly split: number; readonly horizon: number },
): readonly HorizonErrors[] | undefined {
  const model = fitSeasonal(series, { from, to: split, isWeekly })
  if (model === undefined) return undefined
  const bands = BANDS.map((share) => ({ upTo: Math.max(1, Math.round(horizon * share)), errors: [] as number[] }))
  const stride = Math.max(1, Math.floor((to - split) / ORIGINS))
  for (let origin = split; origin < to; origin += stride) {
    const rest = restAt(series, model, origin)
    let low = 0
    for (const { upTo, errors } of bands) {
      for (let n = 1; n <= PER_BAND; n++) {
        const ahead = low + Math.max(1, Math.round((n * (upTo - low)) / PER_BAND))
        const at = origin + ahead - 1
        const value = at < to ? (series.values[at] ?? Number.NaN) : Number.NaN
        if (!Number.isNaN(value)) errors.push((value - middleAt(model, at, { rest, ahead })) / model.scale(at))
      }
      low = upTo
    }
  }
  return bands.flatMap(({ upTo, errors }) =>
    errors.length < FEWEST_ERRORS ? [] : [{ upTo, errors: Float64Array.from(errors).sort() }],
  )
}

/** The middle of a prediction: the profile, and what is left of how far the last values strayed. */
export function middleAt(model: SeasonalModel, at: number, { rest, ahead }: { rest: number; ahead: number }): number {
  return model.expected(at) + rest * model.left(ahead)
}

/** How far the value before a moment strayed; 0 where it is missing. */
export function restAt({ values }: EvenSeries, model: SeasonalModel, origin: number): number {
  const value = values[origin - 1] ?? Number.NaN
  return Number.isNaN(value) ? 0 : value - model.expected(origin - 1)
}

/** The quantile of sorted errors, outwards where it lies between two: coverage is kept with few of them. */
export function errorQuantile(sorted: Float64Array, quantile: number): number {
  const count = sorted.length
  const rank = quantile >= 0.5 ? Math.ceil(quantile * (count + 1)) - 1 : Math.floor(quantile * (count + 1)) - 1
  return sorted[Math.max(0, Math.min(count - 1, rank))] ?? 0
}
