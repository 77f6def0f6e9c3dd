import { expect, test } from 'vitest'
import { parseRules } from './rules.ts'

function problems(text: string): string[] {
  const parsed = parseRules({ file: 'r.yaml', text })
  return parsed.kind === 'ok'
    ? []
    : parsed.problems.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`)
}

const group = (rule: string): string =>
  `groups:\n  - name: g\n    rules:\n      - ${rule.replaceAll('\n', '\n        ')}\n`

test('a rule keeps what Prometheus would read, with durations in milliseconds', () => {
  const parsed = parseRules({
    file: 'r.yaml',
    text: group(
      'alert: Down\nexpr: up == 0\nfor: 1m30s\nkeep_firing_for: 2h\nlabels: { severity: critical, level: 1 }',
    ),
  })
  if (parsed.kind !== 'ok') throw new Error('refused')
  const [rule] = parsed.groups[0]?.rules ?? []
  expect(rule).toMatchObject({ kind: 'alert', group: 'g', name: 'Down', forMs: 90_000, keepFiringForMs: 7_200_000 })
  expect(rule?.query.text).toBe('up == 0')
})

test.each([
  [
    'an unknown key',
    group('alert: A\nexpr: up\nfro: 1m'),
    ['6:9 groups.0.rules.0.fro: unknown key fro; did you mean for?'],
  ],
  ['a missing expression', group('alert: A'), ['4:9 groups.0.rules.0.expr: it is missing']],
  ['both kinds', group('alert: A\nrecord: b\nexpr: up'), ['4:9 groups.0.rules.0: a rule needs either alert or record']],
  ['a bad expression in one line', group('alert: A\nexpr: up == ='), ['5:21 groups.0.rules.0.expr: unexpected "="']],
  ['a bad expression in quotes', group('alert: A\nexpr: "up == ="'), ['5:22 groups.0.rules.0.expr: unexpected "="']],
  [
    'a bad expression in a block',
    group('alert: A\nexpr: |\n  up\n  == rte(up[5m])'),
    ['7:14 groups.0.rules.0.expr: unknown function with name "rte"; did you mean rate?'],
  ],
  [
    'a bad template',
    group('alert: A\nexpr: up\nannotations:\n  summary: is {{ $labls.x }}'),
    ['7:26 groups.0.rules.0.annotations.summary: unknown variable $labls.x; did you mean $labels?'],
  ],
  [
    'a range',
    group('alert: A\nexpr: up[5m]'),
    ['5:15 groups.0.rules.0.expr: a rule needs an instant vector or a scalar, found a range vector'],
  ],
  [
    'a bad duration',
    group('alert: A\nexpr: up\nfor: 1 minute'),
    ['6:14 groups.0.rules.0.for: expected a duration such as 5m or 1h30m, found "1 minute"'],
  ],
  [
    'a recording rule that waits',
    group('record: a\nexpr: up\nfor: 1m'),
    ['6:14 groups.0.rules.0.for: a recording rule has no for'],
  ],
])('%s is refused at its place', (_, text, expected) => {
  expect(problems(text)).toEqual(expected)
})

test('YAML that is none is refused with its line, and an alias bomb without harm', () => {
  expect(problems('groups:\n  - name: [')[0]).toMatch(/^2:/)
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefgh'.split('').map((n, i) => `${n}: &${n} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`),
  ]
  expect(problems(bomb.join('\n'))[0]).toMatch(/alias/i)
})

test('a file that is something else says what a rule file is', () => {
  expect(problems('127.0.0.1 localhost')).toEqual([
    '1:1 : expected a section with options; a rule file begins with groups:',
  ])
  expect(problems('groups: none')).toEqual(['1:9 groups: expected a list'])
})
