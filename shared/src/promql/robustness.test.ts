import fc from 'fast-check'
import { test } from 'vitest'
import { EyeNetError } from '../errors/errors.ts'
import { at, MemoryReader } from './memory-reader.testkit.ts'
import { evaluate, FUNCTIONS, parseQuery, presenceOf, QueryError } from './promql.ts'

const word = fc.constantFrom(
  ...['up', 'm', '1', '5.', '-', '+', '*', '/', '^', '==', '>', 'bool', 'and', 'or', 'unless', 'on(a)', 'ignoring(a)'],
  ...[
    'group_left',
    'group_right(b)',
    '(',
    ')',
    '[5m]',
    '[5m:1m]',
    'offset 1m',
    '@ 1',
    '@ end()',
    '{a="1"}',
    '{a=~"x|(y+)*"}',
  ],
  ...['sum by (a)', 'topk', ',', '"s"', 'Inf', '1h', '# c', '`', "'", 'atan2', '\\', 'é'],
  ...FUNCTIONS.keys(),
)

/** Well-formed expressions, so that evaluation is reached. */
const { vector } = fc.letrec<{ vector: string; scalar: string }>((tie) => ({
  scalar: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('0', '-1', 'NaN', 'Inf', 'time()', '1e300'),
    tie('vector').map((v) => `scalar(${v})`),
  ),
  vector: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('up', 'm', 'm{a="1"}', 'up offset 1m', 'm @ 60', 'rate(m[3m])', 'nothing'),
    fc
      .tuple(
        tie('vector'),
        fc.constantFrom('+', '/', '==', '> bool', 'and', 'or', 'unless', '* on(a) group_left(b)'),
        tie('vector'),
      )
      .map((t) => `(${t.join(' ')})`),
    fc.tuple(tie('vector'), fc.constantFrom('%', '<', '^'), tie('scalar')).map((t) => `(${t.join(' ')})`),
    fc
      .tuple(
        fc.constantFrom('sum', 'avg', 'max', 'stddev', 'group'),
        fc.constantFrom('', 'by (a)', 'without (a)'),
        tie('vector'),
      )
      .map(([op, by, v]) => `${op} ${by} (${v})`),
    fc
      .tuple(fc.constantFrom('topk', 'bottomk', 'quantile'), tie('scalar'), tie('vector'))
      .map(([op, k, v]) => `${op}(${k}, ${v})`),
    fc
      .tuple(fc.constantFrom('abs', 'absent', 'timestamp', 'sort', 'hour', 'round', 'sgn'), tie('vector'))
      .map(([f, v]) => `${f}(${v})`),
    fc
      .tuple(fc.constantFrom('max_over_time', 'rate', 'stddev_over_time', 'deriv', 'last_over_time'), tie('vector'))
      .map(([f, v]) => `${f}(${v}[2m:30s])`),
  ),
}))

const reader = new MemoryReader()
  .add({ __name__: 'up', a: '1' }, [1, 0, 1, 'stale', 1])
  .add({ __name__: 'up', a: '2' }, [1, Number.NaN, Number.POSITIVE_INFINITY, 1])
  .add({ __name__: 'm', a: '1', b: 'x' }, [1, 5, 2, 8, 9])

test('whatever is written is an expression or a fault with its place', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      try {
        parseQuery(words.join(' '))
      } catch (error) {
        if (!(error instanceof QueryError)) throw error
      }
    }),
    { numRuns: 3000 },
  )
})

test('every expression has a result or a named failure, and so has its presence', async () => {
  await fc.assert(
    fc.asyncProperty(vector, async (text) => {
      const query = parseQuery(text)
      for (const expr of [query, presenceOf(query)]) {
        if (expr === undefined) continue
        for (const step of [0, 30_000]) {
          try {
            await evaluate({ expr, start: at(step === 0 ? 240 : 0), end: at(240), step, reader })
          } catch (error) {
            if (!(error instanceof EyeNetError)) throw error
          }
        }
      }
    }),
    { numRuns: 1500 },
  )
})
