import { expect, test } from 'vitest'
import { parseQuery, QueryError } from './promql.ts'

function faultOf(text: string): string {
  try {
    parseQuery(text)
  } catch (error) {
    if (error instanceof QueryError) return error.message
    throw error
  }
  return 'none'
}

test.each([
  ['rate(up[5m]', '1:12: unclosed left parenthesis'],
  ['up{}[5m', '1:8: unclosed left bracket'],
  ['up{job="x"', '1:11: unexpected end of input inside braces'],
  ['up)', "1:3: unexpected right parenthesis ')'"],
  ['sum(up) +\n  frobnicate(up)', '2:3: unknown function with name "frobnicate"'],
  ['rte(up[5m])', '1:1: unknown function with name "rte"; did you mean rate?'],
  ['rate(up)', '1:6: expected type range vector in call to function "rate", got instant vector'],
  ['up{job=~"a("}', '1:9: regular expression "a(": missing ) at character 3'],
  [
    'up{job=~"(?=x)"}',
    '1:9: regular expression "(?=x)": lookaround and this kind of group are not supported at character 2',
  ],
  ['{job=~".*"}', '1:1: vector selector must contain at least one non-empty matcher'],
  ['1 == 1', '1:3: comparisons between scalars must use BOOL modifier'],
  ['up + bool 1', '1:4: bool modifier can only be used on comparison operators'],
  ['up and 1', '1:1: set operator "and" not allowed in binary scalar expression'],
  ['up and on(a) group_left b', '1:1: no grouping allowed for "and" operation'],
  ['up == on(a) 1', '1:1: vector matching only allowed between instant vectors'],
  ['a * on(x) group_left(x) b', '1:3: label "x" must not occur in ON and GROUP clause at once'],
  ['up + "x"', '1:6: binary expression must contain only scalar and instant vector types'],
  ['-up[5m]', '1:1: unary expression only allowed on expressions of type scalar or instant vector, got "range vector"'],
  ['"open', '1:1: unterminated quoted string'],
  ['`open', '1:1: unterminated raw string'],
  ['"\\q"', '1:2: unknown escape sequence in a string'],
  ['"\\\'"', '1:2: unknown escape sequence in a string'],
  ['', '1:1: no expression found in input'],
  ['# nothing', '1:1: no expression found in input'],
  ['topk(up)', '1:1: wrong number of arguments for aggregate expression provided, expected 2, got 1'],
  ['sum()', '1:1: no arguments for aggregate expression provided'],
  ['quantile("x", up)', '1:10: expected type scalar in aggregation parameter, got string'],
  ['clamp(up, 1)', '1:1: expected 3 argument(s) in call to "clamp", got 2'],
  ['round(up, 1, 2)', '1:1: expected at most 2 argument(s) in call to "round", got 3'],
  ['foo{__name__="bar"}', '1:1: metric name must not be set twice: "foo" or "bar"'],
  ['{"a", "b"}', '1:1: metric name must not be set twice: "a" or "b"'],
  ['up[0s]', '1:4: duration must be greater than 0'],
  ['up[5m:0s]', '1:7: duration must be greater than 0'],
  ['(up)[5m]', '1:1: ranges only allowed for vector selectors; for an expression write a subquery, [5m:]'],
  ['up offset 5m[5m]', '1:1: no offset modifiers allowed before range'],
  ['up offset 5m offset 3m', '1:1: offset may not be set multiple times'],
  ['up @ 5 @ 6', '1:1: @ <timestamp> may not be set multiple times'],
  ['up @ Inf', '1:6: timestamp out of bounds for @ modifier: +Inf'],
  [
    '(up + 1) offset 5m',
    '1:1: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
  ],
  ['up[5m][5m:]', '1:1: subquery is only allowed on instant vector, got range vector instead'],
  ['a b', '1:3: unexpected identifier "b"'],
  ['a by b', '1:3: unexpected <by>'],
  ['a =~ 1', '1:3: unexpected <op:=~>'],
  ['a "b"', '1:3: unexpected string "\\"b\\""'],
  ['a 5m', '1:3: unexpected duration "5m"'],
  ['1h5', '1:1: bad number or duration syntax: "1h5"'],
  ['1__0', '1:1: bad number or duration syntax: "1__0"'],
  ['a[1m5h]', '1:3: bad number or duration syntax: "1m5h"'],
  ['a{b="1" c="2"}', '1:9: unexpected identifier "c" in label matching, expected "," or "}"'],
  ['a{b=c}', '1:5: unexpected identifier "c" in label matching, expected string'],
])('%s is refused with the place and the reason', (text, fault) => {
  expect(faultOf(text)).toBe(fault.replace(/^(\d+:\d+): /, '$1: parse error: '))
})

test.each([
  ['histogram_count(a)', /native histograms, which are not supported/],
  ['histogram_avg(a)', /native histograms, which are not supported/],
  ['a </ 1', /native histograms, which are not supported/],
  ['holt_winters(a[5m], 0.5, 0.5)', /double_exponential_smoothing.*experimental/],
  ['double_exponential_smoothing(a[5m], 0.5, 0.5)', /experimental in Prometheus and not supported/],
  ['limitk(1, a)', /limitk\(\) is experimental in Prometheus and not supported/],
  ['mad_over_time(a[5m])', /experimental in Prometheus and not supported/],
  ['info(a)', /experimental in Prometheus and not supported/],
  ['sort_by_label(a, "x")', /experimental in Prometheus and not supported/],
  ['up[5m] smoothed', /experimental in Prometheus and not supported/],
  ['a + fill(0) b', /experimental in Prometheus and not supported/],
  ['a[step()]', /experimental in Prometheus and not supported/],
])('%s is refused, and why is told', (text, reason) => {
  expect(faultOf(text)).toMatch(reason)
})

test.each([
  ['1_000', 1000],
  ['0x1F', 31],
  ['017', 15],
  ['09', 9],
  ['.5', 0.5],
  ['5.', 5],
  ['1e3', 1000],
  ['1h30m', 5400],
  ['1d2h3m4s5ms', 93784.005],
  ['Inf', Number.POSITIVE_INFINITY],
  ['nAn', Number.NaN],
])('%s is the number %d', (text, value) => {
  expect(parseQuery(text).expr).toMatchObject({ kind: 'number', value })
})

test.each([
  ...['sum', 'by', 'without', 'and', 'offset', 'start', 'end', 'rate', 'infinity', 'count_values', 'limitk', ':a:b'],
])('%s names a metric like any other word', (name) => {
  const matchers = [{ name: '__name__', op: '=', value: name }]
  expect(parseQuery(name).expr).toMatchObject({ kind: 'selector', matchers })
  expect(parseQuery(`max(${name} offset 5m)`).expr).toMatchObject({ expr: { matchers, offsetMs: 300_000 } })
})

test('keywords and quoted names are labels', () => {
  expect(parseQuery('sum by (by, on, offset, inf, group_left, "a.b",) (m)').expr).toMatchObject({
    grouping: { labels: ['by', 'on', 'offset', 'inf', 'group_left', 'a.b'] },
  })
  expect(parseQuery('{"my.metric", "label.x"="1", offset!="2", bool=~`x`,}').expr).toMatchObject({
    matchers: [
      { name: '__name__', op: '=', value: 'my.metric' },
      { name: 'label.x', op: '=', value: '1' },
      { name: 'offset', op: '!=', value: '2' },
      { name: 'bool', op: '=~', value: 'x' },
    ],
  })
})

test('times and ranges have all their forms', () => {
  expect(parseQuery('a offset -5m @ -1').expr).toMatchObject({ offsetMs: -300_000, at: { kind: 'time', ms: -1000 } })
  expect(parseQuery('a[300] @ start() offset 1h30m').expr).toMatchObject({
    ...{ kind: 'range', rangeMs: 300_000, offsetMs: 5_400_000, at: { kind: 'start' } },
  })
  expect(parseQuery('a[1e2:0x10] @ end()').expr).toMatchObject({
    rangeMs: 100_000,
    stepMs: 16_000,
    at: { kind: 'end' },
  })
})

test('offset and ranges bind to the operand before them, whatever stands to the left', () => {
  expect(parseQuery('a + rate(b[5m] offset 1m) * c').expr).toMatchObject({ op: '+', right: { op: '*' } })
  expect(parseQuery('a + b offset 5m * c').expr).toMatchObject({
    op: '+',
    left: { kind: 'selector', offsetMs: 0 },
    right: { op: '*', left: { kind: 'selector', offsetMs: 300_000 } },
  })
})

test('a sign binds less than a power and more than a product', () => {
  expect(parseQuery('-2 ^ 2').expr).toMatchObject({ kind: 'unary', expr: { op: '^' } })
  expect(parseQuery('-2 * 2').expr).toMatchObject({ op: '*', left: { kind: 'unary' } })
})

test('a hostile expression of many brackets is refused instead of overflowing the stack', () => {
  expect(faultOf(`${'('.repeat(20_000)}1${')'.repeat(20_000)}`)).toMatch(/nested too deeply|unexpected/)
  expect(faultOf(`${'1+'.repeat(20_000)}1`)).toMatch(/nested too deeply|unexpected/)
  expect(faultOf(`${'1+'.repeat(1000)}1`)).toMatch(/nested too deeply/)
  expect(faultOf('1'.repeat(100_000))).toMatch(/longer than/)
})
