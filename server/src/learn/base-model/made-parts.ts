import type { Random } from '../training/training.ts'

/** The moments of a series, and the random numbers that are its own. */
export type Making = { readonly times: Float64Array; readonly random: Random; readonly intervalMs: number }

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** 1 January 1970 was a Thursday; weeks begin on Monday. */
const MONDAY_MS = 3 * DAY_MS

/** Humps of a day (hour, width in hours, height) and what a Saturday and a Sunday have of it. */
export type DayShape = {
  readonly humps: readonly (readonly [hour: number, width: number, height: number])[]
  readonly weekend: readonly [saturday: number, sunday: number]
}

export const SHAPES = {
  office: {
    humps: [
      [10.5, 1.8, 1],
      [14.5, 2, 0.9],
      [2, 1, 0.15],
    ],
    weekend: [0.15, 0.08],
  },
  evening: {
    humps: [
      [20.5, 2.5, 1],
      [8, 1.5, 0.35],
      [13, 3, 0.3],
    ],
    weekend: [1.1, 1.15],
  },
  centre: {
    humps: [
      [13, 6, 0.6],
      [1.5, 1.2, 0.8],
    ],
    weekend: [0.8, 0.75],
  },
  sun: { humps: [[15, 5, 1]], weekend: [1, 1] },
} as const satisfies Readonly<Record<string, DayShape>>

/** One of the shapes that follow people. */
export function weekday(random: Random): DayShape {
  return random.unit() < 0.5 ? SHAPES.office : SHAPES.evening
}

/** The level of a moment, about 0 to 1: the shape in a time zone of its own, and a height of its own for each day. */
export function dayCurve(shape: DayShape, random: Random): (time: number) => number {
  const zone = Math.round(random.between(-11, 12)) * HOUR_MS
  const late = random.between(-1, 1)
  const widths = shape.humps.map(() => random.between(0.7, 1.4))
  const heights = Array.from({ length: 64 }, () => Math.exp(random.between(0, 0.12) * random.normal()))
  return (time) => {
    const local = time + zone
    const hour = (((local % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS
    const day = Math.floor((local + MONDAY_MS) / DAY_MS)
    const ofWeek = ((day % 7) + 7) % 7
    const share = ofWeek === 5 ? shape.weekend[0] : ofWeek === 6 ? shape.weekend[1] : 1
    let level = 0
    for (const [at, [middle, width, height]] of shape.humps.entries()) {
      const off = Math.abs(hour - middle - late)
      const near = Math.min(off, 24 - off) / (width * (widths[at] ?? 1))
      level += height * Math.exp(-0.5 * near * near)
    }
    return level * share * (heights[((day % 64) + 64) % 64] ?? 1)
  }
}

/** What wanders and comes back (Ornstein and Uhlenbeck): deviation `size`, remembered for `hours`. */
export function wander(
  { times, random, intervalMs }: Making,
  { hours, size }: { readonly hours: number; readonly size: number },
): Float64Array {
  const kept = Math.exp(-intervalMs / (hours * HOUR_MS))
  const fresh = size * Math.sqrt(1 - kept * kept)
  let value = size * random.normal()
  return times.map(() => {
    value = kept * value + fresh * random.normal()
    return value
  })
}

/** Stretches of 0.1 to 1 that come by chance: `perDay`, each of about `minutes`. */
export function bursts(
  { times, random, intervalMs }: Making,
  { perDay, minutes }: { readonly perDay: number; readonly minutes: number },
): Float64Array {
  const chance = (perDay * intervalMs) / DAY_MS
  const goesOn = Math.exp(-intervalMs / (minutes * 60_000))
  let height = 0
  return times.map(() => {
    if (height > 0 && random.unit() > goesOn) height = 0
    if (height === 0 && random.unit() < chance) height = random.spread(0.1, 1)
    return height
  })
}

/** Single samples that stand out. */
export function spikes(
  { times, random, intervalMs }: Making,
  { perDay, size }: { readonly perDay: number; readonly size: number },
): Float64Array {
  const chance = (perDay * intervalMs) / DAY_MS
  return times.map(() => (random.unit() < chance ? size * random.spread(0.3, 1) : 0))
}
