import { parseQuery } from '@eyenet/shared/promql'
import { expect, test } from 'vitest'
import { apiWorld } from '../api.testkit.ts'
import { treeOf } from './expr-tree.ts'
import { plainNumber, prettyQuery } from './print-expr.ts'

async function world() {
  const one = await apiWorld()
  const get = async (path: string, query = '') => {
    const response = await one.as('viewer')(`/api/v1/${path}?${query}`)
    return { status: response.status, body: await response.json() }
  }
  return { ...one, get }
}
const badParameter = { status: 400, body: { status: 'error', errorType: 'bad_data' } }
const pretty = (text: string): string => prettyQuery(parseQuery(text))

// What is written, and how Prometheus formats it; alone: it stays as it is.
const FORMATTED: readonly (readonly [string, string?])[] = [
  ['foo/bar', 'foo / bar'],
  ['up'],
  ['up{ job = \'a\' , x!~"b\\\\.c" }', 'up{job="a",x!~"b\\\\.c"}'],
  ['{__name__="inf"}'],
  ['{__name__=~"a|b"}'],
  ['{"my.metric","a.b"="c"}'],
  ['sum(up)by(job,"a.b")', 'sum by (job, "a.b") (up)'],
  ['sum without()(up)', 'sum without () (up)'],
  ['topk by (job) (3, up)'],
  ['rate(a[5m] offset 90s @ 10)', 'rate(a[5m] @ 10.000 offset 1m30s)'],
  ['a offset -1h @ start()', 'a @ start() offset -1h'],
  ['max_over_time((a+b)[1h:])', 'max_over_time((a + b)[1h:])'],
  ['max_over_time(a[1h:60s] @ end())', 'max_over_time(a[1h:1m] @ end())'],
  ['a*on(x)group_left(y)b', 'a * on (x) group_left (y) b'],
  ['a*ignoring()group_right b', 'a * ignoring () group_right () b'],
  ['a==bool 1', 'a == bool 1'],
  ['a and b or c unless on () d'],
  ['-a^-2', '-a ^ -2'],
  ['1e3 + 0x10 + 90m + Inf + 1e-9', '1000 + 16 + 1h30m + +Inf + 0.000000001'],
  ['"a\\n\\x07é" # a comment', '"a\\n\\u0007é"'],
  ['time() - -5m + -Inf + +3', 'time() - -5m + -Inf + 3'],
  ['-foo'],
]

test('an expression is formatted as Prometheus does, and means the same', () => {
  for (const [written, wanted = written] of FORMATTED) {
    const formatted = pretty(written)
    expect(formatted).toBe(wanted)
    expect(meaning(formatted)).toEqual(meaning(written))
    expect(pretty(formatted)).toBe(formatted)
  }
})

const meaning = (text: string): object => treeOf(parseQuery(text))

test('what does not fit into 100 characters goes onto more lines', () => {
  const [long, other] = ['a'.repeat(60), 'b'.repeat(60)]
  expect(pretty(`topk(3, sum by (x) (${long}) / on (x) (-${other}))`)).toBe(
    ['topk(', '  3,', `    sum by (x) (${long})`, '  / on (x)', `    (-${other})`, ')'].join('\n'),
  )
  expect(pretty(`clamp_max(sum_over_time((${long} + ${other})[1h:]), 5)`)).toBe(
    [
      'clamp_max(',
      '  sum_over_time(',
      '    (',
      `        ${long}`,
      '      +',
      `        ${other}`,
      '    )[1h:]',
      '  ),',
      '  5',
      ')',
    ].join('\n'),
  )
  const text = `-(${long} + ${other})`
  expect(meaning(pretty(text))).toEqual(meaning(text))
})

test('numbers are written without an exponent', () => {
  expect([1e21, 1.5e-7, -2.5e22, 0.1, Number.NaN, 5e-324].map(plainNumber)).toEqual([
    '1000000000000000000000',
    '0.00000015',
    '-25000000000000000000000',
    '0.1',
    'NaN',
    `0.${'0'.repeat(323)}5`,
  ])
})

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
