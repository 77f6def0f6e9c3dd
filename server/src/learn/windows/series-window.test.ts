import { setStaleMarker } from '@eyenet/shared/promql'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seriesWindow } from './series-window.ts'

const MINUTE = 60_000

/** A sample each minute; undefined: it did not come. */
function samples(values: readonly (number | undefined)[]) {
  const there = values.flatMap((value, at) => (value === undefined ? [] : [[at * MINUTE, value] as const]))
  return {
    labels: {},
    times: Float64Array.from(there, ([time]) => time),
    values: Float64Array.from(there, ([, value]) => value),
  }
}

const ALL = { judged: 'gauge', maxSamples: 10_000 } as const

test('a gauge stays as it was read; staleness markers are gone, and samples that did not come are told as such', () => {
  const read = samples([1, 2, undefined, undefined, 5, 6, 7, 8])
  setStaleMarker(read.values, 2)
  const window = seriesWindow(read, ALL)
  expect(Array.from(window?.values ?? [])).toEqual([1, 2, Number.NaN, Number.NaN, Number.NaN, 6, 7, 8])
  expect(Array.from(window?.times ?? [])).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((at) => at * MINUTE))
})

test('a counter is a rate per second; neither its reset nor a gap makes a spike', () => {
  const counter = [0, 60, 120, 180, 0, 60, 120, ...Array(10).fill(undefined), 9_000, 9_060, 9_120]
  const rates = Array.from(seriesWindow(samples(counter), { ...ALL, judged: 'counter' })?.values ?? [])
  expect(rates.filter((rate) => !Number.isNaN(rate))).toEqual([1, 1, 1, 1, 1, 1, 1])
})

test('a gap of a week is a few rows', () => {
  const window = seriesWindow(samples([1, 2, 3, ...Array(10_080).fill(undefined), 4, 5]), ALL)
  expect(window?.values.length).toBe(5 + 12)
})

test('a series with too little is left out', () => {
  expect(seriesWindow(samples([]), ALL)).toBeUndefined()
  expect(seriesWindow(samples([1, 2]), ALL)).toBeUndefined()
  expect(seriesWindow(samples(Array(100).fill(Number.NaN)), ALL)).toBeUndefined()
})

test('whatever is in the store, rows are in order of time, and no more than the bound and its gaps', () => {
  const reading = fc.oneof(fc.constant(undefined), fc.double(), fc.constant(Number.POSITIVE_INFINITY))
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 400 }), fc.constantFrom('gauge', 'counter'), (values, judged) => {
      const window = seriesWindow(samples(values), { judged, maxSamples: 50 })
      if (window === undefined) return
      const { times } = window
      expect(times.every((time, at) => at === 0 || time > (times[at - 1] ?? 0))).toBe(true)
      expect(times.length).toBeLessThanOrEqual(51 * 13)
      expect(window.values.length).toBe(times.length)
      expect(window.values.some((value) => Math.abs(value) === Number.POSITIVE_INFINITY && judged === 'gauge')).toBe(
        false,
      )
    }),
    { numRuns: 200 },
  )
})
