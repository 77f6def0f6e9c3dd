import { setStaleMarker } from '@eyenet/shared/promql'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketsOf, coarserBuckets, FIVE_MINUTES, joinBuckets, ONE_HOUR } from './tier-buckets.ts'
import { decodeBuckets, encodeBuckets } from './tier-codec.ts'

/** The same, but for what adding in another order makes of it. */
function isNear(a: number, b: number, summands: Float64Array): boolean {
  const scale = summands.reduce((sum, one) => sum + (Number.isFinite(one) ? Math.abs(one) : 0), 0)
  return Object.is(a, b) || Math.abs(a - b) <= 1e-9 + scale * 1e-12 || !Number.isFinite(scale)
}

const START = 1_767_225_600_000
const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 5000 }).map((n) => n / 100) },
  { weight: 1, arbitrary: fc.double() },
)
const samplesOf = (rows: readonly (readonly [number, number])[]) => {
  let time = START
  const times = Float64Array.from(rows, ([step]) => {
    time += step
    return time
  })
  return { times, values: Float64Array.from(rows, ([, one]) => one) }
}
const samples = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 400_000 }), value), { minLength: 1, maxLength: 200 })
  .map(samplesOf)
const counter = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 90_000 }), fc.integer({ min: 0, max: 1000 })), {
    minLength: 2,
    maxLength: 300,
  })
  .map((rows) => {
    let total = 0
    return samplesOf(
      rows.map(([step, growth]) => {
        total = growth === 1000 ? 0 : total + growth
        return [step, total]
      }),
    )
  })

test('buckets come back from their bytes, and with any byte changed they are refused', () => {
  fc.assert(
    fc.property(fc.oneof(samples, counter), fc.constantFrom(FIVE_MINUTES, ONE_HOUR), (given, tier) => {
      const buckets = bucketsOf(given, tier, undefined)
      const bytes = encodeBuckets(buckets, tier)
      expect(decodeBuckets(bytes, tier)).toEqual(buckets)
      const at = bytes.length >> 1
      bytes.writeUInt8(bytes.readUInt8(at) ^ 8, at)
      expect(decodeBuckets(bytes, tier)).toBeUndefined()
    }),
    { numRuns: 300 },
  )
})

test('a bucket holds what is after its start and up to its end, and says of it what PromQL would', () => {
  const { times, values } = samplesOf([
    [0, 7],
    [1, 5],
    [299_998, 9],
    [1, 2],
    [1, 4],
  ])
  const buckets = bucketsOf({ times, values }, FIVE_MINUTES, undefined)
  expect([...buckets.ends]).toEqual([START, START + 300_000, START + 600_000])
  expect([...buckets.times]).toEqual([START, START + 300_000, START + 300_001])
  expect([...buckets.last]).toEqual([7, 2, 4])
  expect([...buckets.min]).toEqual([7, 2, 4])
  expect([...buckets.max]).toEqual([7, 9, 4])
  expect([...buckets.sum]).toEqual([7, 16, 4])
  expect([...buckets.count]).toEqual([1, 3, 1])
})

test('the increase counts each step once, resets taken out, also over the border of buckets', () => {
  const given = samplesOf([0, 10, 15, 3, 8, 9, 20, 21].map((one) => [100_000, one]))
  const buckets = bucketsOf(given, FIVE_MINUTES, 0)
  expect(buckets.increase.reduce((sum, one) => sum + one, 0)).toBe(0 + 10 + 5 + 3 + 5 + 1 + 11 + 1)
})

test('what rises and falls is no counter: its increase is not kept', () => {
  const given = samplesOf([4, 7, 5, 8, 3, 9, 2].map((one) => [100_000, one]))
  expect(bucketsOf(given, FIVE_MINUTES, undefined).increase.every(Number.isNaN)).toBe(true)
})

test('staleness markers are left out; any other NaN counts and is last, and is no minimum', () => {
  const { times, values } = samplesOf([1, 2, Number.NaN, 0].map((one) => [10, one]))
  setStaleMarker(values, 3)
  const buckets = bucketsOf({ times, values }, FIVE_MINUTES, undefined)
  expect([...buckets.count]).toEqual([3])
  expect([...buckets.min]).toEqual([1])
  expect([...buckets.max]).toEqual([2])
  expect([...buckets.last]).toEqual([Number.NaN])
  expect([...buckets.sum]).toEqual([Number.NaN])
})

test('hours made of five minutes are the hours made of the samples', () => {
  fc.assert(
    fc.property(fc.oneof(samples, counter), (given) => {
      const fine = bucketsOf(given, FIVE_MINUTES, undefined)
      const direct = bucketsOf(given, ONE_HOUR, undefined)
      const coarser = coarserBuckets(fine, ONE_HOUR)
      for (const column of ['ends', 'times', 'last', 'min', 'max', 'count'] as const) {
        expect(coarser[column]).toEqual(direct[column])
      }
      expect(coarser.sum.every((sum, i) => isNear(sum, direct.sum[i] ?? 0, given.values))).toBe(true)
      // Whether it is a counter at all may look different in smaller pieces.
      const isCounter = !fine.increase.some(Number.isNaN) && !direct.increase.some(Number.isNaN)
      if (!isCounter) return
      expect(coarser.increase.every((one, i) => isNear(one, direct.increase[i] ?? 0, given.values))).toBe(true)
    }),
    { numRuns: 200 },
  )
})

test('samples that come after their bucket was made are added to it', () => {
  const older = bucketsOf(samplesOf([5, 1, 7].map((one) => [100_000, one])), FIVE_MINUTES, undefined)
  const newer = bucketsOf(
    { times: Float64Array.of(START + 250_000), values: Float64Array.of(9) },
    FIVE_MINUTES,
    undefined,
  )
  const joined = joinBuckets(older, newer)
  expect([joined.count[0], joined.max[0], joined.min[0], joined.sum[0], joined.last[0]]).toEqual([4, 9, 1, 22, 7])
})
