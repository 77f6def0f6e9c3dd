import { expect, test } from 'vitest'
import { readerOf } from '../survey.testkit.ts'
import type { SurveyInterface } from '../survey-result.ts'
import { readAddresses } from './addresses.ts'
import { readNeighbors } from './neighbors.ts'
import { readBgpPeers } from './routing.ts'
import { readSupplies } from './supplies.ts'

const port = (ifIndex: number, name: string): SurveyInterface => ({ ifIndex, name, descr: name, alias: '' })

test('LLDP numbers ports by itself: the name of the port finds the interface', async () => {
  const reader = readerOf(`
1.0.8802.1.1.2.1.3.7.1.2.1 = 5
1.0.8802.1.1.2.1.3.7.1.3.1 = "ge-0/0/7"
1.0.8802.1.1.2.1.4.1.1.4.0.1.2 = 4
1.0.8802.1.1.2.1.4.1.1.5.0.1.2 = hex:00 1b 54 00 00 09
1.0.8802.1.1.2.1.4.1.1.6.0.1.2 = 3
1.0.8802.1.1.2.1.4.1.1.7.0.1.2 = hex:00 1b 54 00 00 0a
1.0.8802.1.1.2.1.4.1.1.9.0.1.2 = "core-2"
1.0.8802.1.1.2.1.4.2.1.3.0.1.2.1.4.192.0.2.7 = 2
`)
  expect(await readNeighbors(reader, [port(1, 'lo0'), port(507, 'ge-0/0/7')])).toEqual([
    {
      ...{ protocol: 'lldp', localIfIndex: 507, localPort: 'ge-0/0/7', remoteSysName: 'core-2' },
      ...{ remotePort: '00:1b:54:00:00:0a', remoteChassisId: '00:1b:54:00:00:09', remoteAddress: '192.0.2.7' },
    },
  ])
})

test('an address that both generations of the IP MIB have is one address, with the prefix that one of them knows', async () => {
  const reader = readerOf(`
m.4.20.1.2.192.0.2.1 = 3
m.4.34.1.3.1.4.192.0.2.1 = 3
m.4.34.1.5.1.4.192.0.2.1 = oid:1.3.6.1.2.1.4.32.1.5.3.1.4.192.0.2.0.24
m.4.34.1.3.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1 = 4
m.4.34.1.5.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1 = oid:1.3.6.1.2.1.4.32.1.5.4.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.0.64
`)
  expect(await readAddresses(reader)).toEqual([
    { ip: '192.0.2.1', prefixLength: 24, ifIndex: 3 },
    { ip: '2001:db8::1', prefixLength: 64, ifIndex: 4 },
  ])
})

test('BGP peers of IPv6 come from the vendor’s table, those of both are listed once', async () => {
  const reader = readerOf(`
m.15.3.1.2.192.0.2.1 = 6
m.15.3.1.7.192.0.2.1 = ip:192.0.2.1
m.15.3.1.9.192.0.2.1 = 64500
e.9.9.187.1.2.5.1.3.1.4.192.0.2.1 = 6
e.9.9.187.1.2.5.1.11.1.4.192.0.2.1 = 64500
e.9.9.187.1.2.5.1.3.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.2 = 3
e.9.9.187.1.2.5.1.11.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.2 = 64501
`)
  expect(await readBgpPeers(reader)).toEqual([
    { peer: '192.0.2.1', remoteAs: 64500, state: 'established' },
    { peer: '2001:db8::2', remoteAs: 64501, state: 'active' },
  ])
})

test('a waste box is as full as what it has taken, and a level that says only that some is left is half', async () => {
  const reader = readerOf(`
m.43.11.1.1.4.1.1 = 3
m.43.11.1.1.5.1.1 = 3
m.43.11.1.1.6.1.1 = "Black toner"
m.43.11.1.1.8.1.1 = 200
m.43.11.1.1.9.1.1 = 50
m.43.11.1.1.4.1.2 = 4
m.43.11.1.1.5.1.2 = 4
m.43.11.1.1.6.1.2 = "Waste"
m.43.11.1.1.8.1.2 = 100
m.43.11.1.1.9.1.2 = 90
m.43.11.1.1.5.1.3 = 9
m.43.11.1.1.6.1.3 = "Drum"
m.43.11.1.1.9.1.3 = -3
`)
  expect(await readSupplies(reader)).toMatchObject([
    { name: 'Black toner', kind: 'toner', percent: 25 },
    { name: 'Waste', kind: 'wasteToner', percent: 10 },
    { name: 'Drum', kind: 'opc', percent: 50 },
  ])
})
