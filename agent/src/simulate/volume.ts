import { burstyClock, STEEPEST } from './cascade.ts'
import { smoothNoise, unitNoise } from './noise.ts'
import { busyMs, busyness, type WeekCurve } from './week-curve.ts'

/** Slow waves, as shares of the peak: no two days are alike. */
const WAVES = [
  { periodMs: 111_600_000, share: 0.02 },
  { periodMs: 18_100_000, share: 0.015 },
] as const
/** The steepest slope of smooth noise. */
const SLOPE = 1.5
const WAVING = SLOPE * WAVES.reduce((sum, wave) => sum + wave.share, 0)

/** Shares of the peak. The floor stays above the steepest fall of the waves, so that a volume never shrinks. */
const FLOOR = 0.12
const RISE = 1 / STEEPEST - FLOOR - WAVING

/** How much flows: a curve of the week with its crests at `peakHour` (UTC), and bursts, together never above `peakPerMs`. */
export type Profile = { readonly seed: number; readonly peakPerMs: number; readonly peakHour: number }

/** Offices are nearly empty on a Saturday, other places are not. */
function weekOf({ seed, peakHour }: Profile): WeekCurve {
  return { peakHour, weekend: 0.12 + 0.7 * unitNoise(seed, 8) ** 2 }
}

/**
 * What flowed between two times (milliseconds since 1970), as a closed form: the cost does not grow with the span, and
 * volumes of adjacent spans add up. Waves are added to the integral and bursts are made by the clock, so no sum over the
 * past is needed.
 */
export function volume(profile: Profile, from: number, to: number): number {
  const begins = burstyClock(profile.seed, from)
  const ends = burstyClock(profile.seed, to)
  const week = weekOf(profile)
  let shares = FLOOR * (ends - begins) + RISE * (busyMs(week, ends) - busyMs(week, begins))
  for (let at = 0; at < WAVES.length; at++) {
    const wave = WAVES[at]
    if (wave === undefined) break
    const seed = profile.seed + at
    shares +=
      wave.share * wave.periodMs * (smoothNoise(seed, ends, wave.periodMs) - smoothNoise(seed, begins, wave.periodMs))
  }
  return shares * profile.peakPerMs
}

const GAUGE_PEAK_HOUR = 15
const GAUGE_WEEKEND = 0.45

/** A gauge around `middle` that swings by at most `spread`: half with the week, half at random. */
export function gaugeAt(gauge: { seed: number; middle: number; spread: number }, now: number): number {
  const weekly = busyness({ peakHour: GAUGE_PEAK_HOUR, weekend: GAUGE_WEEKEND }, now) - 0.5
  const random = smoothNoise(gauge.seed, now, 613_000) * 0.6 + smoothNoise(gauge.seed + 1, now, 53_000) * 0.4 - 0.5
  return gauge.middle + gauge.spread * (weekly + random)
}
