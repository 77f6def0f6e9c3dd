import { expect, test } from 'vitest'
import type { SnmpTarget } from '../snmp/snmp.ts'
import { isSameReach, reachOf } from './reach.ts'

const TARGET: SnmpTarget = { address: '192.0.2.7', credential: { version: '2c', community: 'public' } }

const silentFor = (attempts: number) =>
  reachOf({ address: TARGET.address, snmp: { target: TARGET, outcome: { kind: 'timeout', attempts } } })

test('a device that is silent on is as it was, however often it was tried; why it does not answer is news', () => {
  expect(silentFor(5).problem).not.toBe(silentFor(1).problem)
  expect(isSameReach(silentFor(5), silentFor(1))).toBe(true)
  const refusal = { kind: 'wrong-credential', detail: 'the user is unknown' } as const
  const refused = reachOf({ address: TARGET.address, snmp: { target: TARGET, outcome: refusal } })
  expect(isSameReach(silentFor(5), refused)).toBe(false)
  expect(isSameReach(silentFor(5), reachOf({ address: TARGET.address }))).toBe(false)
})
