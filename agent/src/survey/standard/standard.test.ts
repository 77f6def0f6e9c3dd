import { expect, test } from 'vitest'
import { readerOf } from '../survey.testkit.ts'
import { readInventory } from './entity.ts'
import { readInterfaces } from './interfaces.ts'
import { readLldp } from './lldp.ts'
import { withDetails } from './part-details.ts'
import { readPings } from './pings.ts'
import { readPrinters } from './printers.ts'
import { readVendorInventory } from './vendor-inventory.ts'
import { readVlans } from './vlans.ts'

test('an interface tells its duplex, and a bundle its members by either MIB', async () => {
  const found = await readInterfaces(
    readerOf(`
m.2.2.1.2.1 = "eth1"
m.2.2.1.2.2 = "eth2"
m.2.2.1.2.9 = "bond0"
m.10.7.2.1.19.1 = 3
m.10.7.2.1.19.2 = 2
m.31.1.2.1.3.9.1 = 1
1.2.840.10006.300.43.1.2.1.1.13.1 = 9
1.2.840.10006.300.43.1.2.1.1.13.2 = 9
1.2.840.10006.300.43.1.2.1.1.13.9 = 0
`),
  )
  expect(found.map(({ name, duplex, lower }) => ({ name, duplex, lower }))).toEqual([
    { name: 'eth1', duplex: 'full', lower: undefined },
    { name: 'eth2', duplex: 'half', lower: undefined },
    { name: 'bond0', duplex: undefined, lower: [1, 2] },
  ])
})

test('a part tells its state and what alarms stand', async () => {
  const [part] = await readInventory(
    readerOf(`
m.47.1.1.1.1.5.7 = 6
m.47.1.1.1.1.7.7 = "PSU 1"
m.131.1.1.1.2.7 = 4
m.131.1.1.1.3.7 = 2
m.131.1.1.1.5.7 = hex:24
m.131.1.1.1.6.7 = 4
`),
  )
  expect(part?.state).toEqual({
    ...{ admin: 'unlocked', oper: 'disabled', standby: 'providingService', alarms: ['critical', 'warning'] },
  })
})

test('a telephone heard by LLDP-MED tells its model and serial number', async () => {
  const remote = '1.0.8802.1.1.2.1.4.1.1'
  const med = '1.0.8802.1.1.2.1.5.4795.1.3.3.1'
  const [neighbor] = await readLldp(
    readerOf(`
${remote}.4.0.3.1 = 4
${remote}.5.0.3.1 = hex:00 00 5e 00 53 07
${remote}.7.0.3.1 = "1"
${remote}.9.0.3.1 = "phone"
${remote}.12.0.3.1 = hex:24
${med}.4.0.3.1 = "SN0001"
${med}.6.0.3.1 = "T100"
`),
    [],
  )
  expect(neighbor).toMatchObject({
    ...{ remoteSysName: 'phone', remoteCapabilities: ['bridge', 'telephone'] },
    remotePart: { serial: 'SN0001', model: 'T100' },
  })
})

test('a switch without a table of VLANs has those of its VLAN interfaces', async () => {
  const vlan = { type: 135, descr: '', alias: '', ifIndex: 1 }
  const interfaces = [
    { ...vlan, name: 'vlan200' },
    { ...vlan, name: 'eth0.7', alias: 'voice' },
    { ...vlan, name: 'eth0.8', type: 6 },
  ]
  expect(await readVlans(readerOf(''), interfaces)).toEqual([
    { id: 7, name: 'voice' },
    { id: 200, name: 'vlan200' },
  ])
})

test('a printer tells what is wrong with it', async () => {
  const { printers, sensors } = await readPrinters(
    readerOf(`
m.25.3.2.1.3.1 = "Laser 100"
m.25.3.2.1.5.1 = 3
m.25.3.5.1.1.1 = 3
m.25.3.5.1.2.1 = hex:44
m.43.10.2.1.4.1.1 = 1200
m.43.18.1.1.8.1.5 = "Paper jam in tray 2"
`),
  )
  expect(printers).toEqual([
    {
      ...{ name: 'Laser 100', status: 'idle', errors: ['noPaper', 'jammed'], lifeCount: 1200 },
      alerts: ['Paper jam in tray 2'],
    },
  ])
  expect(sensors).toMatchObject([
    { kind: 'state', value: 3, states: { 3: 'warning' } },
    { kind: 'state', value: 2, states: { 2: 'noPaper' } },
  ])
})

test('a test that a device runs by itself is told with its owner and name', async () => {
  const index = '2.110.111.3.119.97.110'
  expect(await readPings(readerOf(`m.80.1.3.1.3.${index} = hex:c0 00 02 01\nm.80.1.3.1.6.${index} = 12`))).toEqual([
    { owner: 'no', test: 'wan', target: '192.0.2.1', averageRttMs: 12 },
  ])
})

test('a router without ENTITY-MIB has the parts of its vendor’s table, numbered by where they are', async () => {
  const parts = await readVendorInventory(
    readerOf(`
e.2636.3.1.6.1.4.1 = 0
e.2636.3.1.6.1.6.1 = "chassis frame"
e.2636.3.1.6.1.4.4 = 1
e.2636.3.1.6.1.6.4 = "FAN slot"
e.2636.3.1.8.1.6.4.2.0.0 = "CPU fan 2"
e.2636.3.1.8.1.7.4.2.0.0 = "SN0002"
`),
  )
  expect(parts).toEqual([
    { index: 1, class: 'chassis', name: 'chassis frame', descr: 'chassis frame', containedIn: 0 },
    { index: 4, class: 'container', name: 'FAN slot', descr: 'FAN slot', containedIn: 1 },
    { index: 2_000_004, class: 'fan', name: 'CPU fan 2', descr: 'CPU fan 2', serial: 'SN0002', containedIn: 4 },
  ])
})

test('a part takes its model from the vendor where ENTITY-MIB has none', async () => {
  const part = { index: 7, class: 'module', name: 'Board', serial: 'SN0007' }
  const reader = readerOf('e.2011.5.25.31.1.1.2.1.11.7 = "B100"\ne.2011.5.25.31.1.1.3.1.4.7 = "SN0008"')
  expect(await withDetails(reader, [part])).toEqual([{ ...part, model: 'B100' }])
})

test('a printer without a table of printers is known by its kind of device', async () => {
  const { sensors } = await readPrinters(
    readerOf(`
m.25.3.2.1.2.1 = oid:1.3.6.1.2.1.25.3.1.5
m.25.3.2.1.5.1 = 2
m.25.3.2.1.2.2 = oid:1.3.6.1.2.1.25.3.1.4
m.25.3.2.1.5.2 = 2
m.43.11.1.1.6.1.1 = "Black"
`),
  )
  expect(sensors).toMatchObject([{ value: 2, oid: '1.3.6.1.2.1.25.3.2.1.5.1' }])
})
