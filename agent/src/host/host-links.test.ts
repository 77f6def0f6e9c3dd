import { DeviceId } from '@eyenet/shared/identity'
import { type HeardNeighbor, LinksReport } from '@eyenet/shared/wire'
import pino from 'pino'
import { beforeEach, expect, test } from 'vitest'
import { Collector } from '../device/collector.testkit.ts'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { HostLinks } from './host-links.ts'
import { parseArp, parseNeighbors6 } from './neighbor-tables.ts'
import { type HostLinkReading, readHostLinks } from './read-host-links.ts'

const DEVICE = DeviceId.parse('00000000-0000-4000-8000-000000000001')
const GATEWAY = { ip: '192.0.2.254', mac: '00:00:5e:00:53:fe', port: 'eth0' }
const PORTS = [
  { name: 'eth0', operState: 'up' },
  { name: 'docker0', operState: 'up' },
]

let clock: FakeClock
let told: Collector
let reading: HostLinkReading
let heard: HeardNeighbor[]
let links: HostLinks

beforeEach(() => {
  clock = new FakeClock(1_700_000_000_000)
  told = new Collector()
  heard = []
  reading = {
    addresses: [
      { ip: '192.0.2.7', prefixLength: 24, port: 'eth0', mac: '00:00:5e:00:53:07' },
      { ip: '172.17.0.1', prefixLength: 16, port: 'docker0', mac: '02:42:ac:11:00:01' },
    ],
    neighbors: [GATEWAY, { ip: '172.17.0.2', mac: '02:42:ac:11:00:02', port: 'docker0' }],
    gateway: { ip: GATEWAY.ip, port: 'eth0' },
    bundles: [],
  }
  links = new HostLinks({
    ...{ clock, outbox: told, logger: pino({ level: 'silent' }) },
    everyMs: () => 300_000,
    heard: () => heard,
    read: async () => reading,
  })
})

async function poll(afterMs: number, ports = PORTS): Promise<LinksReport[]> {
  const before = told.findings.length
  await clock.advance(afterMs)
  await links.polled(DEVICE, ports)
  return told.findings.slice(before).map((one) => LinksReport.parse({ ...one, epoch: '0123456789abcdef', seq: 1 }))
}

test('a machine tells its addresses, neighbours and gateway, and nothing of the networks inside it', async () => {
  const [report] = await poll(0)
  expect(report).toMatchObject({
    device: DEVICE,
    identifiers: ['00:00:5e:00:53:07'],
    addresses: [{ ip: '192.0.2.7', prefixLength: 24, port: 'eth0' }],
    arp: [GATEWAY],
    gateways: [{ ip: '192.0.2.254', port: 'eth0' }],
  })
  expect(JSON.stringify(report)).not.toContain('172.17')
})

test('an interface that changed its state, or a neighbour that was heard, is told at once; else it waits for its time', async () => {
  await poll(0)
  reading = { ...reading, gateway: { ip: '192.0.2.253', port: 'eth0' } }
  expect(await poll(10_000)).toEqual([])
  const [other] = await poll(10_000, [{ name: 'eth0', operState: 'down' }])
  expect(other).toMatchObject({ gateways: [{ ip: '192.0.2.253' }] })
  expect(other).not.toHaveProperty('addresses')
  heard = [{ protocol: 'lldp', port: 'eth0', remoteSysName: 'access-1', remotePort: 'ge7' }]
  expect(await poll(10_000, [{ name: 'eth0', operState: 'down' }])).toMatchObject([{ neighbors: heard }])
})

test('neighbours are read out of what the kernel prints; those that do not answer are none', () => {
  const arp = `IP address       HW type     Flags       HW address            Mask     Device
192.0.2.254      0x1         0x2         00:00:5E:00:53:fe     *        eth0
192.0.2.9        0x1         0x0         00:00:00:00:00:00     *        eth0
`
  expect(parseArp(arp)).toEqual([GATEWAY])
  const text = `fe80::200:5eff:fe00:53fe dev eth0 lladdr 00:00:5e:00:53:fe router STALE
2001:db8::9 dev eth0 FAILED
2001:db8::a dev eth1 proto zebra lladdr 00:00:5e:00:53:0a DELAY
`
  expect(parseNeighbors6(text)).toEqual([
    { ip: 'fe80::200:5eff:fe00:53fe', mac: '00:00:5e:00:53:fe', port: 'eth0' },
    { ip: '2001:db8::a', mac: '00:00:5e:00:53:0a', port: 'eth1' },
  ])
})

test('this machine can be read', async () => {
  const found = await readHostLinks(['lo'])
  expect(found.bundles).toEqual([])
  for (const { ip } of found.addresses) expect(ip).not.toBe('127.0.0.1')
})
