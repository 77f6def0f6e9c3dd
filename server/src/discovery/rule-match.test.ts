import { DiscoveryRule } from '@eyenet/shared/api'
import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { ATTIC, deviceOf, EDGE, found, START, snmpOf } from './discovery.testkit.ts'
import { FindingsMerge } from './findings-merge.ts'
import { RuleMatch } from './rule-match.ts'

const ruleOf = (when: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  DiscoveryRule.parse({ name: 'one', action: 'accept', when, ...more })

function entryOf(finding: Parameters<typeof found>[1], address = '192.0.2.77') {
  const merge = new FindingsMerge([], { peer: EDGE, at: epochMs(START), newId: () => deviceOf(1) })
  merge.take(found(address, finding))
  const [entry] = merge.changed()
  if (entry === undefined) throw new Error('no entry')
  return entry
}

const holds = (when: Record<string, unknown>, entry = entryOf({})): boolean =>
  new RuleMatch([ruleOf(when)]).ruleFor(entry) !== undefined

test('a rule is about what lies in its networks, of either family', () => {
  expect(holds({ networks: ['192.0.2.64/26'] })).toBe(true)
  expect(holds({ networks: ['192.0.2.0/26'] })).toBe(false)
  expect(holds({ networks: ['2001:db8::/32'] }, entryOf({}, '2001:DB8::1'))).toBe(true)
})

test('names and vendors fit with * and ?, whatever their case, and nothing in them is a pattern of another kind', () => {
  const entry = entryOf({ vendor: 'Cisco Systems (C)', snmp: snmpOf(1, { sysName: 'SW-attic.example.net\nx' }) })
  for (const sysName of ['sw-*', '*attic*', 'SW-?ttic.example.net?x', 'sw-**x'])
    expect(holds({ sysName }, entry)).toBe(true)
  for (const sysName of ['sw', '.*', 'sw-attic[.]*', 'sw-?']) expect(holds({ sysName }, entry)).toBe(false)
  expect(holds({ vendor: 'cisco*(c)' }, entry)).toBe(true)
  expect(holds({ sysName: '*' }, entryOf({}))).toBe(false)
})

test('a pattern of many stars takes no longer for a name that nearly fits', () => {
  const entry = entryOf({ snmp: snmpOf(1, { sysName: 'a'.repeat(255) }) })
  const sysName = `${'*a'.repeat(63)}*b`
  expect(holds({ sysName }, entry)).toBe(false)
})

test('all that a rule names has to hold', () => {
  const printer = entryOf({ role: 'printer', vendor: 'HP', snmp: snmpOf(1) })
  expect(holds({ roles: ['printer', 'ups'], snmp: true, agents: [EDGE.agent] }, printer)).toBe(true)
  expect(holds({ roles: ['printer'], snmp: false }, printer)).toBe(false)
  expect(holds({ roles: ['printer'], agents: [ATTIC.agent] }, printer)).toBe(false)
  expect(holds({ roles: ['camera'] }, printer)).toBe(false)
})

test('the first rule that holds decides, and one that is off is none', () => {
  const off = ruleOf({ snmp: false }, { name: 'off', enabled: false })
  const ignore = ruleOf({ snmp: false }, { name: 'ignore', action: 'ignore' })
  expect(new RuleMatch([off, ignore, ruleOf({ snmp: false })]).ruleFor(entryOf({}))?.name).toBe('ignore')
})

test('a rule without any condition would be about everything: it is refused', () => {
  expect(DiscoveryRule.safeParse({ name: 'all', action: 'accept', when: {} }).success).toBe(false)
})
