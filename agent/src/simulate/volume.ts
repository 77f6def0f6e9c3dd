import { smoothNoise } from './noise.ts'

const DAY_MS = 86_400_000
const TURN = (2 * Math.PI) / DAY_MS

/** Shares of the peak. The floor stays above the steepest fall of the noise, so that a volume never shrinks. */
const FLOOR = 0.26
const DAILY = 0.48
const OCTAVES = [
  { periodMs: 7_207_000, share: 0.03 },
  { periodMs: 1_301_000, share: 0.04 },
  { periodMs: 241_000, share: 0.05 },
  { periodMs: 47_000, share: 0.045 },
] as const

/** How much flows: a daily curve with its crest at `peakHour` (UTC), and noise, together never above `peakPerMs`. */
export type Profile = { readonly seed: number; readonly peakPerMs: number; readonly peakHour: number }

/**
 * What flowed between two times (milliseconds since 1970), as a closed form: the cost does not grow with the span, and
 * volumes of adjacent spans add up. The noise is added to the integral, not to the rate, so no sum over the past is needed.
 */
export function volume(profile: Profile, from: number, to: number): number {
  const phase = profile.peakHour * 3_600_000
  const swing = (Math.sin(((to - phase) % DAY_MS) * TURN) - Math.sin(((from - phase) % DAY_MS) * TURN)) / TURN
  let shares = (FLOOR + DAILY / 2) * (to - from) + (DAILY / 2) * swing
  for (let at = 0; at < OCTAVES.length; at++) {
    const octave = OCTAVES[at]
    if (octave === undefined) break
    const rise =
      smoothNoise(profile.seed + at, to, octave.periodMs) - smoothNoise(profile.seed + at, from, octave.periodMs)
    shares += octave.share * octave.periodMs * rise
  }
  return shares * profile.peakPerMs
}

/** A gauge around `middle` that swings by at most `spread`: half with the day, half at random. */
export function gaugeAt(gauge: { seed: number; middle: number; spread: number }, now: number): number {
  const daily = Math.cos(((now - 15 * 3_600_000) % DAY_MS) * TURN) / 2
  const random = smoothNoise(gauge.seed, now, 613_000) * 0.6 + smoothNoise(gauge.seed + 1, now, 53_000) * 0.4 - 0.5
  return gauge.middle + gauge.spread * (daily + random)
}
