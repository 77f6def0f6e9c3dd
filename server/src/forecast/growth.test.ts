import fc from 'fast-check'
import { expect, test } from 'vitest'
import { growthOf, MAX_DAYS, secondsUntilFull } from './growth.ts'

const DAY = 86_400
const daily = (shares: readonly number[]) => ({ days: shares.map((_, day) => day), shares })

test('a disk that grows by 2 % each day is full when it is, and one wild day changes nothing', () => {
  const shares = Array.from({ length: 20 }, (_, day) => 0.3 + 0.02 * day)
  const growth = growthOf(daily(shares))
  expect(growth).toMatchObject({ days: 20 })
  expect(growth?.perDay).toBeCloseTo(0.02, 9)
  expect(secondsUntilFull(growth?.level ?? 0, growth?.perDay ?? 0)).toBeCloseTo(16 * DAY, 3)
  const wild = shares.map((share, day) => (day === 9 ? share + 0.04 : share))
  expect(growthOf(daily(wild))?.perDay).toBeCloseTo(0.02, 3)
})

test('what grows by chance alone is not sure to fill: the interval of its growth has 0 in it', () => {
  const shares = [0.5, 0.53, 0.48, 0.51, 0.49, 0.52, 0.5, 0.51, 0.49, 0.5, 0.52, 0.48]
  const growth = growthOf(daily(shares))
  expect(growth?.slowest).toBeLessThan(0)
  expect(growth?.fastest).toBeGreaterThan(0)
  expect(secondsUntilFull(growth?.level ?? 0, growth?.slowest ?? 0)).toBe(Number.POSITIVE_INFINITY)
})

test('after somebody made room, what was before does not count; a weekly clean-up is part of the growth', () => {
  const freed = [0.7, 0.8, 0.9, 0.95, 0.3, 0.31, 0.32, 0.33, 0.34, 0.35]
  expect(growthOf(daily(freed))).toMatchObject({ days: 6 })
  expect(growthOf(daily(freed))?.perDay).toBeCloseTo(0.01, 9)
  const weekly = Array.from({ length: 28 }, (_, day) => 0.4 + 0.06 * (day % 7))
  expect(Math.abs(growthOf(daily(weekly))?.perDay ?? 1)).toBeLessThan(0.01)
})

test('three days are too few, and only the last weeks count', () => {
  expect(growthOf(daily([0.1, 0.2, 0.3]))).toBeUndefined()
  const turned = Array.from({ length: 80 }, (_, day) => (day < 50 ? 0.9 - 0.01 * day : 0.4 + 0.01 * (day - 50)))
  expect(growthOf(daily(turned))).toMatchObject({ days: MAX_DAYS })
  expect(growthOf(daily(turned))?.perDay).toBeCloseTo(0.01, 9)
})

test('the interval holds the growth, for any line with noise', () => {
  const noises = fc.array(fc.double({ min: -0.004, max: 0.004, noNaN: true }), { minLength: 10, maxLength: 28 })
  fc.assert(
    fc.property(fc.double({ min: 0.0001, max: 0.02, noNaN: true }), noises, (slope, noise) => {
      const growth = growthOf(daily(noise.map((one, day) => 0.1 + slope * day + one)))
      expect(growth?.slowest).toBeLessThanOrEqual(growth?.perDay ?? 0)
      expect(growth?.fastest).toBeGreaterThanOrEqual(growth?.perDay ?? 0)
      expect(Math.abs((growth?.perDay ?? 9) - slope)).toBeLessThanOrEqual(0.008)
    }),
  )
  expect(secondsUntilFull(1.01, 0.1)).toBe(0)
})
