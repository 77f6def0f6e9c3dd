import type { Budget } from './budget.ts'
import type { Frame, Grid, Row } from './frame.ts'
import { newFrame, timeAt } from './frame.ts'

const DAY_MS = 86_400_000

/** Functions of one value. */
export const MATH: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  sqrt: Math.sqrt,
  exp: Math.exp,
  ln: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  sgn: (value) => (value > 0 ? 1 : value < 0 ? -1 : value),
  deg: (value) => (value * 180) / Math.PI,
  rad: (value) => (value * Math.PI) / 180,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
}

/** Parts of a date in UTC. */
export const CALENDAR: Readonly<Record<string, (date: Date) => number>> = {
  minute: (date) => date.getUTCMinutes(),
  hour: (date) => date.getUTCHours(),
  day_of_week: (date) => date.getUTCDay(),
  day_of_month: (date) => date.getUTCDate(),
  day_of_year: (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS) + 1,
  days_in_month: (date) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate(),
  month: (date) => date.getUTCMonth() + 1,
  year: (date) => date.getUTCFullYear(),
}

/** A part of the date that a number of seconds since 1970 is in. */
export function calendarPart(part: (date: Date) => number): (seconds: number) => number {
  return (seconds) => part(new Date(Math.trunc(seconds) * 1000))
}

/** round(v, nearest): halves go up. */
export function roundTo(value: number, nearest: number): number {
  const inverse = 1 / nearest
  return Math.floor(value * inverse + 0.5) / inverse
}

/** Go's math.Max: an infinity wins over NaN. */
export const goMax = (a: number, b: number): number =>
  a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(a, b)

/** Go's math.Min. */
export const goMin = (a: number, b: number): number =>
  a === Number.NEGATIVE_INFINITY || b === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : Math.min(a, b)

/** Values held between two bounds; a step where the bounds are crossed has no sample. */
export function clampRow({ values, present }: Row, low: Float64Array, high: Float64Array): void {
  for (let step = 0; step < values.length; step++) {
    const [min, max] = [low[step] ?? 0, high[step] ?? 0]
    if (max < min) present[step] = 0
    else values[step] = goMax(min, goMin(max, values[step] ?? 0))
  }
}

/** One series without labels at every step. */
export function constantFrame(values: Float64Array): Frame {
  return { kind: 'frame', labels: [{}], steps: values.length, values, present: new Uint8Array(values.length).fill(1) }
}

/** The evaluation times in seconds. */
export function timeSeconds(grid: Grid): Float64Array {
  return Float64Array.from({ length: grid.count }, (_, step) => timeAt(grid, step) / 1000)
}

/** The only sample of each step, NaN where there is none or more than one. */
export function scalarOf(frame: Frame): Float64Array {
  const values = new Float64Array(frame.steps).fill(Number.NaN)
  const seen = new Uint8Array(frame.steps)
  frame.present.forEach((there, cell) => {
    if (there === 0) return
    const step = cell % frame.steps
    values[step] = seen[step] === 0 ? (frame.values[cell] ?? 0) : Number.NaN
    seen[step] = 1
  })
  return values
}

/** 1 under `labels` at the steps where the frame has no sample at all. */
export function absentFrame(frame: Frame, labels: Readonly<Record<string, string>>): Frame {
  const absent = newFrame([labels], frame.steps)
  absent.values.fill(1)
  absent.present.fill(1)
  frame.present.forEach((there, cell) => {
    if (there === 1) absent.present[cell % frame.steps] = 0
  })
  return absent
}

/** Rows in the order of their values at the first step; NaN last. */
export function sortRows(frame: Frame, direction: 1 | -1, budget: Budget): Frame {
  const at = (row: number): number => frame.values[row * frame.steps] ?? 0
  const order = frame.labels
    .map((_, row) => row)
    .sort((a, b) => {
      budget.look(1)
      const [x, y] = [at(a), at(b)]
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
      return (x < y ? -1 : x > y ? 1 : 0) * direction
    })
  return pickRows(frame, order)
}

/** The rows named, in that order. */
export function pickRows(frame: Frame, rows: readonly number[]): Frame {
  const { steps } = frame
  const picked = newFrame(
    rows.map((row) => frame.labels[row] ?? {}),
    steps,
  )
  rows.forEach((row, target) => {
    picked.values.set(frame.values.subarray(row * steps, (row + 1) * steps), target * steps)
    picked.present.set(frame.present.subarray(row * steps, (row + 1) * steps), target * steps)
  })
  return picked
}
