import { expect, test } from 'vitest'
import { at, MemoryReader } from './memory-reader.testkit.ts'
import { evaluate, formatSampleValue, isStaleMarker, setStaleMarker } from './promql.ts'

const port = (name: string, value: string): Record<string, string> => ({
  __name__: name,
  device: 'd1',
  interface: value,
})

test('a range query gives one series per label set, ordered, with the times of its steps', async () => {
  const reader = new MemoryReader()
    .add(port('if_octets', 'b'), [0, 60, 120, 180])
    .add(port('if_octets', 'a'), [0, 0, 0, 0])
  const { result } = await evaluate({ expr: 'rate(if_octets[2m])', start: at(60), end: at(120), step: 60_000, reader })
  expect(result).toEqual({
    kind: 'matrix',
    series: [
      {
        labels: { device: 'd1', interface: 'a' },
        times: Float64Array.of(60_000, 120_000),
        values: Float64Array.of(0, 0),
      },
      {
        labels: { device: 'd1', interface: 'b' },
        times: Float64Array.of(60_000, 120_000),
        values: Float64Array.of(0.5, 1),
      },
    ],
  })
})

test('the same selector over the same time is read once', async () => {
  const reader = new MemoryReader().add({ __name__: 'up' }, [1])
  await evaluate({ expr: 'up + up * up', start: at(0), end: at(0), step: 0, reader })
  expect(reader.selections).toBe(1)
})

test('a query that asks for too much ends with limit_exceeded', async () => {
  const reader = new MemoryReader().add(port('m', 'a'), [1, 2, 3]).add(port('m', 'b'), [1, 2, 3])
  const query = { expr: 'm', start: at(0), end: at(600), step: 1000, reader }
  for (const [name, limit] of [
    ['maxPoints', 100],
    ['maxSeries', 1],
    ['maxSamples', 500],
  ] as const) {
    await expect(evaluate({ ...query, limits: { [name]: limit } })).rejects.toMatchObject({
      code: 'limit_exceeded',
      message: expect.stringMatching(new RegExp(`\\b${limit}\\b.*, the limit ${name};`)),
    })
  }
  await expect(evaluate({ ...query, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'limit_exceeded' })
  await expect(evaluate({ ...query, expired: () => true })).rejects.toMatchObject({ code: 'limit_exceeded' })
  reader.add({ __name__: 'dense' }, Array(600).fill(1), { stepMs: 1000 })
  const rescan = { ...query, expr: 'stddev_over_time(dense[10m])', limits: { maxSamples: 5000 } }
  await expect(evaluate(rescan)).rejects.toMatchObject({ message: expect.stringMatching(/looks at too many/) })
  const subquery = { ...query, expr: 'count_over_time(m[10y:1ms])' }
  await expect(evaluate(subquery)).rejects.toMatchObject({ code: 'limit_exceeded' })
})

test('a query without end after start, or without a step, is refused', async () => {
  const reader = new MemoryReader()
  await expect(evaluate({ expr: '1', start: at(1), end: at(0), step: 1, reader })).rejects.toMatchObject({
    code: 'invalid',
  })
  await expect(evaluate({ expr: '1', start: at(0), end: at(1), step: 0, reader })).rejects.toMatchObject({
    code: 'invalid',
  })
})

test('a staleness marker survives a typed array and ends the series at once', async () => {
  const values = new Float64Array(3).subarray(1)
  setStaleMarker(values, 1)
  expect([isStaleMarker(values[0] ?? 0), isStaleMarker(values[1] ?? 0), isStaleMarker(Number.NaN)]).toEqual([
    false,
    true,
    false,
  ])
  const reader = new MemoryReader().add({ __name__: 'm' }, [1, 'stale'])
  const { result } = await evaluate({ expr: 'm', start: at(60), end: at(60), step: 0, reader })
  expect(result).toMatchObject({ samples: [] })
})

test.each([
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [-0.1, '-0.1'],
  [1e-7, '1e-07'],
  [1e21, '1e+21'],
])('%d is written %s', (value, text) => {
  expect(formatSampleValue(value)).toBe(text)
})

test('labels that are named like what every object has are labels like any other', async () => {
  const reader = new MemoryReader().add({ __name__: 'm', a: '1' }, [5]).add({ __name__: 'n', constructor: 'x' }, [7])
  const samplesOf = async (expr: string): Promise<unknown> => {
    const { result } = await evaluate({ expr, start: at(0), end: at(0), step: 0, reader })
    return result.kind === 'vector' ? result.samples : undefined
  }
  expect(await samplesOf('m{toString=~"a.*"}')).toEqual([])
  expect(await samplesOf('sum by (constructor) (m)')).toEqual([{ labels: {}, value: 5 }])
  expect(await samplesOf('sum by (constructor) (n)')).toEqual([{ labels: { constructor: 'x' }, value: 7 }])
  expect(await samplesOf('m * on (valueOf) group_left (constructor) n')).toEqual([
    { labels: { a: '1', constructor: 'x' }, value: 35 },
  ])
})

test('labels that calls double again and again end the query, not the process', async () => {
  const reader = new MemoryReader().add({ __name__: 'up', a: 'xxxxxxxx' }, [1])
  const nested = (open: string, close: string, depth: number): string => `${open.repeat(depth)}up${close.repeat(depth)}`
  const joined = (depth: number): string => nested('label_join(', ',"a","","a","a")', depth)
  const replaced = (depth: number): string => nested('label_replace(', ',"a","$1$1","a","(.*)")', depth)
  const run = (expr: string, maxSamples = 1000) =>
    evaluate({ expr, start: at(0), end: at(0), step: 0, reader, limits: { maxSamples } })
  for (const expr of [joined(2), replaced(2)]) {
    expect(await run(expr)).toMatchObject({ result: { samples: [{ labels: { a: 'x'.repeat(32) } }] } })
  }
  for (const expr of [joined(60), replaced(60)]) {
    await expect(run(expr, 1_000_000)).rejects.toMatchObject({
      code: 'limit_exceeded',
      message: 'a label would become longer than 8192 characters',
    })
  }
  await expect(run(joined(8), 100)).rejects.toThrow('query needs more than 100 samples')
})

test('a query is ended while it waits for its reader', async () => {
  const controller = new AbortController()
  let asked = 0
  const select = (): Promise<never> => {
    asked++
    controller.abort()
    return new Promise(() => undefined)
  }
  const query = { expr: 'm', start: at(0), end: at(0), step: 0, reader: { select } }
  const ended = { code: 'limit_exceeded', message: expect.stringContaining('query was stopped') }
  await expect(evaluate({ ...query, signal: controller.signal })).rejects.toMatchObject(ended)
  await expect(evaluate({ ...query, signal: controller.signal })).rejects.toMatchObject(ended)
  expect(asked).toBe(1)
})

test('whatever a query computes, it looks at the clock often', async () => {
  const reader = new MemoryReader()
  for (let i = 0; i < 300; i++) reader.add({ __name__: 'm', i: `${i}`, le: `${i % 7}` }, Array(20).fill(i))
  const expressions = [
    ...['m', 'sum(rate(m[5m]))', '-m', 'm * 2', 'm * m', 'm and m', 'm or m', 'topk(5, m)', 'quantile(0.5, m)'],
    ...['sum by (i) (m)', 'quantile_over_time(0.5, m[10m])', 'stddev_over_time(m[10m])', 'deriv(m[10m])'],
    ...['max_over_time(m[10m:1s])', 'histogram_quantile(0.5, m)', 'timestamp(m)', 'm[10m:1s]', 'abs(m)'],
  ]
  for (const expr of expressions) {
    // There are some 340,000 samples to make, and it asks for each 200,000 and for what it keeps.
    let asked = 0
    const expired = (): boolean => {
      asked++
      return false
    }
    const isMatrix = expr.endsWith(']')
    const times = isMatrix ? { start: at(900), end: at(900), step: 0 } : { start: at(0), end: at(1140), step: 1000 }
    await evaluate({ expr, ...times, reader, expired })
    expect([expr, asked >= (isMatrix ? 2 : 3)]).toEqual([expr, true])
  }
})
