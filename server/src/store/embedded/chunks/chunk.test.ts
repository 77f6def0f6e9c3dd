import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeChunk, encodeChunk } from './chunk.ts'
import type { Columns } from './columns.ts'
import { FORMAT_1_CHUNKS, FORMAT_1_TIMES } from './format-1-chunks.testkit.ts'

const bits = (values: Float64Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex')

function fromBits(words: readonly bigint[]): Float64Array {
  return new Float64Array(BigUint64Array.from(words).buffer)
}

const STALE = 0x7ff0000000000002n
const bitsOfNumber = (value: number) => new BigUint64Array(Float64Array.of(value).buffer)[0] ?? 0n

const anyWord = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(STALE, ...[0, -0, Infinity, -Infinity, NaN, 5e-324, 2 ** 53, -(2 ** 60), 1e300].map(bitsOfNumber)),
  fc.integer().map(bitsOfNumber),
  fc.integer({ min: -100_000, max: 100_000 }).map((n) => bitsOfNumber(n / 1000)),
)

const columns = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 2 ** 40 }), anyWord), { minLength: 1, maxLength: 100 })
  .map((rows): Columns => {
    let time = 0
    const times = Float64Array.from(rows, ([step]) => (time += step))
    return { times, values: fromBits(rows.map(([, word]) => word)) }
  })

test('any float64 comes back bit for bit', () => {
  fc.assert(
    fc.property(columns, (given) => {
      const back = decodeChunk(encodeChunk(given))
      expect(back && bits(back.times)).toBe(bits(given.times))
      expect(back && bits(back.values)).toBe(bits(given.values))
    }),
    { numRuns: 2000 },
  )
})

test('mostly decimal values with a few odd ones come back bit for bit', () => {
  const mixed = fc.array(
    fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 0, max: 10 ** 7 }).map((n) => bitsOfNumber(n / 1000)) },
      { weight: 1, arbitrary: anyWord },
    ),
    { minLength: 1, maxLength: 600 },
  )
  fc.assert(
    fc.property(mixed, (words) => {
      const values = fromBits(words)
      const times = Float64Array.from(values.keys(), (i) => 1.7e12 + i * 30_000)
      const back = decodeChunk(encodeChunk({ times, values }))
      expect(back && bits(back.values)).toBe(bits(values))
    }),
    { numRuns: 500 },
  )
})

test('a chunk with any byte changed is refused', () => {
  const whole = encodeChunk({ times: Float64Array.of(1000, 2000, 3500), values: Float64Array.of(1, 2.5, 1 / 3) })
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole)
    damaged[at] = (damaged[at] ?? 0) ^ 0x10
    expect(decodeChunk(damaged)).toBeUndefined()
    expect(decodeChunk(whole.subarray(0, at))).toBeUndefined()
  }
})

test('a counter and a daily gauge at a fixed step take less than 2 bytes a sample', () => {
  const times = Float64Array.from({ length: 480 }, (_, i) => 1.7e12 + i * 30_000)
  let total = 2 ** 54
  let seed = 1
  const random = () => {
    seed = (seed * 16807) % 2147483647
    return seed / 2147483647
  }
  const counter = Float64Array.from(times, () => (total += 8 * Math.round(random() * 100)))
  const gauge = Float64Array.from(times, (_, i) => Math.round(200 + 50 * Math.sin(i / 400) + 5 * random()) / 10)
  const steady = Float64Array.from(times, () => 1)
  expect(encodeChunk({ times, values: counter }).length / 480).toBeLessThan(2)
  expect(encodeChunk({ times, values: gauge }).length / 480).toBeLessThan(1)
  expect(encodeChunk({ times, values: steady }).length).toBeLessThan(40)
})

test('chunks that format 1 wrote are read', () => {
  for (const { base64, value } of FORMAT_1_CHUNKS) {
    const back = decodeChunk(Buffer.from(base64, 'base64'))
    expect(back && bits(back.times)).toBe(bits(FORMAT_1_TIMES))
    expect(back && bits(back.values)).toBe(bits(Float64Array.from(FORMAT_1_TIMES, (_, i) => value(i))))
  }
})

test('stretches of flat, noisy, bursting and very wide numbers come back bit for bit', () => {
  const stretch = fc.record({
    length: fc.integer({ min: 1, max: 400 }),
    width: fc.integer({ min: 0, max: 50 }),
    bursts: fc.integer({ min: 0, max: 20 }),
    seed: fc.integer({ min: 1, max: 2 ** 30 }),
  })
  const shape = fc.record({
    stretches: fc.array(stretch, { minLength: 1, maxLength: 6 }),
    exponent: fc.integer({ min: 0, max: 4 }),
    grows: fc.boolean(),
  })
  fc.assert(
    fc.property(shape, ({ stretches, exponent, grows }) => {
      let total = 0
      const numbers = stretches.flatMap(({ length, width, bursts, seed }) => {
        let state = seed
        const random = () => {
          state = (state * 16807) % 2147483647
          return state / 2147483647
        }
        return Array.from({ length }, () => {
          const number = Math.floor(random() * 2 ** (random() * 100 < bursts ? 40 : width))
          total += number
          return (grows ? total : number) / 10 ** exponent
        })
      })
      const values = Float64Array.from(numbers)
      const times = Float64Array.from(values.keys(), (i) => 1.7e12 + i * 30_000 + (i % 50 === 3 ? 7 : 0))
      const back = decodeChunk(encodeChunk({ times, values }))
      expect(back && bits(back.values)).toBe(bits(values))
      expect(back && bits(back.times)).toBe(bits(times))
    }),
    { numRuns: 300 },
  )
})
