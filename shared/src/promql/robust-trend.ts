type Points = {
  readonly times: Float64Array
  readonly values: Float64Array
  readonly lo: number
  readonly hi: number
  readonly zeroMs: number
}

/** A line: `slope` per second, `level` at the evaluation, `first` at the first sample. */
export type RobustTrend = { readonly slope: number; readonly level: number; readonly first: number }

/** Points that a slope is taken over; a window with more has the medians of so many equal parts. 2,016 pairs. */
const MAX_POINTS = 64

/**
 * The median of the slopes between all pairs of samples [lo, hi) (Theil and Sen), and the level by which half of them lie
 * above the line: up to a quarter of the samples may be anything. NaN samples do not count; NaN for fewer than three.
 */
export function robustTrend(points: Points): RobustTrend {
  const { xs, ys } = thinned(points)
  const slopes: number[] = []
  for (let a = 0; a < xs.length; a++) {
    for (let b = a + 1; b < xs.length; b++) {
      const run = (xs[b] ?? 0) - (xs[a] ?? 0)
      if (run > 0) slopes.push(((ys[b] ?? 0) - (ys[a] ?? 0)) / run)
    }
  }
  if (slopes.length < 3) return { slope: Number.NaN, level: Number.NaN, first: Number.NaN }
  const slope = median(slopes)
  const level = median(ys.map((y, at) => y - slope * (xs[at] ?? 0)))
  return { slope, level, first: level + slope * (xs[0] ?? 0) }
}

/**
 * Seconds from the evaluation until the line reaches the bound: 0 where it did within the window, infinite where it goes
 * another way.
 */
export function secondsUntil({ slope, level, first }: RobustTrend, bound: number): number {
  if (Number.isNaN(slope) || Number.isNaN(bound)) return Number.NaN
  if (level === bound) return 0
  const seconds = (bound - level) / slope
  if (seconds > 0) return seconds
  return slope !== 0 && first < bound !== level < bound ? 0 : Number.POSITIVE_INFINITY
}

function thinned({ times, values, lo, hi, zeroMs }: Points): { xs: readonly number[]; ys: readonly number[] } {
  const [xs, ys]: [number[], number[]] = [[], []]
  for (let at = lo; at < hi; at++) {
    const value = values[at] ?? Number.NaN
    if (Number.isNaN(value)) continue
    xs.push(((times[at] ?? 0) - zeroMs) / 1000)
    ys.push(value)
  }
  if (xs.length <= MAX_POINTS) return { xs, ys }
  const parts = Array.from({ length: MAX_POINTS }, (_, part) => {
    const [from, to] = [part, part + 1].map((edge) => Math.floor((edge * xs.length) / MAX_POINTS))
    return { x: median(xs.slice(from, to)), y: median(ys.slice(from, to)) }
  })
  return { xs: parts.map(({ x }) => x), ys: parts.map(({ y }) => y) }
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
