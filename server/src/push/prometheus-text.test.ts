import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPrometheusText } from './prometheus-text.ts'
import { NOW, readAll, shortly } from './push.testkit.ts'

const text = (body: string | Uint8Array, timeFactor: 1 | 1_000 = 1) =>
  readAll((bytes, sink) => readPrometheusText(bytes, sink, { timeFactor }), body)

test('samples are read with and without labels and times; comments are passed over', async () => {
  const got = await text(
    [
      '# HELP http_requests_total The total.',
      '# TYPE http_requests_total counter',
      'http_requests_total{method="post",code="200",} 1027 1395066363000',
      'msdos_file_access_time_seconds{path="C:\\\\DIR\\\\F.TXT",error="Cannot:\\n\\"F\\""} 1.458255915e9',
      'up 12.47\r',
      '  spaced { a = "}" , b="x" }  +Inf  -3982045 ',
      '',
      'inf{} -Inf',
      'nan NaN 5',
    ].join('\n'),
  )
  expect(shortly(got.samples)).toEqual([
    'http_requests_total{method=post,code=200} 1027 @1395066363000',
    `msdos_file_access_time_seconds{path=C:\\DIR\\F.TXT,error=Cannot:\n"F"} 1458255915 @${NOW}`,
    `up{} 12.47 @${NOW}`,
    `inf{} -Infinity @${NOW}`,
    'nan{} NaN @5',
  ])
  // Before 1970.
  expect(got.faults.map((one) => one.line)).toEqual([6])
})

test('OpenMetrics has seconds and exemplars', async () => {
  const got = await text(
    'a_bucket{le="10.0"} 17 1520879607.789 # {trace_id="x y"} 9.8 1.5\nb 1 # {x="y"} 2\n# EOF\n',
    1_000,
  )
  expect(shortly(got.samples)).toEqual(['a_bucket{le=10.0} 17 @1520879607789', `b{} 1 @${NOW}`])
  expect(got.faults).toEqual([])
})

test('each bad line is named, and the others are stored', async () => {
  const bad = [
    'm',
    'm x',
    'm{a="b" 1',
    'm{a=b} 1',
    'm{a="b"} 1 x',
    'm{a="b"} 1 2 3',
    'm{a="b""c"} 1',
    '1m 1',
    'm{1="x"} 1',
    'm{__x="x"} 1',
    '{a="b"} 1',
    'm-1 1',
    'm{a-b="c"} 1',
    '{"a.b","c.d"} 1',
    'm{"a.b"} 1',
    '{"a.b"="c"} 1',
    'm{a="1",a="2"} 1',
    'm 1 1.5',
    `m{a="${'x'.repeat(3_000)}"} 1`,
    `m{${Array.from({ length: 40 }, (_, at) => `l${at}="x"`).join(',')}} 1`,
  ]
  const got = await text(bad.map((line) => `${line}\nok 1 5\n`).join(''))
  expect(got.samples.map((one) => one.time)).toEqual(bad.map(() => 5))
  expect(got.faults.map((one) => one.line)).toEqual(bad.map((_, at) => 2 * at + 1))
})

const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,8}$/)
const value = fc.string({ minLength: 1, unit: 'grapheme', maxLength: 12 }).filter((one) => !one.includes('\ufffd'))
const escaped = (one: string) => one.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

test('what is written in the text format is read back', async () => {
  const sample = fc.record({
    metric: name,
    labels: fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true }),
    number: fc.double(),
    time: fc.integer({ min: 0, max: NOW }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(sample, { maxLength: 8 }), async (samples) => {
      const body = samples.map(({ metric, labels, number, time }) => {
        const inside = Object.entries(labels).map(([key, of]) => `${key}="${escaped(of)}"`)
        const written = `${number}`.replace('Infinity', 'Inf')
        return `${metric}{${inside.join(',')}} ${written} ${time}\n`
      })
      const got = await text(body.join(''))
      expect(got.faults).toEqual([])
      expect(got.samples.map(({ series, time, value: of }) => ({ series, time, value: of + 0 }))).toEqual(
        samples.map(({ metric, labels, number, time }) => {
          return { series: { __name__: metric, ...labels }, time, value: number + 0 }
        }),
      )
    }),
  )
})

test('no bytes whatever make it throw', async () => {
  const crooked = fc.array(fc.constantFrom('m', ',', '=', ' ', '"', '\\', '\n', '1', '{', '}', '#', 'é', '-'), {
    maxLength: 60,
  })
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        crooked.map((all) => Buffer.from(all.join(''))),
        fc.uint8Array(),
      ),
      async (bytes) => {
        expect((await text(bytes)).faults.every((one) => one.line >= 1)).toBe(true)
      },
    ),
    { numRuns: 1_000 },
  )
})

test('names that are not plain stand in quotes, the metric among the labels', async () => {
  const got = await text('{"http.requests","status.code"="2xx",job="a"} 1 5\nm{"x y"="z"} 2 6\n')
  expect(got.faults).toEqual([])
  expect(shortly(got.samples)).toEqual(['http.requests{status.code=2xx,job=a} 1 @5', 'm{x y=z} 2 @6'])
})
