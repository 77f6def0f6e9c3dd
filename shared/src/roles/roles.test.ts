import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEVICE_ROLES, type RoleFacts, roleOf } from './roles.ts'

const told = (facts: RoleFacts) => roleOf(facts).role

test.each<[RoleFacts, string]>([
  [{ os: 'ios', sysDescr: 'Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(4)E8' }, 'switch'],
  [{ os: 'ios', sysDescr: 'Cisco IOS Software, C1240 Software (C1240-K9W7-M), Version 12.4(25d)JA2' }, 'access-point'],
  [
    { os: 'ios', sysDescr: 'Cisco IOS Software, 2800 Software (C2800NM-ADVENTERPRISEK9-M), Version 15.1(4)M' },
    'router',
  ],
  [
    { os: 'iosxe', sysDescr: 'Cisco IOS Software [Amsterdam], C9800 Software (C9800_IOSXE-K9), 17.3.4' },
    'wireless-controller',
  ],
  [{ os: 'junos', sysDescr: 'Juniper Networks, Inc. ex4300-48p Ethernet Switch' }, 'switch'],
  [{ os: 'junos', sysDescr: 'Juniper Networks, Inc. srx340 internet router' }, 'firewall'],
  [{ os: 'junos', sysDescr: 'Juniper Networks, Inc. mx204 internet router' }, 'router'],
  [{ os: 'routeros', sysDescr: 'RouterOS CRS326-24G-2S+' }, 'switch'],
  [{ os: 'routeros', sysDescr: 'RouterOS CCR1036-12G-4S' }, 'router'],
  [{ os: 'windows', sysObjectId: '1.3.6.1.4.1.311.1.1.3.1.2', sysDescr: 'Software: Windows Version 6.3' }, 'server'],
  [
    { os: 'windows', sysObjectId: '1.3.6.1.4.1.311.1.1.3.1.1', sysDescr: 'Software: Windows Version 10.0' },
    'workstation',
  ],
])('a system that runs on several kinds of devices is told by its model: %o', (facts, role) => {
  expect(told(facts)).toBe(role)
})

test('of a device of no known family words decide, then MIBs, LLDP, layers, open ports, and at last its maker', () => {
  expect(roleOf({ sysDescr: 'ACME 24-port Gigabit Ethernet box' })).toMatchObject({
    role: 'switch',
    certainty: 'likely',
  })
  expect(told({ sysDescr: 'ACME thing', hasPrinter: true })).toBe('printer')
  expect(told({ sysDescr: 'ACME Network Management Card', hasUps: true })).toBe('ups')
  expect(told({ capabilities: ['bridge', 'telephone'] })).toBe('phone')
  expect(told({ capabilities: ['bridge', 'wlanAccessPoint', 'router'] })).toBe('access-point')
  expect(told({ capabilities: ['bridge', 'router'] })).toBe('switch')
  expect(told({ bridgePorts: 24 })).toBe('switch')
  expect([2, 4, 6, 72].map((sysServices) => told({ sysServices }))).toEqual(['switch', 'router', 'router', 'server'])
  expect(told({ openPorts: [80, 9100] })).toBe('printer')
  expect(told({ openPorts: [80, 443] })).toBe('unknown')
  expect(told({ openPorts: [22, 80], macVendor: 'Axis Communications AB' })).toBe('camera')
  expect(told({ openPorts: [22, 80] })).toBe('server')
})

test('whatever a device writes of itself, it gets a role and a bounded reason', () => {
  const text = fc.option(fc.string({ maxLength: 5_000 }), { nil: undefined })
  const facts = fc.record({ sysObjectId: text, sysDescr: text, os: text, model: text, vendor: text, macVendor: text })
  fc.assert(
    fc.property(facts, (one) => {
      const { role, evidence } = roleOf(one)
      expect(DEVICE_ROLES).toContain(role)
      expect(evidence.length).toBeLessThanOrEqual(200)
    }),
  )
})
