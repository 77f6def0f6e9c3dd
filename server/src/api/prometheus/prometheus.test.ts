import { expect, test } from 'vitest'
import { apiWorld } from '../api.testkit.ts'

async function world() {
  const one = await apiWorld()
  for (const job of ['a', 'b']) {
    one.source.add(
      { __name__: 'x', job, 'quote"': '"\u0007' },
      Array.from({ length: 100 }, (_, i) => [1_000_000 + i * 15, i * (job === 'a' ? 1 : 2)]),
    )
  }
  const get = async (path: string, fields: Record<string, string | string[]> = {}) => {
    const query = new URLSearchParams(
      Object.entries(fields).flatMap(([name, value]) => [value].flat().map((v) => [name, v])),
    )
    const response = await one.as('viewer')(`/api/v1/${path}?${query}`)
    return { status: response.status, body: await response.json() }
  }
  return { ...one, get }
}
const TYPES: Record<number, string> = { 400: 'bad_data', 422: 'execution' }

test('an instant query answers a vector, a scalar, a string or a matrix', async () => {
  const { get } = await world()
  expect(await get('query', { query: 'x{job="a"}', time: '1000030' })).toEqual({
    status: 200,
    body: {
      status: 'success',
      data: {
        resultType: 'vector',
        result: [{ metric: { __name__: 'x', job: 'a', 'quote"': '"\u0007' }, value: [1000030, '2'] }],
      },
    },
  })
  expect((await get('query', { query: '-1/0', time: '1000030.5' })).body.data).toEqual({
    resultType: 'scalar',
    result: [1000030.5, '-Inf'],
  })
  expect((await get('query', { query: '"hi\\"<"', time: '1' })).body.data).toEqual({
    resultType: 'string',
    result: [1, 'hi"<'],
  })
  const matrix = await get('query', { query: 'x{job="b"}[30s]', time: '1000030' })
  expect(matrix.body.data.result[0].values).toEqual([
    [1000015, '2'],
    [1000030, '4'],
  ])
  expect((await get('query', { query: 'absent', time: '1' })).body.data).toEqual({ resultType: 'vector', result: [] })
})

test('a range query answers a matrix, by GET and by POST of a form, with either form of time and step', async () => {
  const { get, as } = await world()
  const fields = { query: 'sum(x)', start: '1000000', end: '1000060', step: '30s' }
  const expected = {
    resultType: 'matrix',
    result: [
      {
        metric: {},
        values: [
          [1000000, '0'],
          [1000030, '6'],
          [1000060, '12'],
        ],
      },
    ],
  }
  expect((await get('query_range', fields)).body.data).toEqual(expected)
  const iso = { ...fields, start: '1970-01-12T13:46:40Z', end: '1970-01-12T14:47:40.000+01:00', step: '30' }
  expect((await get('query_range', iso)).body.data).toEqual(expected)
  const form = {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }
  expect((await (await as('viewer')('/api/v1/query_range', form)).json()).data).toEqual(expected)
})

test('what is wrong with a query is told as Prometheus tells it', async () => {
  const { get } = await world()
  const range = { query: 'x', start: '0', end: '100', step: '10' }
  const cases: [string, Record<string, string>, number, RegExp][] = [
    ['query', {}, 400, /query.*missing/],
    ['query', { query: 'x{' }, 400, /1:\d/],
    ['query', { query: 'nosuch(x)' }, 400, /nosuch/],
    ['query', { query: 'x', time: 'yesterday' }, 400, /cannot parse "yesterday" to a valid timestamp/],
    ['query', { query: 'x', time: '1e99' }, 400, /timestamp/],
    ['query', { query: 'x', timeout: 'soon' }, 400, /duration/],
    ['query', { query: 'x + on(nothing) x', time: '1000030' }, 422, /match/],
    ['query_range', { ...range, end: '-1' }, 400, /before start/],
    ['query_range', { ...range, step: '0' }, 400, /longer than 0/],
    ['query_range', { ...range, step: '-5' }, 400, /longer than 0/],
    ['query_range', { ...range, step: '' }, 400, /step.*missing/],
    ['query_range', { ...range, query: 'x[5m]' }, 400, /range query/],
    ['query_range', { ...range, end: '110010' }, 400, /maximum resolution of 11000 points/],
    ['series', {}, 400, /match/],
    ['series', { 'match[]': 'sum(x)' }, 400, /not a series selector/],
    ['label/U__/values', {}, 400, /label name/],
    ['labels', { limit: 'x' }, 400, /limit/],
  ]
  for (const [path, fields, status, message] of cases) {
    const answer = await get(path, fields)
    expect([path, fields, answer.status]).toEqual([path, fields, status])
    expect(answer.body).toMatchObject({
      status: 'error',
      errorType: TYPES[status],
      error: expect.stringMatching(message),
    })
  }
  expect((await get('query_range', { ...range, end: '110000' })).status).toBe(200)
})

test('a store that fails is not the fault of the query, and tells no details', async () => {
  const { get, source, log } = await world()
  source.select = () => Promise.reject(new Error('secret: /var/lib/eyenet'))
  const { status, body } = await get('query', { query: 'x' })
  expect(status).toBe(500)
  expect(body).toMatchObject({ status: 'error', errorType: 'internal' })
  expect(JSON.stringify(body)).not.toContain('secret')
  expect(log.join('')).toContain('secret')
})

test('a query beyond its time is stopped', async () => {
  const { get, source } = await world()
  const select = source.select
  source.select = async (selection) => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    return select(selection)
  }
  expect(await get('query', { query: 'x', timeout: '1ms' })).toMatchObject({
    status: 422,
    body: { errorType: 'timeout' },
  })
})

test('a large answer is sent piece by piece and is whole', async () => {
  const { get, source } = await world()
  for (let i = 0; i < 60; i += 1) source.add({ __name__: 'many', i: `${i}` }, [[1_000_000, i]])
  const { body } = await get('query_range', { query: 'many', start: '1000000', end: '1000200', step: '100ms' })
  expect(body.data.result.length).toBe(60)
  expect(body.data.result[59].values.length).toBe(2001)
})

test('series, label names and label values are found, united and limited', async () => {
  const { get } = await world()
  const both = await get('series', { 'match[]': ['x{job="a"}', '{job=~"a|b"}'] })
  expect(both.body.data.map((one: { job: string }) => one.job)).toEqual(['a', 'b'])
  expect((await get('labels')).body.data).toEqual(['__name__', 'job', 'quote"'])
  expect((await get('label/job/values')).body.data).toEqual(['a', 'b'])
  expect((await get('label/job/values', { 'match[]': 'x{job!="a"}' })).body.data).toEqual(['b'])
  expect((await get('label/job/values', { start: '1', end: '2' })).body.data).toEqual([])
  expect((await get('label/job/values', { limit: '1' })).body).toMatchObject({
    data: ['a'],
    warnings: [/truncated/].map(() => expect.any(String)),
  })
})

test('limit cuts an answer and says so; what is no number is refused', async () => {
  const { get, source } = await world()
  for (const job of ['a', 'b', 'c']) source.add({ __name__: 'limited', job }, [[1000, 1]])
  const { body } = await get('query', { query: 'limited', time: '1000', limit: '2' })
  expect(body).toMatchObject({ status: 'success', warnings: ['results truncated due to limit'] })
  expect((body as { data: { result: unknown[] } }).data.result).toHaveLength(2)
  expect(await get('query', { query: 'limited', time: '1000', limit: 'x' })).toMatchObject({ status: 400 })
})
