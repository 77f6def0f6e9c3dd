import { expect, test } from 'vitest'
import { at, MemoryReader } from '../promql/memory-reader.testkit.ts'
import { askOf } from './ask.testkit.ts'
import { type AlertRule, observeAlerts, parseRules } from './rules.ts'

function ruleOf(expr: string): AlertRule {
  const parsed = parseRules({
    file: 'r',
    text: JSON.stringify({ groups: [{ name: 'g', rules: [{ alert: 'A', expr }] }] }),
  })
  const rule = parsed.kind === 'ok' ? parsed.groups[0]?.rules[0] : undefined
  if (rule?.kind !== 'alert') throw new Error('bad rule')
  return rule
}

const up = (device: string): Record<string, string> => ({ __name__: 'up', device })
const FIRING = { kind: 'firing', since: at(0) } as const

test('each alert is seen to hold, to be clear or to miss its data', async () => {
  const reader = new MemoryReader().add(up('a'), [0]).add(up('b'), [1])
  const open = ['b', 'c'].map((device) => ({ series: { device }, state: FIRING }))
  const seen = await observeAlerts({ rule: ruleOf('up == 0'), now: at(0), ask: askOf(reader, at(0)), open })
  expect(seen.map(({ series, observation }) => [series.device, observation.kind])).toEqual([
    ['a', 'holds'],
    ['b', 'clear'],
    ['c', 'missing'],
  ])
})

test('without open alerts the data are read once', async () => {
  const reader = new MemoryReader().add(up('a'), [1])
  await observeAlerts({ rule: ruleOf('up == 0'), now: at(0), ask: askOf(reader, at(0)), open: [] })
  expect(reader.selections).toBe(1)
})

test('an alert on absent data is clear when the data are back', async () => {
  const rule = ruleOf('absent(up{device="a"})')
  const reader = new MemoryReader()
  const [first] = await observeAlerts({ rule, now: at(0), ask: askOf(reader, at(0)), open: [] })
  expect(first).toMatchObject({ series: { device: 'a' }, observation: { kind: 'holds', value: 1 } })
  reader.add(up('a'), [1])
  const [then] = await observeAlerts({
    rule,
    now: at(0),
    ask: askOf(reader, at(0)),
    open: [{ series: { device: 'a' }, state: FIRING }],
  })
  expect(then?.observation).toEqual({ kind: 'clear' })
})
