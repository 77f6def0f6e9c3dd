import { expect, test } from 'vitest'
import { type NormalSeries, normalWeeks, thinnedTo } from './normal-weeks.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const WEEK = 7 * DAY
/** A Monday. */
const START = Date.UTC(2026, 1, 2)
const FIVE_MINUTES = 300_000

const weeks = (seed = 1) => normalWeeks({ seed, startedAt: START, others: 130 })
const valuesOf = (series: NormalSeries, from: number, to: number) =>
  Array.from({ length: (to - from) / FIVE_MINUTES }, (_, at) => series.valueAt(from + at * FIVE_MINUTES))

test('the same seed gives the same weeks, another seed others', () => {
  const shown = (seed: number) => thinnedTo(weeks(seed), 40).map((series) => series.valueAt(START + 5 * DAY))
  expect(shown(1)).toEqual(shown(1))
  expect(shown(1)).not.toEqual(shown(2))
})

test('the site has hundreds of series of many kinds, each with a key of its own, and a thinned site keeps the kinds', () => {
  const all = weeks()
  expect(new Set(all.map((series) => series.key)).size).toBe(all.length)
  expect(all.length).toBeGreaterThan(600)
  const kinds = new Set(all.map((series) => series.kind))
  expect(kinds.size).toBeGreaterThan(18)
  const few = thinnedTo(all, 300)
  expect(few.length).toBe(300)
  expect(new Set(few.map((series) => series.kind)).size).toBeGreaterThan(16)
})

test('values are numbers, seldom missing, and counters fall only when a device restarts', () => {
  for (const series of thinnedTo(weeks(), 150)) {
    const values = valuesOf(series, START, START + 8 * WEEK)
    const missing = values.filter((value) => Number.isNaN(value)).length
    expect(missing / values.length).toBeLessThan(0.003)
    expect(values.some((value) => !Number.isFinite(value) && !Number.isNaN(value))).toBe(false)
    if (series.reading === 'gauge') continue
    const came = values.filter((value) => !Number.isNaN(value))
    const falls = came.filter((value, at) => value < (came[at - 1] ?? 0)).length
    expect(falls, series.key).toBeLessThanOrEqual(1)
  }
})

test('weeks resemble each other: Monday morning rises as the Monday before, and Saturday does not', () => {
  const port = weeks().find((series) => series.key === 'access-1 Gi1/1/1 ifHCInOctets')
  const rate = (from: number) => (port?.valueAt(from + HOUR) ?? 0) - (port?.valueAt(from) ?? 0)
  const rise = (day: number) => rate(START + day * DAY + 11 * HOUR) / rate(START + day * DAY + 1 * HOUR)
  expect(rise(7) / rise(14)).toBeGreaterThan(0.6)
  expect(rise(7) / rise(14)).toBeLessThan(1.7)
  expect(rise(7)).toBeGreaterThan(1.2)
  expect(rate(START + 12 * DAY + 11 * HOUR)).toBeLessThan(rate(START + 8 * DAY + 11 * HOUR))
})
