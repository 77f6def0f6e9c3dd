import { expect, test } from 'vitest'
import { readerOf } from '../survey.testkit.ts'
import { readBridge } from './bridge.ts'
import { readArp, readForwarding } from './link-tables.ts'

const SWITCH = `
m.17.1.1.0 = hex:00 00 5e 00 53 01
m.17.1.4.1.2.1 = 101
m.17.1.4.1.2.2 = 102
m.17.2.2.0 = 32768
m.17.2.3.0 = 6000
m.17.2.4.0 = 3
m.17.2.5.0 = hex:10 00 00 00 5e 00 53 ff
m.17.2.6.0 = 4
m.17.2.7.0 = 2
m.17.2.15.1.3.1 = 5
m.17.2.15.1.3.2 = 2
m.17.2.15.1.8.1 = hex:00 00 00 00 00 00 00 00
m.17.2.15.1.9.1 = hex:00 00
m.17.2.15.1.8.2 = hex:10 00 00 00 5e 00 53 ff
m.17.2.15.1.9.2 = hex:80 1a
m.17.7.1.4.2.1.3.0.20 = 7
m.17.7.1.2.2.1.2.7.0.0.94.0.83.9 = 2
m.17.7.1.2.2.1.3.7.0.0.94.0.83.9 = 3
m.17.7.1.2.2.1.2.7.0.0.94.0.83.10 = 0
m.17.7.1.2.2.1.3.7.0.0.94.0.83.10 = 2
m.4.22.1.2.5.192.0.2.7 = hex:00 00 5e 00 53 09
m.4.22.1.4.5.192.0.2.7 = 3
m.4.35.1.4.5.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.7 = hex:00 00 5e 00 53 09
m.4.35.1.6.5.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.7 = 3
`

test('a bridge tells its spanning tree and how each of its ports stands', async () => {
  expect(await readBridge(readerOf(SWITCH))).toEqual({
    address: '00:00:5e:00:53:01',
    spanningTree: {
      ...{ priority: 32_768, root: '1000-00:00:5e:00:53:ff', isRoot: false, rootCost: 4, rootPort: 2 },
      ...{ topologyChanges: 3, secondsSinceChange: 60 },
    },
    ports: [
      { port: 1, ifIndex: 101, state: 'forwarding' },
      {
        ...{ port: 2, ifIndex: 102, state: 'blocking' },
        ...{ designatedBridge: '1000-00:00:5e:00:53:ff', designatedPort: 0x801a },
      },
    ],
  })
})

test('what is no bridge has none', async () => {
  expect(await readBridge(readerOf('m.1.5.0 = "thing"'))).toBeUndefined()
})

test('an address is found behind its interface and in the VLAN that learns into its database', async () => {
  expect(await readForwarding(readerOf(SWITCH))).toEqual([
    { mac: '00:00:5e:00:53:09', vlan: 20, ifIndex: 102, status: 'learned' },
  ])
})

test('neighbours of both IP generations are told', async () => {
  expect(await readArp(readerOf(SWITCH))).toEqual([
    { ip: '2001:db8::7', mac: '00:00:5e:00:53:09', ifIndex: 5, type: 'dynamic' },
    { ip: '192.0.2.7', mac: '00:00:5e:00:53:09', ifIndex: 5, type: 'dynamic' },
  ])
})
