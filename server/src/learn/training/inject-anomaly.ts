import type { Random } from './random.ts'
import type { SeriesSize } from './series-size.ts'

export const ANOMALY_KINDS = ['spike', 'dip', 'shift', 'flat', 'swap', 'drift', 'burst'] as const
export type AnomalyKind = (typeof ANOMALY_KINDS)[number]

/** Samples of the longest one. */
export const MAX_ANOMALY_ROWS = 48
/** Strengths are drawn from here, as often in each octave; in units between noise and spread of the series. */
const STRENGTHS = { least: 3, most: 30 } as const
/** So many rows of a flat line are as strong as one usual step. */
const FLAT_ROWS = 4

/** Spikes come this much more often than by the turn of the kinds: most of what people call an anomaly begins with one. */
const SPIKE_SHARE = 0.4

export type Injection = {
  readonly kind: AnomalyKind
  /** Index of the first sample that is changed. */
  readonly start: number
  /** What takes the place of the samples from there on. */
  readonly values: Float64Array
  /** The first sample (counted from `start`) from which it can be told. */
  readonly visibleFrom: number
  /** How strong each of its rows is, in usual steps of the series; a flat line by its length. */
  readonly strengths: Float64Array
}

/** What is needed to make an anomaly of a kind. */
type Making = {
  readonly values: Float64Array
  readonly start: number
  readonly rows: number
  readonly size: SeriesSize
  /** What the change measures, in the series' unit. */
  readonly amount: number
  readonly random: Random
}

const ROWS: Readonly<Record<AnomalyKind, readonly [number, number]>> = {
  spike: [1, 3],
  dip: [2, 16],
  shift: [12, MAX_ANOMALY_ROWS],
  flat: [10, MAX_ANOMALY_ROWS],
  swap: [10, MAX_ANOMALY_ROWS],
  drift: [16, MAX_ANOMALY_ROWS],
  burst: [8, 32],
}
/** Share of its rows after which a kind can be told. */
const VISIBLE: Readonly<Record<AnomalyKind, number>> = {
  spike: 0,
  dip: 0,
  shift: 0,
  flat: 0.4,
  swap: 0.1,
  drift: 0.5,
  burst: 0.1,
}

/**
 * An anomaly of a random kind and strength at `start`, or undefined where the series is none to see it in (a flat line in a
 * constant) or has gaps. Pure, for the same random numbers.
 */
export function injectAnomaly(
  { values, size }: { readonly values: Float64Array; readonly size: SeriesSize },
  start: number,
  random: Random,
): Injection | undefined {
  const kind = random.unit() < SPIKE_SHARE ? 'spike' : (ANOMALY_KINDS[random.below(ANOMALY_KINDS.length)] ?? 'spike')
  const [least, most] = ROWS[kind]
  const rows = Math.round(random.spread(least, most))
  const strength = random.spread(STRENGTHS.least, STRENGTHS.most)
  const amount = strength * unitOf(size, random)
  if (start < 1 || start + rows > values.length) return undefined
  const making = { values, start, rows, size, amount, random }
  const made = MAKERS[kind](making)
  if (made === undefined || !isVisible(making, made)) return undefined
  return {
    kind,
    start,
    values: made,
    visibleFrom: Math.floor(VISIBLE[kind] * rows),
    strengths: made.map((value, at) => (kind === 'flat' ? at / FLAT_ROWS : strengthOf(making, value, at))),
  }
}

/** How far a changed row is from what it was, in usual steps. */
function strengthOf({ values, start, size }: Making, value: number, at: number): number {
  const step = size.noise > 0 ? size.noise : Math.abs(size.middle) / 20 || 1
  return Math.abs(value - (values[start + at] ?? 0)) / step
}

/** Between noise and spread; for a constant a twentieth of its value, or 1. */
function unitOf({ middle, noise, spread }: SeriesSize, random: Random): number {
  if (noise <= 0) return Math.abs(middle) / 20 || 1
  return noise * (spread / noise) ** random.unit()
}

const MAKERS: Readonly<Record<AnomalyKind, (making: Making) => Float64Array | undefined>> = {
  spike: (making) => added(making, () => making.amount, making.random.unit() < 0.7 ? 1 : -1),
  dip: ({ values, start, rows, random, size }) => {
    // An outage leaves nothing, a throttled line a part.
    const share = random.unit() < 0.4 ? 0 : random.between(0, 0.5)
    const base = Math.min(size.middle - 2 * size.spread, 0)
    return made(rows, (at) => base + share * ((values[start + at] ?? 0) - base))
  },
  shift: (making) => added(making, () => making.amount, making.random.unit() < 0.5 ? 1 : -1),
  flat: ({ values, start, rows, size }) => {
    if (size.noise <= 0) return undefined
    return made(rows, () => values[start - 1] ?? 0)
  },
  swap: ({ values, start, rows, random }) => {
    const from = random.below(values.length - rows)
    return Math.abs(from - start) < rows ? undefined : values.slice(from, from + rows)
  },
  drift: (making) => added(making, (share) => making.amount * share, making.random.unit() < 0.6 ? 1 : -1),
  burst: ({ values, start, rows, random, amount }) =>
    made(rows, (at) => (values[start + at] ?? 0) + (amount / 2) * random.normal()),
}

/** The samples with something added that depends on how far the anomaly is, 0 to 1. What never was negative stays so. */
function added({ values, start, rows, size }: Making, amount: (share: number) => number, sign: number): Float64Array {
  const floor = size.middle - 4 * size.spread >= 0 ? 0 : Number.NEGATIVE_INFINITY
  return made(rows, (at) => Math.max((values[start + at] ?? 0) + sign * amount((at + 1) / rows), floor))
}

function made(rows: number, valueAt: (at: number) => number): Float64Array {
  return Float64Array.from({ length: rows }, (_, at) => valueAt(at))
}

/** An anomaly must change something, and not be hidden by a gap. */
function isVisible({ values, start, rows, size }: Making, changed: Float64Array): boolean {
  let [far, known] = [0, 0]
  for (let at = 0; at < rows; at++) {
    const [was, is] = [values[start + at] ?? Number.NaN, changed[at] ?? Number.NaN]
    if (!Number.isFinite(was) || !Number.isFinite(is)) continue
    known++
    far = Math.max(far, Math.abs(is - was))
  }
  return known === rows && far > size.noise && far > 0
}
