import { parseQuery } from '@eyenet/shared/promql'
import { expect, test } from 'vitest'
import { apiWorld } from '../api.testkit.ts'
import { treeOf } from './expr-tree.ts'

async function world() {
  const one = await apiWorld()
  const get = async (path: string, query = '') => {
    const response = await one.as('viewer')(`/api/v1/${path}?${query}`)
    return { status: response.status, body: await response.json() }
  }
  return { ...one, get }
}
const badParameter = { status: 400, body: { status: 'error', errorType: 'bad_data' } }
test('an expression is shown as the tree that Prometheus shows', () => {
  const foo = {
    ...{ type: 'vectorSelector', name: 'foo', offset: 0, timestamp: null, startOrEnd: null },
    matchers: [{ name: '__name__', value: 'foo', type: '=' }],
  }
  const tree = (text: string) => treeOf(parseQuery(text))
  expect(tree('foo / on (a) group_left (b) foo')).toEqual({
    ...{ type: 'binaryExpr', op: '/', lhs: foo, rhs: foo, bool: false },
    matching: { card: 'many-to-one', labels: ['a'], on: true, include: ['b'] },
  })
  expect(tree('foo >bool -2')).toMatchObject({
    ...{ matching: null, bool: true, rhs: { type: 'numberLiteral', val: '-2' } },
  })
  expect(tree('round(rate({a!="b",c=~"d"}[5m] offset 1m @ end()))')).toMatchObject({
    type: 'call',
    func: { name: 'round', argTypes: ['vector', 'scalar'], variadic: 1, returnType: 'vector' },
    args: [
      {
        args: [
          {
            ...{ type: 'matrixSelector', name: '', range: 300_000, offset: 60_000, timestamp: null, startOrEnd: 'end' },
            matchers: [
              { name: 'a', value: 'b', type: '!=' },
              { name: 'c', value: 'd', type: '=~' },
            ],
          },
        ],
      },
    ],
  })
  expect(tree('count_values without (a) ("b", (foo))')).toEqual({
    ...{ type: 'aggregation', op: 'count_values', grouping: ['a'], without: true },
    param: { type: 'stringLiteral', val: 'b' },
    expr: { type: 'parenExpr', expr: foo },
  })
  expect(tree('-foo')).toEqual({ type: 'unaryExpr', op: '-', expr: foo })
  expect(tree('foo[1h:5m] @ 1.5')).toEqual({
    ...{ type: 'subquery', expr: foo, range: 3_600_000, step: 300_000, offset: 0, timestamp: 1500, startOrEnd: null },
  })
})

test('formatting and parsing answer by GET and by POST, and refuse what is no expression', async () => {
  const { get, as } = await world()
  expect((await get('format_query', 'query=foo/bar')).body).toEqual({ status: 'success', data: 'foo / bar' })
  expect((await get('parse_query', 'query=1')).body.data).toEqual({ type: 'numberLiteral', val: '1' })
  const form = {
    method: 'POST',
    body: new URLSearchParams({ query: 'a+b' }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }
  expect((await (await as('viewer')('/api/v1/format_query', form)).json()).data).toBe('a + b')
  for (const path of ['format_query', 'parse_query']) {
    for (const wrong of ['', 'query=', 'query=a%2B', 'query=sum(1)']) {
      expect(await get(path, wrong)).toMatchObject(badParameter)
    }
  }
})

test('there are no exemplars, but a wrong question is told', async () => {
  const { get } = await world()
  expect((await get('query_exemplars', 'query=up&start=1&end=2')).body).toEqual({ status: 'success', data: [] })
  for (const wrong of ['', 'query=up{', 'query=up&start=2&end=1', 'query=up&start=x']) {
    expect(await get('query_exemplars', wrong)).toMatchObject(badParameter)
  }
})
