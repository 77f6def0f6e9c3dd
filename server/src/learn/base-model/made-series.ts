import type { TrainingSeries } from '../training/training.ts'
import { Random } from '../training/training.ts'
import { MAKERS, type MadeKind } from './made-kinds.ts'

const MINUTE_MS = 60_000
const DAY_MS = 1_440 * MINUTE_MS
export type Intervals = readonly (readonly [seconds: number, share: number])[]

const INTERVALS: Intervals = [
  [30, 0.15],
  [60, 0.25],
  [300, 0.45],
  [900, 0.08],
  [3_600, 0.07],
]
/** 1 June 2026, a Monday, 0:00 UTC; series begin on any day of the four weeks after. */
const FIRST_MS = Date.UTC(2026, 5, 1)

export type MadeOptions = {
  readonly count: number
  readonly seed: number
  /** Samples of one series at most: short intervals make fewer days, long ones more, within the bounds of `days`. */
  readonly samples: number
  readonly days: { readonly least: number; readonly most: number }
  /** Seconds between samples, and how many of the series have them; left out: as networks have them. */
  readonly intervals?: Intervals
}

/**
 * Series as networks have them, made up from a seed: every kind in turn, with days and weeks, gaps, jitter and now and then an
 * incident that is not marked. All end at the same moment.
 */
export function madeSeries(options: MadeOptions): TrainingSeries[] {
  const kinds = Object.keys(MAKERS) as MadeKind[]
  return Array.from({ length: options.count }, (_, at) => {
    const kind = kinds[at % kinds.length] ?? 'office-traffic'
    return madeOne(kind, { ...options, at })
  })
}

function madeOne(kind: MadeKind, options: MadeOptions & { readonly at: number }): TrainingSeries {
  const { at, seed, samples, days, intervals = INTERVALS } = options
  const random = new Random(seed + 65_537 * (at + 1))
  const intervalMs = 1_000 * intervalOf(intervals, random)
  const spanDays = Math.max(days.least, Math.min(days.most, (samples * intervalMs) / DAY_MS))
  const rows = Math.floor((spanDays * DAY_MS) / intervalMs)
  const end = FIRST_MS + 2 * days.most * DAY_MS
  const start = end - rows * intervalMs
  const times = new Float64Array(rows)
  const jitter = random.unit() < 0.5 ? 0 : 0.02 * intervalMs
  for (let row = 0; row < rows; row++)
    times[row] = Math.round(start + row * intervalMs + jitter * (random.unit() - 0.5))
  const values = MAKERS[kind]({ times, random, intervalMs })
  roundUp(values, random)
  leaveGaps(values, random)
  return { key: `${kind}-${at}`, times, values, incidents: [], feedback: [] }
}

function intervalOf(intervals: Intervals, random: Random): number {
  let left = random.unit()
  for (const [seconds, share] of intervals) {
    left -= share
    if (left < 0) return seconds
  }
  return 300
}

/** Many devices give whole numbers, or tenths. */
function roundUp(values: Float64Array, random: Random): void {
  const choice = random.unit()
  if (choice < 0.5) return
  const step = choice < 0.8 ? 1 : 0.1
  for (let at = 0; at < values.length; at++) values[at] = Math.round((values[at] ?? 0) / step) * step
}

/** Samples that did not come: single ones, and now and then a stretch. */
function leaveGaps(values: Float64Array, random: Random): void {
  const share = random.unit() < 0.5 ? 0 : random.spread(1e-4, 5e-3)
  for (let at = 1; at < values.length; at++) {
    if (random.unit() >= share) continue
    const rows = random.unit() < 0.9 ? 1 : random.below(40)
    values.fill(Number.NaN, at, at + rows)
    at += rows
  }
}
