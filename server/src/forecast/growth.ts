/** Shares in use, 0 to 1, by day: ascending whole days since 1970, days without data left out. */
export type DailyShares = { readonly days: readonly number[]; readonly shares: readonly number[] }

/** How a share grows: per day, with its 90 % interval, and where the trend has it on the last day. */
export type Growth = {
  readonly perDay: number
  readonly slowest: number
  readonly fastest: number
  readonly level: number
  /** Days that it stands on. */
  readonly days: number
}

export const MIN_DAYS = 4
/** Older days say how it once grew. */
export const MAX_DAYS = 28
/** A share that falls by more within a day was made free by somebody. */
const FREED = 0.05
/** Two-sided 90 %. */
const NORMAL_95 = 1.645

/**
 * The median of the slopes between all pairs of days (Theil, Sen), with the interval that Kendall's statistic gives (Sen 1968).
 * After space was made free once, what was before does not count; where that happens again and again, it is part of how it
 * grows. Undefined for fewer than four days.
 */
export function growthOf(all: DailyShares): Growth | undefined {
  const { days, shares } = sinceFreed(lastDays(all))
  const count = days.length
  const last = days.at(-1)
  if (count < MIN_DAYS || last === undefined) return undefined
  const slopes: number[] = []
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      slopes.push(((shares[b] ?? 0) - (shares[a] ?? 0)) / ((days[b] ?? 0) - (days[a] ?? 0)))
    }
  }
  slopes.sort((a, b) => a - b)
  const perDay = middleOf(slopes)
  const spread = NORMAL_95 * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18)
  const [low, high] = [(slopes.length - spread) / 2, (slopes.length + spread) / 2]
  return {
    perDay,
    slowest: slopes[Math.max(0, Math.floor(low) - 1)] ?? perDay,
    fastest: slopes[Math.min(slopes.length - 1, Math.ceil(high))] ?? perDay,
    level: middleOf(shares.map((share, at) => share + perDay * (last - (days[at] ?? 0))).sort((a, b) => a - b)),
    days: count,
  }
}

/** Seconds until the share is 1, from the end of the last day on; infinite where it does not grow. */
export function secondsUntilFull(level: number, perDay: number): number {
  if (level >= 1) return 0
  return perDay > 0 ? ((1 - level) / perDay) * 86_400 : Number.POSITIVE_INFINITY
}

function lastDays({ days, shares }: DailyShares): DailyShares {
  const last = days.at(-1) ?? 0
  const first = Math.max(
    0,
    days.findIndex((day) => day > last - MAX_DAYS),
  )
  return { days: days.slice(first), shares: shares.slice(first) }
}

function sinceFreed(all: DailyShares): DailyShares {
  const drops = all.shares.flatMap((share, at) => (at > 0 && (all.shares[at - 1] ?? 0) - share > FREED ? [at] : []))
  const [only] = drops
  if (drops.length !== 1 || only === undefined) return all
  return { days: all.days.slice(only), shares: all.shares.slice(only) }
}

/** Of ascending numbers. */
function middleOf(sorted: readonly number[]): number {
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
