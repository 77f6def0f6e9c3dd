import { DeviceId, SiteName } from '@eyenet/shared/identity'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareDevices, type DeviceTraits } from './same-device.ts'

const id = (digit: number) => DeviceId.parse(`${digit}f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11`)
const traits = (given: Partial<DeviceTraits>): DeviceTraits => ({
  ...{ id: id(1), site: SiteName.parse('home'), kind: 'snmp', rank: 'serial', address: '192.0.2.1' },
  ...{ sysName: 'core-1', sysObjectId: '1.3.6.1.4.1.9.1.1208', engineId: '', serial: '', memberSerials: [] },
  ...{ macs: new Set<string>(), addresses: [] },
  ...given,
})
const kindOf = (a: Partial<DeviceTraits>, b: Partial<DeviceTraits>) =>
  compareDevices(traits(a), traits({ id: id(2), address: '192.0.2.2', ...b })).kind

test('a device with another name, address or engine id is the same by its serial number', () => {
  expect(kindOf({ serial: 'FOC1234X' }, { serial: 'FOC1234X', sysName: 'core-old' })).toBe('same')
  expect(
    kindOf({ serial: 'FOC1234X', engineId: '80000009030001' }, { serial: 'FOC1234X', engineId: '80000009039999' }),
  ).toBe('same')
})

test('different serial numbers are different devices, whatever else is equal', () => {
  expect(kindOf({ serial: 'FOC1234X' }, { serial: 'FOC9999Y' })).toBe('different')
  const macs = new Set(['00005e005301', '00005e005302'])
  expect(kindOf({ serial: 'FOC1234X', macs }, { serial: 'FOC9999Y', macs })).toBe('perhaps')
})

test('a stack whose first member changed is the same, by its members', () => {
  expect(kindOf({ serial: 'FOC1234X' }, { serial: 'FOC9999Y', memberSerials: ['FOC1234X', 'FOC9999Y'] })).toBe('same')
})

test('virtual machines that share a base address and cloned engine ids are not merged', () => {
  const macs = new Set(['02005e005301'])
  expect(kindOf({ sysName: 'vm-1', macs }, { sysName: 'vm-2', macs })).toBe('perhaps')
  const engineId = '80001f8880aabbccdd'
  expect(kindOf({ sysName: 'vm-1', engineId }, { sysName: 'vm-2', engineId })).toBe('perhaps')
})

test('the same interfaces under the same name are one device', () => {
  const macs = new Set(['00005e005301', '00005e005302', '00005e005303'])
  expect(kindOf({ macs }, { macs: new Set([...macs, '00005e005304']) })).toBe('same')
})

test('what is known by an address alone is the device that has the address, within one site', () => {
  const bare = { rank: 'address', sysName: '', sysObjectId: '', kind: 'ping' as const }
  expect(kindOf({ ...bare }, { serial: 'FOC1234X', addresses: ['192.0.2.1'] })).toBe('same')
  expect(kindOf({ ...bare }, { serial: 'FOC1234X', addresses: [] })).toBe('different')
  expect(kindOf({ ...bare, site: SiteName.parse('branch') }, { serial: 'F1234', addresses: ['192.0.2.1'] })).toBe(
    'different',
  )
})

test('an agent’s own machine is never merged without asking', () => {
  expect(kindOf({ kind: 'host', serial: 'abcd1234' }, { serial: 'abcd1234' })).toBe('perhaps')
})

test('serial numbers that say nothing prove nothing', () => {
  for (const serial of ['', '0000', 'N/A', 'unknown', 'Not Specified', 'To be filled by O.E.M.']) {
    expect(kindOf({ serial, sysName: 'a' }, { serial, sysName: 'b' })).toBe('different')
  }
})

test('it does not matter which of the two is asked about', () => {
  const text = fc.constantFrom('', 'core-1', 'vm-1', 'FOC1234X', '80001f8880aabbccdd')
  const macs = fc
    .uniqueArray(fc.constantFrom('00005e005301', '00005e005302', '00005e005303'))
    .map((all) => new Set(all))
  const device = fc
    .record({
      sysName: text,
      engineId: text,
      serial: text,
      memberSerials: fc.array(text),
      macs,
      rank: fc.constantFrom('address', 'serial'),
    })
    .map(traits)
  fc.assert(
    fc.property(device, device, (a, b) => {
      expect(compareDevices(a, b).kind).toBe(compareDevices(b, a).kind)
    }),
  )
})
