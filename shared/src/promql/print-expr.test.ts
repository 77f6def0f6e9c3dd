import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatPlainValue, parseQuery, prettyQuery, printExpr } from './promql.ts'

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

/** The tree without places, a sign and its number as one. */
function meaning(text: string): unknown {
  const strip = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(strip)
    if (typeof node !== 'object' || node === null) return node
    const { from: _, to: __, ...rest } = node as Record<string, unknown>
    const inner = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, strip(value)]))
    const number = inner.kind === 'unary' ? (inner.expr as Record<string, unknown>) : undefined
    if (number?.kind !== 'number' || typeof number.value !== 'number') return inner
    return { kind: 'number', value: inner.op === '-' ? -number.value : number.value }
  }
  return strip(parseQuery(text).expr)
}

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
  expect([1e21, 1.5e-7, -2.5e22, 0.1, Number.NaN, 5e-324].map(formatPlainValue)).toEqual([
    '1000000000000000000000',
    '0.00000015',
    '-25000000000000000000000',
    '0.1',
    'NaN',
    `0.${'0'.repeat(323)}5`,
  ])
})

const name = fc.constantFrom('up', 'sum', 'offset', ':a:b', 'inf.o', 'a b', 'é')
const label = fc.constantFrom('job', 'by', 'offset', 'a.b', '"', 'é\n')
const quoted = fc.string({ unit: 'grapheme', maxLength: 6 }).map((value) => JSON.stringify(value))
const duration = fc.constantFrom('5m', '1h30m', '90', '1e2', '0x10', '1d')
const labels = fc
  .array(
    label.map((one) => JSON.stringify(one)),
    { maxLength: 3 },
  )
  .map((list) => `(${list.join(', ')})`)
const shift = fc.constantFrom('', ' offset 5m', ' offset -90s', ' @ 1700000000.123', ' @ start() offset 1w', ' @ -1')

/** Expressions as people write them, with all that the grammar has. */
const { expr } = fc.letrec<{ expr: string; number: string; selector: string }>((tie) => ({
  number: fc.oneof(fc.constantFrom('1', '-1', '+5', '5.', '.5', '1e-7', '1_000', 'Inf', '-inf', 'NaN', '1h', '-5m')),
  selector: fc
    .tuple(name, fc.array(fc.tuple(label, fc.constantFrom('=', '!=', '!~', '=~'), quoted), { maxLength: 3 }), shift)
    .map(([metric, matchers, moved]) => {
      // A regular expression must be one: the text itself, with what is special in it escaped.
      const escaped = (op: string, value: string) =>
        op.endsWith('~') ? JSON.stringify(JSON.parse(value).replace(/[^a-z]/gi, '.')) : value
      const all = matchers.map(([one, op, value]) => `${JSON.stringify(one)}${op}${escaped(op, value)}`)
      return `{${[JSON.stringify(metric), ...all].join(',')}}${moved}`
    }),
  expr: fc.oneof(
    { depthSize: 'small' },
    tie('selector'),
    tie('expr').map((inner) => `(${inner})`),
    tie('expr').map((inner) => `-(${inner})`),
    tie('selector').map((inner) => `- ${inner} ^ 2`),
    fc.tuple(name, duration, shift).map(([metric, range, at]) => `rate({${JSON.stringify(metric)}}[${range}]${at})`),
    fc.tuple(tie('expr'), duration, shift).map(([inner, range, at]) => `max_over_time((${inner})[${range}:1m]${at})`),
    fc.tuple(tie('expr'), labels).map(([inner, by]) => `sum by ${by} (${inner})`),
    fc.tuple(tie('expr'), labels).map(([inner, by]) => `topk without ${by} (3, ${inner})`),
    fc.tuple(tie('expr'), quoted).map(([inner, text]) => `count_values(${text}, ${inner})`),
    fc.tuple(tie('expr'), quoted).map(([inner, text]) => `label_replace(${inner}, "a", ${text}, "b", "")`),
    fc
      .tuple(tie('expr'), fc.constantFrom('+', '%', '^', '> bool', '!='), tie('number'))
      .map((parts) => `(${parts.join(' ')})`),
    fc
      .tuple(tie('expr'), fc.constantFrom('and', 'or', 'unless', '*', '==', 'atan2'), labels, tie('expr'))
      .map(([left, op, on, right]) => `${left} ${op} on ${on} ${right}`),
    fc
      .tuple(tie('selector'), fc.constantFrom('group_left', 'group_right ("z")'), tie('selector'))
      .map(([left, group, right]) => `${left} / ignoring (q) ${group} ${right}`),
  ),
}))

test('what is printed parses to the same', () => {
  fc.assert(
    fc.property(expr, (text) => {
      const query = parseQuery(text)
      for (const printed of [printExpr(query), prettyQuery(query)]) expect(meaning(printed)).toEqual(meaning(text))
    }),
    { numRuns: 1500 },
  )
})
