/** Values at even steps; NaN where there is none. `firstMs` is the time of the first. */
export type EvenSeries = { readonly firstMs: number; readonly stepMs: number; readonly values: Float64Array }

/** What a series does by the hour of its day or week, how far it strays from that, and where it drifts. */
export type SeasonalModel = {
  /** What is expected at a place, also beyond the end. */
  expected(at: number): number
  /** The usual distance from it at that time of the day or week; never 0. */
  scale(at: number): number
  /** How much of a value's distance from what was expected is left so many steps later, 0 to 1. */
  left(steps: number): number
}

/** Which values are fitted, and whether days of the week are told apart. */
export type Fitting = { readonly from: number; readonly to: number; readonly isWeekly: boolean }

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
/** 1970-01-05 was a Monday. */
const MONDAY_MS = 4 * DAY_MS
/** Neighbours on each side that a place of the profile is taken with. */
const NEAR_MS = 15 * 60_000
/** The usual distance needs more values than the profile does. */
const WIDE_SLOTS = 3
/** A drift is followed for so long. */
const DRIFT_AHEAD_MS = WEEK_MS

/**
 * Fits the values [from, to): a median profile of the day, or of the week, after the drift of daily
 * medians (Theil, Sen) was taken out, and how rests fade (their autocorrelation). Undefined where all is missing.
 */
export function fitSeasonal(series: EvenSeries, { from, to, isWeekly }: Fitting): SeasonalModel | undefined {
  const { stepMs, values } = series
  const cycleMs = isWeekly ? WEEK_MS : DAY_MS
  const slots = Math.max(1, Math.round(cycleMs / stepMs))
  const slotOf = (at: number): number => mod(Math.floor((series.firstMs + at * stepMs - MONDAY_MS) / stepMs), slots)
  const drift = driftOf(series, from, to)
  const trend = (at: number): number => drift * (Math.min(at, to + DRIFT_AHEAD_MS / stepMs) - to)
  const flat = Float64Array.from({ length: to - from }, (_, n) => (values[from + n] ?? Number.NaN) - trend(from + n))
  const near = Math.floor(NEAR_MS / stepMs)
  const profile = profileOf(flat, { slots, near, slotAt: (n) => slotOf(from + n) })
  if (profile === undefined) return undefined
  const rests = flat.map((value, n) => value - (profile[slotOf(from + n)] ?? 0))
  // Values are near a profile that was made of them: of k of them, so much nearer than the next one will be.
  const cycles = Math.max(2, ((to - from) * stepMs) / cycleMs)
  const sizes = rests.map((rest) => Math.abs(rest) / Math.sqrt(1 - 1 / cycles))
  const all = medianOf(present(sizes))
  const least = Math.max(all / 4, 1e-12 + Math.abs(medianOf(present(flat))) * 1e-6)
  const scales = profileOf(sizes, { slots, near: Math.max(WIDE_SLOTS, 2 * near), slotAt: (n) => slotOf(from + n) })
  const fades = new Map<number, number>()
  return {
    expected: (at) => (profile[slotOf(at)] ?? 0) + trend(at),
    scale: (at) => Math.max(scales?.[slotOf(at)] ?? all, least),
    left(steps) {
      // A power of two stands for its neighbours: correlation changes slowly.
      const lag = 2 ** Math.round(Math.log2(Math.max(1, steps)))
      const known = fades.get(lag) ?? correlation(rests, lag)
      fades.set(lag, known)
      return known
    },
  }
}

type Profiling = {
  readonly slots: number
  readonly near: number
  readonly slotAt: (n: number) => number
}

/** By slot, the middle of what was there and near it; slots that never had a value take that of the nearest before. */
function profileOf(values: Float64Array, { slots, near, slotAt }: Profiling): Float64Array | undefined {
  const bySlot: number[][] = Array.from({ length: slots }, () => [])
  values.forEach((value, n) => {
    if (!Number.isNaN(value)) bySlot[slotAt(n)]?.push(value)
  })
  const profile = new Float64Array(slots)
  for (let slot = 0; slot < slots; slot++) {
    const around: number[] = []
    for (let off = -near; off <= near; off++) around.push(...(bySlot[mod(slot + off, slots)] ?? []))
    profile[slot] = around.length === 0 ? Number.NaN : middleMean(around)
  }
  return filled(profile)
}

function filled(profile: Float64Array): Float64Array | undefined {
  const first = profile.findIndex((value) => !Number.isNaN(value))
  if (first < 0) return undefined
  let last = profile[first] ?? 0
  for (let n = 0; n < profile.length; n++) {
    const slot = (first + n) % profile.length
    const value = profile[slot] ?? Number.NaN
    if (Number.isNaN(value)) profile[slot] = last
    else last = value
  }
  return profile
}

/**
 * Per step: the median slope between the medians of days that are whole weeks apart, so that the week itself is no drift; 0
 * where too few are, or they do not agree on a direction.
 */
function driftOf({ stepMs, values }: EvenSeries, from: number, to: number): number {
  const perDay = Math.round(DAY_MS / stepMs)
  const days: { at: number; value: number }[] = []
  for (let end = to; end - perDay >= from; end -= perDay) {
    const some = present(values.subarray(end - perDay, end))
    if (some.length * 2 >= perDay) days.push({ at: end, value: medianOf(some) })
  }
  const slopes: number[] = []
  for (const one of days) {
    for (const other of days) {
      const run = one.at - other.at
      if (run > 0 && run % (7 * perDay) === 0) slopes.push((one.value - other.value) / run)
    }
  }
  if (slopes.length < 7) return 0
  const sorted = Float64Array.from(slopes).sort()
  const [low, high] = [sorted[Math.floor(sorted.length * 0.2)] ?? 0, sorted[Math.ceil(sorted.length * 0.8) - 1] ?? 0]
  return low > 0 || high < 0 ? medianOf(sorted) : 0
}

/** Of values and those `lag` later, 0 to 1. */
function correlation(values: Float64Array, lag: number): number {
  let [cross, square] = [0, 0]
  const most = 4 * medianOf(present(values.map(Math.abs)))
  const cut = (value: number): number => Math.max(-most, Math.min(most, value))
  for (let at = lag; at < values.length; at++) {
    const [now, then] = [values[at] ?? Number.NaN, values[at - lag] ?? Number.NaN]
    if (Number.isNaN(now) || Number.isNaN(then)) continue
    cross += cut(now) * cut(then)
    square += cut(then) ** 2
  }
  return square > 0 ? Math.max(0, Math.min(1, cross / square)) : 0
}

function present(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value))
}

/** The mean without the lowest and the highest quarter: nearly as sharp as the mean, and not moved by a wild value of four. */
function middleMean(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const cut = Math.floor((sorted.length + 1) / 4)
  const kept = sorted.subarray(cut, sorted.length - cut)
  return kept.reduce((sum, value) => sum + value, 0) / kept.length
}

function medianOf(values: Float64Array): number {
  const sorted = values.slice().sort()
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by
}
