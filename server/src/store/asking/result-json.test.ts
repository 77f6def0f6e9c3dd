import { epochMs } from '@eyenet/shared/identity'
import { formatSampleValue, type QueryValue } from '@eyenet/shared/promql'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JsonBytes } from './json-bytes.ts'
import { resultJson } from './result-json.ts'

const textOf = (result: QueryValue): string => Buffer.concat([...resultJson(result)]).toString()

const decimal = fc
  .tuple(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), fc.integer({ min: 0, max: 9 }))
  .map(([whole, decimals]) => whole / 10 ** decimals)

test('a value is written as formatSampleValue writes it', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.double(), decimal, fc.integer(), fc.constantFrom(0, -0, 1e15, 1e-6, 1e-7, 1e21)),
      (value) => {
        const out = new JsonBytes()
        out.point(0, value, formatSampleValue)
        expect(Buffer.from(out.taken()).toString()).toBe(`[0,"${formatSampleValue(value)}"]`)
      },
    ),
    { numRuns: 20_000 },
  )
})

test('a time is written in seconds as JSON would have it', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(10 ** 12), max: 10 ** 13 }), (ms) => {
      const out = new JsonBytes()
      out.point(ms, 1, formatSampleValue)
      expect(Buffer.from(out.taken()).toString()).toBe(`[${ms / 1000},"1"]`)
    }),
    { numRuns: 5_000 },
  )
})

test('each kind of result has the shape that Prometheus gives it', () => {
  const time = epochMs(1_700_000_000_500)
  expect(textOf({ kind: 'scalar', time, value: 1.5 })).toBe('{"resultType":"scalar","result":[1700000000.5,"1.5"]}')
  expect(textOf({ kind: 'string', time, value: 'a"b' })).toBe('{"resultType":"string","result":[1700000000.5,"a\\"b"]}')
  const samples = [
    { labels: { a: 'é"' }, value: Number.NaN },
    { labels: {}, value: Number.NEGATIVE_INFINITY },
  ]
  expect(JSON.parse(textOf({ kind: 'vector', time, samples }))).toEqual({
    resultType: 'vector',
    result: [
      { metric: { a: 'é"' }, value: [1_700_000_000.5, 'NaN'] },
      { metric: {}, value: [1_700_000_000.5, '-Inf'] },
    ],
  })
  expect(textOf({ kind: 'matrix', series: [] })).toBe('{"resultType":"matrix","result":[]}')
})

test('a large matrix comes in several pieces that make one JSON text', () => {
  const times = Float64Array.from({ length: 30_000 }, (_, i) => i * 1000)
  const series = [0, 1].map((n) => ({ labels: { n: `${n}` }, times, values: times.map((t) => t / 7) }))
  const pieces = [...resultJson({ kind: 'matrix', series })]
  expect(pieces.length).toBeGreaterThan(3)
  const { result } = JSON.parse(Buffer.concat(pieces).toString())
  expect(result[1].values[29_999]).toEqual([29_999, String((29_999 * 1000) / 7)])
})
