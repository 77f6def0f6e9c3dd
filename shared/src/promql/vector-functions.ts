import type { Frame, Grid } from './frame.ts'
import { mapValues, newFrame, timeAt } from './frame.ts'

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

/** A part of the date that each value is, in seconds since 1970. */
export function calendarFrame(frame: Frame, part: (date: Date) => number): Frame {
  return mapValues(frame, (seconds) => part(new Date(Math.trunc(seconds) * 1000)))
}

/** round(v, nearest): halves go up. */
export function roundTo(value: number, nearest: number): number {
  const inverse = 1 / nearest
  return Math.floor(value * inverse + 0.5) / inverse
}

/** Values held between two bounds; a step where the bounds are crossed has no sample. */
export function clampFrame(frame: Frame, low: (step: number) => number, high: (step: number) => number): Frame {
  const clamped = mapValues(frame, (value, step) => {
    const [min, max] = [low(step), high(step)]
    return Math.max(min, Math.min(max, value))
  })
  const present = clamped.present.map((there, cell) => {
    const step = cell % frame.steps
    return low(step) > high(step) ? 0 : there
  })
  return { ...clamped, present }
}

/** One series without labels at every step. */
export function constantFrame(grid: Grid, value: (step: number) => number): Frame {
  const frame = newFrame([{}], grid.count)
  frame.present.fill(1)
  frame.values.forEach((_, step) => {
    frame.values[step] = value(step)
  })
  return frame
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
export function sortRows(frame: Frame, direction: 1 | -1): Frame {
  const at = (row: number): number => frame.values[row * frame.steps] ?? 0
  const order = frame.labels
    .map((_, row) => row)
    .sort((a, b) => {
      const [x, y] = [at(a), at(b)]
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
      return (x - y) * direction
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
