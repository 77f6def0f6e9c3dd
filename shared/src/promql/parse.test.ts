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
  ['rate(up[5m]', '1:12: unexpected end of expression'],
  ['sum(up) +\n  frobnicate(up)', '2:3: unknown function frobnicate'],
  ['rte(up[5m])', '1:1: unknown function rte; did you mean rate?'],
  ['rate(up)', '1:6: argument 1 of rate needs a range vector, found an instant vector'],
  ['up{job=~"a("}', '1:9: regular expression "a(": missing ) at character 3'],
  [
    'up{job=~"(?=x)"}',
    '1:9: regular expression "(?=x)": lookaround and this kind of group are not supported at character 2',
  ],
  ['{job=~".*"}', '1:1: a selector needs a name or a matcher that does not match the empty string'],
  ['1 == 1', '1:1: a comparison between scalars needs the bool modifier'],
  ['up and 1', '1:1: and needs instant vectors on both sides'],
  ['"open', '1:1: string is not closed'],
  ['', '1:1: unexpected end of expression'],
  ['topk(up)', '1:1: topk takes two arguments'],
  ['up[5m] smoothed', '1:1: SmoothedExpr is not supported'],
  ['clamp(up, 1)', '1:1: clamp takes 3 arguments, found 2'],
])('%s is refused with the place and the reason', (text, message) => {
  expect(faultOf(text)).toBe(message)
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
