import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rangePlaces } from './range-places.ts'

test('a reading lies between its limits, with room beside them', () => {
  const places = rangePlaces(35, { low: 0, high: 70 }, 'celsius')
  expect(places?.at).toBeCloseTo(0.5)
  expect(places?.low).toBeGreaterThan(0)
  expect(places?.high).toBeLessThan(1)
})

test('a reading far outside is at the end, and the limit still in sight', () => {
  const places = rangePlaces(-31.6, { low: -14.4, high: 2.5 }, 'dbm')
  expect(places?.at).toBe(0)
  expect(places?.low).toBeGreaterThan(0.3)
})

test('a share needs no limits, another number does', () => {
  expect(rangePlaces(0.43, {}, 'ratio')).toEqual({ at: 0.43 })
  expect(rangePlaces(231, {}, 'volts')).toBeUndefined()
  expect(rangePlaces(undefined, { high: 1 }, 'ratio')).toBeUndefined()
})

test('a stopped fan is below its lower limit', () => {
  const places = rangePlaces(0, { low: 2000 }, 'rpm')
  expect(places?.at).toBe(0)
  expect(places?.low).toBeCloseTo(0.5)
})

test('whatever a device tells, places lie on the bar', () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true })
  const limit = fc.option(number, { nil: undefined })
  fc.assert(
    fc.property(number, limit, limit, (value, low, high) => {
      const places = rangePlaces(value, { low, high }, 'celsius')
      for (const one of Object.values(places ?? {})) {
        expect(one).toBeGreaterThanOrEqual(0)
        expect(one).toBeLessThanOrEqual(1)
      }
    }),
  )
})
