import { DeviceId } from '@eyenet/shared/identity'
import { LinksReport } from '@eyenet/shared/wire'
import pino from 'pino'
import { beforeEach, expect, test } from 'vitest'
import { Collector } from '../device/collector.testkit.ts'
import { FakeSnmp } from '../device/fake-snmp.testkit.ts'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { LinkWatch, type WatchedLinks } from './links.ts'

const DEVICE = DeviceId.parse('00000000-0000-4000-8000-000000000001')
const EVERY_MS = 300_000
const LLDP = '1.0.8802.1.1.2.1'
const BRIDGE = '1.3.6.1.2.1.17'
const PORT_NUMBERS = [1, 2, 3]

let snmp: FakeSnmp
let clock: FakeClock
let told: Collector
let now: WatchedLinks
let down: string[]
let watch: LinkWatch

/** A switch with three ports, whose bridge and LLDP agent count them as 1 to 3 while their ifIndex is 101 to 103. */
beforeEach(() => {
  snmp = new FakeSnmp()
  clock = new FakeClock(1_700_000_000_000)
  told = new Collector()
  down = []
  now = {
    device: DEVICE,
    sysObjectId: '1.3.6.1.4.1.8072.3.2.10',
    interfaces: PORT_NUMBERS.map((port) => ({
      ...{ interface: `port ${port}`, ifIndex: 100 + port, ifName: `ge${port}`, ifDescr: `Gigabit ${port}` },
      ...{ ifAlias: '', ifType: 6, mac: `00:00:5e:00:53:0${port}` },
    })),
    isDown: (port) => down.includes(port),
  }
  for (const port of PORT_NUMBERS) {
    snmp.set(`${BRIDGE}.1.4.1.2.${port}`, 100 + port)
    snmp.set(`${LLDP}.3.7.1.2.${port}`, 5)
    snmp.set(`${LLDP}.3.7.1.3.${port}`, `ge${port}`)
  }
  snmp.set(`${BRIDGE}.1.1.0`, mac('00005e005300'))
  snmp.set(`${LLDP}.3.1.0`, 4)
  snmp.set(`${LLDP}.3.2.0`, mac('00005e005301'))
  hears(2, 'core-1')
  station('00005e005391', 1)
  station('00005e005392', 3)
  watch = watchWith(EVERY_MS)
})

function watchWith(everyMs: number): LinkWatch {
  const turns = { run: async <T>(read: () => Promise<T>): Promise<T> => read() }
  const logger = pino({ level: 'silent' })
  const device = snmp.engine().device({ address: '192.0.2.1', credential: { version: '2c', community: 'public' } })
  return new LinkWatch(device, { everyMs, clock, logger, outbox: told, turns })
}

function mac(hex: string): { kind: 'octets'; value: Uint8Array } {
  return { kind: 'octets', value: Buffer.from(hex, 'hex') }
}

function hears(port: number, name: string): void {
  for (const oid of [...snmp.values.keys()]) if (oid.startsWith(`${LLDP}.4.1.1.`)) snmp.values.delete(oid)
  const row = `0.${port}.1`
  snmp.set(`${LLDP}.4.1.1.4.${row}`, 4)
  snmp.set(`${LLDP}.4.1.1.5.${row}`, mac('00005e0053c0'))
  snmp.set(`${LLDP}.4.1.1.6.${row}`, 5)
  snmp.set(`${LLDP}.4.1.1.7.${row}`, 'xe7')
  snmp.set(`${LLDP}.4.1.1.9.${row}`, name)
  snmp.set(`${LLDP}.4.1.1.12.${row}`, mac('2800'))
}

function station(address: string, port: number, table = snmp): void {
  const index = Buffer.from(address, 'hex').join('.')
  table.set(`${BRIDGE}.4.3.1.2.${index}`, port)
  table.set(`${BRIDGE}.4.3.1.3.${index}`, 3)
}

async function poll(afterMs = 0): Promise<LinksReport[]> {
  const before = told.findings.length
  await clock.advance(afterMs)
  watch.polled(() => now)
  await watch.settled()
  return reportsFrom(before)
}

function reportsFrom(first: number): LinksReport[] {
  return told.findings.slice(first).map((one) => LinksReport.parse({ ...one, epoch: '0123456789abcdef', seq: 1 }))
}

test('the first poll tells all parts in the names of the interfaces, whatever the tables count by', async () => {
  const [report] = await poll()
  expect(report).toMatchObject({
    device: DEVICE,
    identifiers: ['00:00:5e:00:53:00', '00:00:5e:00:53:01'],
    neighbors: [
      {
        protocol: 'lldp',
        port: 'port 2',
        remoteSysName: 'core-1',
        remotePort: 'xe7',
        remoteChassisId: '00:00:5e:00:53:c0',
        capabilities: ['bridge', 'router'],
      },
    ],
    bridge: { address: '00:00:5e:00:53:00', ports: [{ port: 'port 1' }, { port: 'port 2' }, { port: 'port 3' }] },
    forwarding: [
      { port: 'port 1', vlan: 0, macs: '00005e005391' },
      { port: 'port 3', vlan: 0, macs: '00005e005392' },
    ],
    arp: [],
    truncated: [],
  })
})

test('what has not changed is neither read before its time nor told again, and all is told daily', async () => {
  await poll()
  const { walks } = snmp
  expect(await poll(EVERY_MS - 1)).toEqual([])
  expect(snmp.walks).toBe(walks)
  expect(await poll(1)).toEqual([])
  expect(snmp.walks).toBeGreaterThan(walks)
  const [daily] = await poll(86_400_000)
  expect(Object.keys(daily ?? {})).toEqual(expect.arrayContaining(['neighbors', 'forwarding', 'vlans', 'routing']))
})

test('a moved cable is told alone, soon after its port went up, and once however many ports moved', async () => {
  await poll()
  hears(3, 'core-1')
  const before = told.findings.length
  for (let times = 0; times < 3; times++) watch.changed(() => now)
  await clock.advance(10_000)
  await watch.settled()
  const [moved, ...more] = reportsFrom(before)
  expect(more).toEqual([])
  expect(moved?.neighbors).toMatchObject([{ port: 'port 3', remoteSysName: 'core-1' }])
  expect(moved).not.toHaveProperty('forwarding')
  hears(1, 'core-1')
  await clock.advance(30_000)
  await watch.settled()
  expect(reportsFrom(before).at(-1)?.neighbors).toMatchObject([{ port: 'port 1' }])
})

test('a station that is silent stays for an hour, one that moved is told at once, one whose port is down leaves', async () => {
  await poll()
  for (const column of [2, 3]) snmp.values.delete(`${BRIDGE}.4.3.1.${column}.0.0.94.0.83.145`)
  expect(await poll(EVERY_MS)).toEqual([])
  station('00005e005392', 2)
  expect((await poll(EVERY_MS))[0]?.forwarding).toEqual([
    { port: 'port 1', vlan: 0, macs: '00005e005391' },
    { port: 'port 2', vlan: 0, macs: '00005e005392' },
  ])
  down = ['port 1']
  expect((await poll(EVERY_MS))[0]?.forwarding).toEqual([{ port: 'port 2', vlan: 0, macs: '00005e005392' }])
})

test('a table that meets silence half way is not told, and what is known of it stands', async () => {
  await poll()
  snmp.hangsAt = `${LLDP}.4`
  hears(3, 'other')
  station('00005e005393', 3)
  const [report] = await poll(EVERY_MS)
  expect(report).toHaveProperty('forwarding')
  expect(report).not.toHaveProperty('neighbors')
})

test('a device that is silent is told nothing of', async () => {
  snmp.failure = { kind: 'timeout', attempts: 3 }
  expect(await poll()).toEqual([])
})

test('the tables of a Catalyst are read VLAN by VLAN; one that is silent is not asked again for an hour', async () => {
  now = { ...now, sysObjectId: '1.3.6.1.4.1.9.1.516' }
  for (const vlan of [1, 10, 20, 1002]) {
    snmp.set(`1.3.6.1.4.1.9.9.46.1.3.1.1.4.1.${vlan}`, `vlan ${vlan}`)
    const inVlan = new FakeSnmp()
    snmp.contexts.set(String(vlan), inVlan)
    for (const port of PORT_NUMBERS) inVlan.set(`${BRIDGE}.1.4.1.2.${port}`, 100 + port)
    if (vlan === 10) station('00005e0053a0', 2, inVlan)
    if (vlan === 20) inVlan.failure = { kind: 'timeout', attempts: 3 }
  }
  const [report] = await poll()
  expect(report?.forwarding).toContainEqual({ port: 'port 2', vlan: 10, macs: '00005e0053a0' })
  expect(report?.vlans).toContainEqual({ id: 10, name: 'vlan 10' })
  const walks = (): number[] => [10, 20, 1002].map((vlan) => snmp.contexts.get(String(vlan))?.walks ?? 0)
  const [ten = 0, twenty, old] = walks()
  expect([ten > 0, twenty, old]).toEqual([true, 1, 0])
  await poll(EVERY_MS)
  expect(walks()).toEqual([2 * ten, 1, 0])
  await poll(3_600_000)
  expect(walks()).toEqual([3 * ten, 2, 0])
})

test('no table of a device with nothing but a name is walked', async () => {
  snmp.values.clear()
  snmp.set('1.3.6.1.2.1.1.5.0', 'meter')
  await poll()
  const { walks } = snmp
  expect(walks).toBe(0)
})
