import { describe, expect, test } from 'vitest'
import { at } from '../promql/memory-reader.testkit.ts'
import { evaluate } from '../promql/promql.ts'
import { fixture, linesOf, NOW_SECONDS, publicStyleWorld } from './public-style.testkit.ts'
import { describeAlert, INACTIVE, nextAlertState, observeAlerts, parseRules } from './rules.ts'

const reader = publicStyleWorld()
const now = at(NOW_SECONDS)
const parsed = parseRules({ file: 'public-style-rules.yaml', text: fixture('public-style-rules.yaml') })
const rules = parsed.kind === 'ok' ? parsed.groups.flatMap((group) => group.rules) : []

test('a file of 100 rules as people publish them is read unchanged', () => {
  expect(parsed).toMatchObject({ kind: 'ok' })
  expect(rules).toHaveLength(100)
  expect(rules.every((rule) => rule.kind === 'alert')).toBe(true)
})

// The others look at something that is well in this world.
const HOLDS: ReadonlySet<string> = new Set(linesOf('public-style-holds.txt'))

test('exactly the rules hold that something in the world is amiss for, and the rest stay silent', async () => {
  const holding: string[] = []
  for (const rule of rules) {
    const { result, warnings } = await evaluate({ expr: rule.query, start: now, end: now, step: 0, reader })
    expect(result.kind).toBe('vector')
    expect(warnings).toEqual([])
    if (result.kind === 'vector' && result.samples.length > 0) holding.push(rule.name)
  }
  expect(holding).toEqual([...HOLDS])
})

test('rules that hold become alerts with words; those that do not have none', async () => {
  let fired = 0
  for (const rule of rules) {
    if (rule.kind !== 'alert') continue
    const seen = await observeAlerts({ rule, now, reader, open: [] })
    expect(seen.length > 0).toBe(HOLDS.has(rule.name))
    for (const { observation, series } of seen) {
      if (observation.kind !== 'holds') throw new Error(`${rule.name} is ${observation.kind}`)
      const { annotations } = describeAlert(rule, { labels: series, value: observation.value })
      expect(annotations.summary).toMatch(/^[^{}<>]+$/)
      const state = nextAlertState(rule, INACTIVE, { observation, now })
      expect(state.kind).toBe(rule.forMs === 0 ? 'firing' : 'pending')
      fired++
    }
  }
  expect(fired).toBeGreaterThan(HOLDS.size)
})

/** Variables as Grafana puts them in: a choice of several as a regular expression, intervals of a panel of an hour. */
const VARIABLES: Readonly<Record<string, string>> = {
  __rate_interval: '4m0s',
  __interval: '1m',
  __range: '3600s',
  job: 'node',
  instance: '(web-1|db-1)',
  switch: 'sw-1',
  port: 'ge-0/0/1',
  service: 'shop',
  namespace: 'shop',
}
const substituted = (query: string): string =>
  query.replace(/\$(\w+)/g, (written, name: string) => VARIABLES[name] ?? written)

describe('the queries of a dashboard', () => {
  const panels = linesOf('dashboard-queries.txt').map((line) => {
    const [, count = '', query = ''] = /^(\d+) (.*)$/.exec(line) ?? []
    return [query, Number(count)] as const
  })

  test.each(panels)('%s', async (query, count) => {
    const expr = substituted(query)
    const { result } = await evaluate({ expr, start: at(NOW_SECONDS - 3600), end: now, step: 60_000, reader })
    expect(result).toMatchObject({ kind: 'matrix' })
    if (result.kind === 'matrix') expect(result.series).toHaveLength(count)
  })
})
