/** How far a series moves: from sample to sample, and at large. In its own unit; both 0 for a constant. */
export type SeriesSize = { readonly middle: number; readonly noise: number; readonly spread: number }

/** Values looked at; more say nothing new. */
const MAX_LOOKED_AT = 2_000
/** The deviation of a normal distribution from its median absolute deviation. */
const NORMAL = 1.4826

/** Robust sizes by medians; a few anomalies do not move them. */
export function seriesSize(values: Float64Array): SeriesSize {
  const stride = Math.max(1, Math.floor(values.length / MAX_LOOKED_AT))
  const [seen, steps]: [number[], number[]] = [[], []]
  for (let at = 1; at < values.length; at += stride) {
    const [before, value] = [values[at - 1] ?? Number.NaN, values[at] ?? Number.NaN]
    if (Number.isFinite(value)) seen.push(value)
    if (Number.isFinite(value - before)) steps.push(Math.abs(value - before))
  }
  const middle = median(seen)
  const spread = NORMAL * median(seen.map((value) => Math.abs(value - middle)))
  const noise = (NORMAL * median(steps)) / Math.SQRT2
  return { middle, noise: noise > 0 ? noise : meanOf(steps), spread: Math.max(spread, noise) }
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0
  const sorted = Float64Array.from(values).sort()
  return sorted[sorted.length >> 1] ?? 0
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
