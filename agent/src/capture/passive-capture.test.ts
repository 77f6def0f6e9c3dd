import { DeviceId } from '@eyenet/shared/identity'
import { DiscoveredReport } from '@eyenet/shared/wire'
import pino from 'pino'
import { beforeEach, expect, test } from 'vitest'
import { Collector } from '../device/collector.testkit.ts'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { PassiveCapture } from './capture.ts'
import { arpFrame, dhcpRequest, lldpFrame, mdnsAnswer } from './frames.testkit.ts'
import type { CaptureTold } from './tcpdump.ts'

const DEVICE = DeviceId.parse('00000000-0000-4000-8000-000000000001')
const MAC = '00:00:5e:00:53:21'
const MINUTE_MS = 60_000

let clock: FakeClock
let told: Collector
let interfaces: string[]
/** What was opened, in order. */
let opened: { readonly name: string; readonly told: CaptureTold; isStopped: boolean }[]
let capture: PassiveCapture

beforeEach(() => {
  clock = new FakeClock(1_700_000_000_000)
  told = new Collector()
  interfaces = ['eth0']
  opened = []
  capture = new PassiveCapture({
    ...{ clock, outbox: told, logger: pino({ level: 'silent' }), device: () => DEVICE, interfaces: () => interfaces },
    open(name, frames) {
      const one = { name, told: frames, isStopped: false }
      opened.push(one)
      return {
        stop() {
          one.isStopped = true
        },
      }
    },
  })
})

function reports(): DiscoveredReport[] {
  return told.findings.map((one) => DiscoveredReport.parse({ ...one, epoch: '0123456789abcdef', seq: 1 }))
}

test('nothing is opened until it is wanted, and everything is stopped when it is not any more', async () => {
  await clock.advance(MINUTE_MS)
  expect(opened).toEqual([])
  capture.want(true)
  interfaces = ['eth0', 'eth1']
  await clock.advance(MINUTE_MS)
  expect(opened.map(({ name }) => name)).toEqual(['eth0', 'eth1'])
  interfaces = ['eth1']
  await clock.advance(MINUTE_MS)
  expect(opened.map(({ isStopped }) => isStopped)).toEqual([true, false])
  capture.want(false)
  expect(opened.map(({ isStopped }) => isStopped)).toEqual([true, true])
  await clock.advance(10 * MINUTE_MS)
  expect(opened).toHaveLength(2)
})

test('who is seen is told once, with a name and a role as they become known', async () => {
  capture.want(true)
  opened[0]?.told.frame(arpFrame(MAC, '192.0.2.42'))
  await clock.advance(MINUTE_MS)
  expect(reports()).toMatchObject([
    { items: [{ mac: MAC, address: '192.0.2.42', how: 'passive', via: { device: DEVICE, port: 'eth0' } }] },
  ])
  opened[0]?.told.frame(arpFrame(MAC, '192.0.2.42'))
  await clock.advance(MINUTE_MS)
  expect(reports()).toHaveLength(1)
  opened[0]?.told.frame(mdnsAnswer(MAC))
  opened[0]?.told.frame(dhcpRequest('00:00:5e:00:53:22', 'laptop-7'))
  await clock.advance(MINUTE_MS)
  expect(reports()[1]?.items).toMatchObject([
    { mac: MAC, hostname: 'printer7.local', role: 'printer' },
    { mac: '00:00:5e:00:53:22', hostname: 'laptop-7', vendor: 'MSFT 5.0' },
  ])
})

test('who is heard is there for as long as the frame says, and gone at once where it says so', async () => {
  capture.want(true)
  opened[0]?.told.frame(lldpFrame())
  opened[0]?.told.frame(lldpFrame({ port: 'ge-0/0/8' }))
  const ports = () => capture.heard().map(({ port, remotePort }) => [port, remotePort])
  expect(ports()).toEqual([
    ['eth0', 'ge-0/0/7'],
    ['eth0', 'ge-0/0/8'],
  ])
  opened[0]?.told.frame(lldpFrame({ port: 'ge-0/0/8', ttl: 0 }))
  expect(ports()).toEqual([['eth0', 'ge-0/0/7']])
  await clock.advance(120_000)
  expect(ports()).toEqual([])
})

test('a capture that ends is begun again later and later, and soon after it ran well', async () => {
  capture.want(true)
  const starts: number[] = []
  for (let count = 0; count < 12; count++) {
    const before = clock.monotonicMs()
    opened.at(-1)?.told.ended('no permission')
    const { length } = opened
    while (opened.length === length) await clock.advance(1_000)
    starts.push((clock.monotonicMs() - before) / 1_000)
  }
  expect(starts).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
  await clock.advance(2 * MINUTE_MS)
  opened.at(-1)?.told.ended('the interface went down')
  const { length } = opened
  await clock.advance(1_000)
  expect(opened).toHaveLength(length + 1)
})

test('a flood of frames, and of made-up stations, is cut and counted', async () => {
  capture.want(true)
  const mac = (count: number): string =>
    `00:00:5e:01:${[count >> 8, count & 0xff].map((octet) => octet.toString(16).padStart(2, '0')).join(':')}`
  for (let count = 0; count < 800; count++) opened[0]?.told.frame(arpFrame(mac(count), '192.0.2.7'))
  expect(capture.dropped).toBe(300)
  await clock.advance(1_000)
  for (let count = 800; count < 1_000; count++) opened[0]?.told.frame(arpFrame(mac(count), '192.0.2.7'))
  expect(capture.dropped).toBe(500)
  await clock.advance(MINUTE_MS)
  expect(reports().flatMap(({ items }) => items)).toHaveLength(500)
})
