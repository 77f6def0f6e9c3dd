import { expect, test } from 'vitest'
import { nameInterfaces, type SeenInterface, seriesKey, strongestFact } from './identity.ts'

const place = { site: 'home', address: '192.0.2.1' }
const engineId = '80001f8880c0ffee01'

test('a device is named by the strongest fact that is worth something', () => {
  const rank = (facts: object) => strongestFact({ ...place, ...facts }).rank
  expect(rank({ engineId, serial: 'FOC1234X' })).toBe('engine-id')
  expect(rank({ engineId: '0000000000', serial: 'FOC1234X' })).toBe('serial')
  expect(rank({ serial: 'N/A', chassisMac: '00:00:5e:00:53:01' })).toBe('chassis-mac')
  expect(rank({ chassisMac: 'ff:ff:ff:ff:ff:ff', sysName: 'core-1' })).toBe('name')
  expect(rank({ sysName: 'localhost' })).toBe('address')
})

test('the same device has one name on two addresses and at two sites, and clones have two', () => {
  const chassisMac = '00:00:5e:00:53:01'
  expect(strongestFact({ ...place, chassisMac, sysName: 'vm-1' })).not.toEqual(
    strongestFact({ ...place, chassisMac, sysName: 'vm-2' }),
  )
  const seen = strongestFact({ ...place, engineId, sysName: 'core-1' })
  expect(strongestFact({ site: 'annex', address: '2001:db8::1', engineId, sysName: 'CORE-1' })).toEqual(seen)
  expect(strongestFact({ ...place, engineId, sysName: 'core-2' })).not.toEqual(seen)
})

const seen = (ifIndex: number, given: Partial<SeenInterface>): SeenInterface => ({
  ifIndex,
  ifName: '',
  ifDescr: '',
  ifAlias: '',
  mac: '',
  ...given,
})

test('interfaces keep their names when the device renumbers or renames them', () => {
  const before = nameInterfaces([], [seen(1, { ifName: 'Gi1', mac: 'a' }), seen(2, { ifName: 'Gi2', mac: 'b' })])
  expect(before.map((one) => one.interface)).toEqual(['Gi1', 'Gi2'])
  const renumbered = nameInterfaces(before, [
    seen(11, { ifName: 'Gi2', mac: 'b' }),
    seen(12, { ifName: 'Gi1', mac: 'a' }),
  ])
  expect(renumbered.map((one) => [one.ifIndex, one.interface])).toEqual([
    [11, 'Gi2'],
    [12, 'Gi1'],
  ])
  const renamed = nameInterfaces(before, [
    seen(1, { ifName: 'GigabitEthernet1', mac: 'a' }),
    seen(2, { ifName: 'Gi2', mac: 'b' }),
  ])
  expect(renamed.map((one) => one.interface)).toEqual(['Gi1', 'Gi2'])
})

test('interfaces that show the same are matched in the order of their numbers, while there are as many as before', () => {
  const twins = (...indexes: number[]) => indexes.map((ifIndex) => seen(ifIndex, { ifDescr: 'port' }))
  const before = nameInterfaces([], twins(1, 2))
  const renumbered = nameInterfaces(before, twins(12, 11))
  expect(renumbered.map((one) => [one.ifIndex, one.interface])).toEqual([
    [12, 'port#2'],
    [11, 'port'],
  ])
  expect(nameInterfaces(before, twins(11, 12, 13)).map((one) => one.interface)).toEqual([
    'port#11',
    'port#12',
    'port#13',
  ])
})

test('a port in the same place keeps its name when both its name and its module change', () => {
  const before = nameInterfaces([], [seen(1, { ifName: 'ge-0/0/7', mac: 'a' }), seen(2, { ifName: 'tun0', mac: 'b' })])
  const after = (ifName: string) => nameInterfaces(before, [seen(9, { ifName, mac: 'c' })]).map((one) => one.interface)
  expect([after('xe-0/0/7'), after('port-ge-0/0/7'), after('GE 0/0/7')]).toEqual([
    ['ge-0/0/7'],
    ['ge-0/0/7'],
    ['ge-0/0/7'],
  ])
  // One number is no place: this is another tunnel's device.
  expect(after('tap0')).toEqual(['tap0'])
})

test('a new interface never takes a name that another had, and equal names are told apart', () => {
  const before = nameInterfaces([], [seen(1, { ifName: 'lag', mac: 'a' })])
  const now = nameInterfaces(before, [seen(5, { ifName: 'x', mac: 'a' }), seen(6, { ifName: 'lag', mac: 'c' })])
  expect(new Set(now.map((one) => one.interface)).size).toBe(2)
  const twins = nameInterfaces([], [seen(1, { ifDescr: 'port' }), seen(2, { ifDescr: 'port' }), seen(3, {})])
  expect(twins.map((one) => one.interface)).toEqual(['port', 'port#2', 'if3'])
})

test('equal labels have one key in any order, and an empty label is none', () => {
  expect(seriesKey({ a: '1', b: '2' })).toBe(seriesKey({ b: '2', a: '1', c: '' }))
  expect(seriesKey({ a: '1' })).not.toBe(seriesKey({ a: '1', b: '2' }))
})
