import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJsonLines } from './json-lines.ts'
import { NOW, readAll, shortly } from './push.testkit.ts'

test('each line brings samples of one series; bad ones are named', async () => {
  const got = await readAll(
    readJsonLines,
    [
      '{"metric":{"__name__":"up","job":"x"},"values":[1,null,"NaN"],"timestamps":[1,2,3]}',
      '',
      'nonsense',
      '{"metric":{"__name__":"up"},"values":[1],"timestamps":[]}',
      '{"metric":{"up":"1"},"values":[],"timestamps":[]}',
      '{"metric":{"__name__":"__proto__","__proto__":"x"},"values":[1],"timestamps":[1]}',
      '{"metric":{"__name__":"half"},"values":[1,"x",3],"timestamps":[1,2,-3]}',
    ].join('\n'),
  )
  expect(shortly(got.samples)).toEqual(['up{job=x} 1 @1', 'up{job=x} NaN @2', 'up{job=x} NaN @3', 'half{} 1 @1'])
  expect(got.samples.map(({ bits }) => bits === 0x7ff0000000000002n)).toEqual([false, true, false, false])
  expect(got.faults.map((one) => one.line)).toEqual([3, 4, 5, 6, 7, 7])
})

test('series with the id of a device are for administrators', async () => {
  const line = `{"metric":{"__name__":"up","device":"0190bbbb-0000-7000-8000-000000000001"},"values":[1],"timestamps":[1]}`
  expect((await readAll(readJsonLines, line)).faults).toMatchObject([{ line: 1 }])
  expect((await readAll(readJsonLines, line, { ownsAll: true })).samples).toHaveLength(1)
})

test('what is written in JSON lines is read back, and nothing makes it throw', async () => {
  const series = fc.record({
    metric: fc.record({ __name__: fc.constant('m'), l: fc.string({ minLength: 1 }) }),
    points: fc.array(fc.tuple(fc.integer({ min: 0, max: NOW }), fc.double({ noNaN: true, noDefaultInfinity: true }))),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(series, { maxLength: 5 }), async (all) => {
      const body = all.map(({ metric, points }) =>
        JSON.stringify({ metric, timestamps: points.map(([time]) => time), values: points.map(([, value]) => value) }),
      )
      const got = await readAll(readJsonLines, body.join('\n'))
      expect(got.samples.map((one) => [one.series, one.time, one.value + 0])).toEqual(
        all.flatMap(({ metric, points }) => points.map(([time, value]) => [metric, time, value + 0])),
      )
    }),
  )
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (text) => void (await readAll(readJsonLines, text))),
  )
})

test('half a character in a label is refused, as bytes that are not UTF-8 are', async () => {
  const got = await readAll(readJsonLines, '{"metric":{"__name__":"up","h":"a\\ud800"},"values":[1],"timestamps":[1]}')
  expect([got.samples, got.faults.map((one) => one.line)]).toEqual([[], [1]])
})
