import { expect, test } from 'vitest'
import { RateMeter } from './rate-meter.ts'

/** Rates of readings a minute apart. */
function rates(...readings: readonly number[]): readonly number[] {
  const meter = new RateMeter(1)
  return readings.map((reading, i) => meter.rate(0, 1_000_000 + i * 60_000, reading))
}

test('a counter becomes a rate per second; the first reading has none', () => {
  expect(rates(0, 600, 1800)).toEqual([Number.NaN, 10, 20])
})

test('a reset has no rate, the next reading has', () => {
  expect(rates(6000, 12_000, 60, 660)).toEqual([Number.NaN, 100, Number.NaN, 10])
})

test('a counter of 32 bits that wraps goes on', () => {
  expect(rates(2 ** 32 - 600, 600)).toEqual([Number.NaN, 20])
})

test('a reading that is no number is passed over, and a gap of many intervals has no rate', () => {
  expect(rates(0, Number.NaN, 1200)).toEqual([Number.NaN, Number.NaN, 10])
  const meter = new RateMeter(1)
  meter.rate(0, 0, 0)
  expect(meter.rate(0, 60_000, 60)).toBe(1)
  expect(meter.rate(0, 600_000, 6000)).toBeNaN()
  expect(meter.rate(0, 660_000, 6060)).toBe(1)
})

test('a clock that stands or goes back has no rate', () => {
  const meter = new RateMeter(1)
  meter.rate(0, 60_000, 1)
  expect(meter.rate(0, 60_000, 2)).toBeNaN()
  expect(meter.rate(0, 0, 3)).toBeNaN()
  expect(meter.rate(0, 60_000, 63)).toBe(1)
})

test('counters do not know of each other, and one that is reset begins anew', () => {
  const meter = new RateMeter(2)
  meter.rate(0, 0, 0)
  meter.rate(1, 0, 1000)
  expect([meter.rate(0, 1000, 5), meter.rate(1, 1000, 1007)]).toEqual([5, 7])
  meter.reset(0)
  expect([meter.rate(0, 2000, 9), meter.rate(1, 2000, 1008)]).toEqual([Number.NaN, 1])
})
