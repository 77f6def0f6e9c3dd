import { DiscoveryRule } from '@eyenet/shared/api'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NEW_RULE, readRule, ruleForm, ruleSentence } from './rule-form.ts'

const anyRule = fc
  .record({
    name: fc.constantFrom('switches', 'a printer'),
    enabled: fc.boolean(),
    action: fc.constantFrom('accept', 'ignore'),
    when: fc.record(
      {
        networks: fc.constantFrom(['192.0.2.0/24'], ['192.0.2.0/24', '2001:db8::/64']),
        roles: fc.constantFrom(['switch'], ['switch', 'router']),
        sysName: fc.constantFrom('core-*', 'x'),
        vendor: fc.constant('Cisco*'),
        snmp: fc.boolean(),
        agents: fc.constant(['c0ffee00-0000-4000-8000-000000000001']),
      },
      { requiredKeys: ['snmp'] },
    ),
  })
  .map((rule) => DiscoveryRule.parse(rule))

test('a rule goes into the form and comes out of it as it was, also where the form has no field', () => {
  fc.assert(
    fc.property(anyRule, (rule) => {
      expect(readRule(ruleForm(rule))).toEqual({ kind: 'ok', rule })
    }),
  )
})

test('a rule about everything, or without a name, is refused in words', () => {
  expect(readRule({ ...NEW_RULE, name: 'all', snmp: '' })).toMatchObject({ kind: 'wrong' })
  expect(readRule({ ...NEW_RULE, name: ' ' })).toEqual({
    kind: 'wrong',
    sentence: 'Give the rule a name that says what it is for.',
  })
  expect(readRule({ ...NEW_RULE, name: 'n', networks: 'nowhere' })).toEqual({
    kind: 'wrong',
    sentence: 'Networks such as 192.0.2.0/24.',
  })
})

test('a rule is a sentence', () => {
  const rule = DiscoveryRule.parse({
    name: 'n',
    action: 'accept',
    when: { roles: ['switch', 'router'], networks: ['192.0.2.0/24'], snmp: true },
  })
  expect(ruleSentence(rule)).toBe('Accepts what is a switch or router and is in 192.0.2.0/24 and answers SNMP.')
})
