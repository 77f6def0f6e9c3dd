import { describe, expect, test } from 'vitest'
import { Annotations } from './annotations.ts'
import { at, MemoryReader } from './memory-reader.testkit.ts'
import { evaluate } from './promql.ts'
import { formatGeneral } from './sample-value.ts'

const FORCED =
  'PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)'
const NOT_COUNTER = 'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "m" '

const reader = new MemoryReader()
  .add({ __name__: 'm', a: '1' }, [1, 2, 3, 4, 5])
  .add({ __name__: 'm_total', a: '1' }, [1, 2, 3, 4, 5])
  .add({ __name__: 'h_bucket', le: '1' }, [0, 1, 2, 4, 8])
  .add({ __name__: 'h_bucket', le: '2' }, [0, 1, 1, 1, 1])
  .add({ __name__: 'h_bucket', le: '+Inf' }, [0, 1, 2, 4, 8])
  .add({ __name__: 'odd', le: '5m' }, [1, 1, 1, 1, 1])

async function told(expr: string, range?: { start: number; end: number }): Promise<readonly string[]> {
  const times = range ?? { start: 240, end: 240 }
  const step = range === undefined ? 0 : 60_000
  const { warnings, infos } = await evaluate({ expr, start: at(times.start), end: at(times.end), step, reader })
  return [...warnings, ...infos]
}

describe('a query tells what is odd about it, with its place', () => {
  test.each([
    ['rate(m[5m])', [`${NOT_COUNTER}(1:6)`]],
    ['sum(\n  increase((m[5m])))', [`${NOT_COUNTER}(2:13)`]],
    ['rate(m[5m:1m])', [`${NOT_COUNTER}(1:6)`]],
    ['rate(m[5m]) / rate(m[4m])', [`${NOT_COUNTER}(1:20)`]],
    ['irate(m[5m])', []],
    ['rate(m_total[5m])', []],
    ['rate(m[30s])', []],
    ['rate(abs(m)[5m:1m])', []],
    ['quantile(2, m)', ['PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)']],
    ['quantile((1e6), none)', ['PromQL warning: quantile value should be between 0 and 1, got 1e+06 (1:11)']],
    ['quantile_over_time(-1, m[5m])', ['PromQL warning: quantile value should be between 0 and 1, got -1 (1:20)']],
    ['quantile_over_time(-1, none[5m])', []],
    ['histogram_quantile(Inf, none)', ['PromQL warning: quantile value should be between 0 and 1, got +Inf (1:20)']],
    [
      'histogram_quantile(0.5, {__name__=~"m|odd"})',
      [
        'PromQL warning: bucket label "le" is missing or has a malformed value of "" for metric name "m" (1:25)',
        'PromQL warning: bucket label "le" is missing or has a malformed value of "5m" for metric name "odd" (1:25)',
      ],
    ],
    [
      'histogram_fraction(0, 1, abs(odd))',
      ['PromQL warning: bucket label "le" is missing or has a malformed value of "5m" (1:26)'],
    ],
    [
      'histogram_quantile(0.5, h_bucket)',
      [
        `${FORCED}, from buckets 2 to 2, with a max diff of 7, over 1 samples from 1970-01-01T00:04:00Z to 1970-01-01T00:04:00Z (1:25)`,
      ],
    ],
    ['sort(m)', []],
  ])('%s', async (expr, expected) => {
    expect(await told(expr)).toEqual(expected)
  })

  test('columns are counted in bytes, as Prometheus counts', async () => {
    expect(await told('m{a!="üé€"} or rate(m[5m])')).toEqual([`${NOT_COUNTER}(1:25)`])
  })

  test('a range query puts together what is odd at its steps', async () => {
    expect(await told('histogram_quantile(0.5, h_bucket)', { start: 0, end: 240 })).toEqual([
      `${FORCED}, from buckets 2 to 2, with a max diff of 7, over 3 samples from 1970-01-01T00:02:00Z to 1970-01-01T00:04:00Z (1:25)`,
    ])
    expect(await told('quantile(time() / 120 - 1, m)', { start: 0, end: 300 })).toEqual([
      'PromQL warning: quantile value should be between 0 and 1, got 1.5 (1:10)',
      'PromQL warning: quantile value should be between 0 and 1, got -1 (1:10)',
    ])
    expect(await told('sum(sort(m))', { start: 0, end: 240 })).toEqual([
      'PromQL warning: sort is ineffective for range queries since results are always ordered by labels (1:5)',
    ])
  })
})

test('ten of a kind are told, and how many more there are; those kept have a bound', () => {
  const annotations = new Annotations()
  for (let i = 0; i < 5000; i++) annotations.possibleNonCounter(`m${i}`, { from: 0, to: 1 })
  const { warnings, infos } = annotations.toTexts('m')
  expect(warnings).toEqual([])
  expect(infos).toHaveLength(11)
  expect(infos[10]).toBe('990 more info annotations omitted')
})

test.each([
  [0, undefined, '0'],
  [123456, undefined, '123456'],
  [1234567, undefined, '1.234567e+06'],
  [0.0001, undefined, '0.0001'],
  [0.00001, undefined, '1e-05'],
  [Number.NEGATIVE_INFINITY, undefined, '-Inf'],
  [123.456, 2, '1.2e+02'],
  [0.126, 2, '0.13'],
])('%d with %s digits is %s in Go', (value, digits, text) => {
  expect(formatGeneral(value, digits)).toBe(text)
})
