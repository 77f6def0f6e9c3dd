import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfig } from '@eyenet/shared/config'
import { type Discovered, DiscoveredReport, DiscoverySettings } from '@eyenet/shared/wire'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { NewDiscovered } from '../buffer/buffer.ts'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { Discovery } from './discovery.ts'
import { effectiveDiscovery, networksOf } from './effective-discovery.ts'
import { FakeNetwork } from './fake-network.testkit.ts'

const START = 1_700_000_000_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const RUN = '6f1b6a52-9a5e-4b0c-9d5c-0f2f6a6d7a01'
const RUN_2 = '6f1b6a52-9a5e-4b0c-9d5c-0f2f6a6d7a02'

let clock: FakeClock
let network: FakeNetwork
let folder: string
let reports: NewDiscovered[]
let watched: string[]
const open: Discovery[] = []

beforeEach(() => {
  clock = new FakeClock(START)
  network = new FakeNetwork(clock)
  folder = mkdtempSync(join(tmpdir(), 'eyenet-discovery-'))
  reports = []
  watched = []
})

afterEach(() => {
  for (const one of open.splice(0)) one.close()
  rmSync(folder, { recursive: true })
})

type Told = Partial<DiscoverySettings> & { readonly networks: string[] }

function settingsOf(told: Told, yaml = '') {
  const parsed = parseConfig({ file: 'x', text: yaml, environment: {}, readSecret: () => '' })
  if (parsed.kind === 'invalid') throw new Error(parsed.problems[0]?.message)
  return effectiveDiscovery(parsed.config.agent, DiscoverySettings.parse({ everySeconds: 0, ...told }))
}

const communities = (...names: string[]): DiscoverySettings['credentials'] =>
  names.map((name) => ({ id: `id-${name}`, credential: { version: '2c', community: name } }))

function opened(told: Told): Discovery {
  const parts = {
    ...{ site: 'hq', file: join(folder, 'discovery.db'), clock, logger: pino({ level: 'silent' }) },
    ...{ pinger: network.pinger, snmp: network.engine(), knock: network.knock },
    ...{ nameOf: network.nameOf, macOf: network.macOf },
    own: () => ({ networks: networksOf(['10.0.0.0/26']), addresses: networksOf(['10.0.0.5']) }),
    watched: () => watched,
    append: (report: NewDiscovered) => {
      DiscoveredReport.parse({ ...report, epoch: '0123456789abcdef', seq: 1 })
      reports.push(report)
    },
  }
  const discovery = new Discovery(parts, settingsOf(told))
  open.push(discovery)
  discovery.start()
  return discovery
}

const found = (): Discovered[] => reports.flatMap(({ items }) => items)
const progress = () => reports.flatMap((report) => (report.progress ? [report.progress] : []))
const addresses = (): string[] => found().map(({ address = '' }) => address)

test('a sweep finds what answers, with who it is by SNMP and which ports are open', async () => {
  network.hosts.set('10.0.0.9', {
    ping: true,
    community: 'site',
    sysName: 'sw-9',
    ports: [22, 443],
    mac: '02:00:00:00:00:09',
  })
  network.hosts.set('10.0.0.10', { ping: true, ports: [80] })
  const discovery = opened({ networks: ['10.0.0.0/28'], credentials: communities('public', 'site') })
  expect(discovery.discover({ id: RUN })).toMatchObject({ kind: 'discover', ok: true, total: 13 })
  await clock.advance(MINUTE)
  expect(found()).toEqual([
    expect.objectContaining({
      ...{ address: '10.0.0.9', ports: [22, 443], mac: '02:00:00:00:00:09' },
      snmp: expect.objectContaining({ credential: 'id-site', port: 161, sysName: 'sw-9', identityRank: 'name' }),
    }),
    expect.objectContaining({ address: '10.0.0.10', how: 'sweep', ports: [80], rttSeconds: 0.001 }),
  ])
  expect(progress().at(-1)).toMatchObject({ run: RUN, state: 'done', done: 13, total: 13, answered: 2, heldBack: 0 })
})

test('network, broadcast and own addresses and what is excluded are not asked', async () => {
  network.bounds = networksOf(['10.0.0.56/29'])
  opened({ networks: ['10.0.0.56/29'], exclude: ['10.0.0.60'] }).discover({ id: RUN })
  await clock.advance(MINUTE)
  // 10.0.0.63 is also the broadcast address of this machine's own /26.
  expect([...new Set(network.asked('ping').map(({ address }) => address))]).toEqual(
    [57, 58, 59, 61, 62].map((last) => `10.0.0.${last}`),
  )
})

test('a /22 with 200 devices is swept in under five minutes at fifty packets a second', async () => {
  network.bounds = networksOf(['10.1.0.0/22'])
  for (let at = 0; at < 200; at++) {
    const address = `10.1.${at % 4}.${1 + Math.floor(at / 4) * 5}`
    network.hosts.set(address, { ping: true, community: at % 2 === 0 ? 'site' : 'other', ports: [22, 80] })
  }
  const discovery = opened({ networks: ['10.1.0.0/22'], credentials: communities('public', 'site') })
  discovery.discover({ id: RUN })
  await clock.advance(5 * MINUTE)
  const last = progress().at(-1)
  expect(last).toMatchObject({ state: 'done', done: 1_022, answered: 200 })
  expect(found().filter(({ snmp }) => snmp !== undefined)).toHaveLength(100)
  // What the fake network does not see, the ends of TCP connections, is paid for too.
  const { packets } = discovery.counts
  expect(packets).toBeGreaterThanOrEqual(network.sent.length)
  const seconds = (network.sent.at(-1)?.at ?? 0) / 1_000
  expect(packets / seconds).toBeLessThanOrEqual(50.5)
  expect(packets / seconds).toBeGreaterThan(45)
  for (let from = 0; from < seconds; from++) {
    const within = network.sent.filter(({ at }) => at >= from * 1_000 && at < (from + 1) * 1_000)
    expect(within.length).toBeLessThanOrEqual(55)
  }
})

test('a device sees three credentials an hour, also over a restart, and the others when the hour is over', async () => {
  network.hosts.set('10.0.0.9', { ping: true, community: 'e' })
  const told = { networks: ['10.0.0.9/32'], credentials: communities('a', 'b', 'c', 'd', 'e') }
  const tried = (): string[] => network.asked('snmp', '10.0.0.9').map(({ word }) => word)
  const first = opened(told)
  first.discover({ id: RUN })
  await clock.advance(MINUTE)
  expect(tried()).toEqual(['a', 'b', 'c'])
  expect(progress().at(-1)).toMatchObject({ state: 'done', heldBack: 1 })
  expect(first.counts.heldBack).toBe(1)
  first.close()
  const second = opened(told)
  second.discover({ id: RUN_2 })
  await clock.advance(30 * MINUTE)
  expect(tried()).toEqual(['a', 'b', 'c'])
  await clock.advance(35 * MINUTE)
  expect(tried().slice(0, 5)).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(found().at(-1)).toMatchObject({ address: '10.0.0.9', snmp: { credential: 'id-e' } })
  await clock.advance(MINUTE)
  network.sent.length = 0
  second.discover({ id: RUN })
  await clock.advance(MINUTE)
  // What it answered to comes first from now on.
  expect(new Set(tried())).toEqual(new Set(['e']))
})

test('a device with several addresses sees three credentials an hour in all, and the one that fits first at each', async () => {
  const mac = '02:00:00:00:00:09'
  for (const last of [9, 10, 11]) network.hosts.set(`10.0.0.${last}`, { ping: true, community: 'e', mac })
  network.hosts.set('10.0.0.12', { ping: true, community: 'e', mac: '02:00:00:00:00:0c' })
  const told = { networks: ['10.0.0.8/29'], credentials: communities('a', 'b', 'c', 'd', 'e') }
  const tried = (last: number): string =>
    [...new Set(network.asked('snmp', `10.0.0.${last}`).map(({ word }) => word))].join('')
  const first = opened(told)
  first.discover({ id: RUN })
  await clock.advance(MINUTE)
  expect([tried(9) + tried(10) + tried(11), tried(12)]).toEqual(['abc', 'abc'])
  first.close()
  network.sent.length = 0
  const second = opened(told)
  second.discover({ id: RUN_2 })
  await clock.advance(30 * MINUTE)
  expect(network.asked('snmp')).toEqual([])
  await clock.advance(35 * MINUTE)
  expect(tried(12)).toBe('de')
  await clock.advance(3 * HOUR)
  const answered = found().filter(({ snmp, address = '' }) => snmp !== undefined && /\.(9|10|11)$/.test(address))
  expect(answered.map(({ address }) => address).sort()).toEqual(['10.0.0.10', '10.0.0.11', '10.0.0.9'])
  const wrong = network.asked('snmp').filter(({ word, address }) => word !== 'e' && address !== '10.0.0.12')
  for (const { at } of wrong) expect(wrong.filter((one) => one.at > at - HOUR && one.at <= at).length).toBeLessThan(4)
})

test('a sweep goes on after a restart where it stood', async () => {
  network.hosts.set('10.2.0.3', { ping: true })
  const told = { networks: ['10.2.0.0/24'] }
  const first = opened(told)
  first.discover({ id: RUN })
  await clock.advance(7_500)
  const done = first.counts.addresses
  first.close()
  expect(done).toBeGreaterThan(50)
  network.sent.length = 0
  opened(told)
  await clock.advance(MINUTE)
  expect(progress().at(-1)).toMatchObject({ run: RUN, state: 'done', done: 254, total: 254, answered: 1 })
  // Those under way when it ended are asked again, and no others.
  expect(new Set(network.asked('ping').map(({ address }) => address)).size).toBe(254 - done)
})

test('a run is ended by its id, and another may begin', async () => {
  const discovery = opened({ networks: ['10.2.0.0/24'] })
  discovery.discover({ id: RUN })
  await clock.advance(2_000)
  expect(discovery.discover({ id: RUN_2 })).toMatchObject({ ok: false, message: expect.stringContaining(RUN) })
  expect([discovery.cancel(RUN_2), discovery.cancel(RUN)]).toEqual([false, true])
  await clock.advance(5_000)
  expect(progress().at(-1)).toMatchObject({ run: RUN, state: 'stopped', problem: 'Stopped on request.' })
  const sent = network.sent.length
  await clock.advance(MINUTE)
  expect(network.sent).toHaveLength(sent)
  expect(discovery.discover({ id: RUN_2 })).toMatchObject({ ok: true })
})

test('what is not permitted any more is asked nothing more, in the middle of a run', async () => {
  const discovery = opened({ networks: ['10.2.0.0/24'] })
  discovery.discover({ id: RUN })
  await clock.advance(1_000)
  discovery.configure(settingsOf({ networks: ['10.2.0.250/32'] }))
  network.bounds = networksOf(['10.2.0.250/32'])
  await clock.advance(MINUTE)
  expect(network.asked('ping', '10.2.0.250')).toHaveLength(2)
  expect(progress().at(-1)).toMatchObject({ state: 'done', done: 254 })
})

test('a run on demand is cut to what is permitted, and told why it cannot be', async () => {
  network.bounds = networksOf(['10.2.0.0/30'])
  const discovery = opened({ networks: ['10.2.0.0/24', '2001:db8::/64'] })
  const wrong = (networks: string[]): string => {
    const reply = discovery.discover({ id: RUN, networks })
    return reply.kind === 'discover' && !reply.ok ? reply.message : ''
  }
  expect(wrong(['192.168.0.0/24'])).toContain('permitted')
  expect(wrong(['2001:db8::/64'])).toContain('IPv6')
  expect(discovery.discover({ id: RUN, networks: ['10.2.0.0/30', '172.16.0.0/12'] })).toMatchObject({
    ok: true,
    total: 3,
  })
  await clock.advance(MINUTE)
  expect(progress().at(-1)).toMatchObject({ state: 'done', total: 3 })
  discovery.configure(settingsOf({ networks: ['10.0.0.0/8'] }))
  expect(wrong(['10.0.0.0/15'])).toContain('65,536')
})

test('a host that answers no ping is asked further when ARP knows it, or when that is wanted', async () => {
  network.hosts.set('10.2.0.1', { community: 'site', mac: '02:00:00:00:00:01' })
  network.hosts.set('10.2.0.2', { community: 'site' })
  const told = { networks: ['10.2.0.0/29'], credentials: communities('site') }
  const discovery = opened(told)
  discovery.discover({ id: RUN })
  await clock.advance(MINUTE)
  expect(addresses()).toEqual(['10.2.0.1'])
  expect(network.asked('snmp', '10.2.0.2')).toEqual([])
  discovery.configure(settingsOf({ ...told, silentHosts: true }))
  discovery.discover({ id: RUN_2 })
  await clock.advance(MINUTE)
  expect(addresses()).toEqual(['10.2.0.1', '10.2.0.2'])
})

test('a watched device is pinged and neither asked by SNMP nor reported', async () => {
  network.hosts.set('10.2.0.1', { ping: true, community: 'site', ports: [22] })
  network.hosts.set('10.2.0.2', { ping: true, community: 'site', ports: [22] })
  watched = ['10.2.0.1', 'core.example.net']
  const discovery = opened({ networks: ['10.2.0.0/29'], credentials: communities('site') })
  // The second address of the same device.
  discovery.owned(['10.2.0.2'])
  discovery.discover({ id: RUN })
  await clock.advance(MINUTE)
  expect(progress().at(-1)).toMatchObject({ state: 'done', answered: 2 })
  expect([network.asked('snmp'), network.asked('tcp'), found()]).toEqual([[], [], []])
})

test('addresses that others tell of are asked once a day, within what is permitted', async () => {
  const via = { device: '5f0c7b1c-e4b8-4a2d-9d0b-3f7d2f6a9e11', port: 'ge-0/0/1' } as Discovered['via']
  network.hosts.set('10.2.0.7', { ping: true, community: 'site', sysName: 'next' })
  network.bounds = networksOf(['10.2.0.0/24', '2001:db8::/64'])
  const discovery = opened({ networks: ['10.2.0.0/24', '2001:db8::/64'], credentials: communities('site') })
  const tell = (): void =>
    discovery.heard([
      { address: '10.2.0.7', how: 'neighbor', via },
      { address: '10.2.0.8', how: 'neighbor', via, mac: '02:00:00:00:00:08' },
      { address: '10.2.0.9', how: 'arp', via },
      { address: '2001:0db8::9', how: 'arp', via },
      { address: '203.0.113.1', how: 'neighbor', via },
      { address: '10.2.0.255', how: 'arp', via },
      { address: 'nonsense', how: 'arp', via },
      { mac: '02:00:00:00:00:99', how: 'passive' },
      { address: '10.2.0.10', how: 'passive' },
    ])
  tell()
  await clock.advance(MINUTE)
  expect(found()).toEqual([
    expect.objectContaining({
      address: '10.2.0.7',
      how: 'neighbor',
      via,
      snmp: expect.objectContaining({ sysName: 'next' }),
    }),
    { address: '10.2.0.8', how: 'neighbor', via, mac: '02:00:00:00:00:08' },
  ])
  expect(new Set(network.sent.map(({ address }) => address))).toEqual(
    new Set(['10.2.0.7', '10.2.0.8', '10.2.0.9', '10.2.0.10', '2001:db8::9']),
  )
  network.sent.length = 0
  tell()
  await clock.advance(10 * HOUR)
  expect(network.sent).toEqual([])
  await clock.advance(11 * HOUR)
  tell()
  await clock.advance(MINUTE)
  expect(network.asked('ping', '10.2.0.7')).toHaveLength(1)
})

test('what others tell of is not asked where that is switched off, and dropped and counted where it is too much', async () => {
  const list = Array.from({ length: 5_000 }, (_, at) => ({
    address: `10.3.${at >> 8}.${at & 255}`,
    how: 'arp' as const,
  }))
  const off = opened({ networks: ['10.3.0.0/16'], crawl: false })
  off.heard(list)
  await clock.advance(MINUTE)
  expect(network.sent).toEqual([])
  off.configure(settingsOf({ networks: ['10.3.0.0/16'], packetsPerSecond: 1 }))
  off.heard(list)
  expect(off.counts.dropped).toBe(5_000 - 1 - 4_096)
})

test('what has not changed is told once a day, and what has at once', async () => {
  network.hosts.set('10.2.0.1', { ping: true, ports: [22] })
  opened({ networks: ['10.2.0.0/29'], everySeconds: 3_600 })
  await clock.advance(5 * HOUR)
  expect(addresses()).toEqual(['10.2.0.1'])
  network.hosts.set('10.2.0.1', { ping: true, ports: [22, 80] })
  await clock.advance(HOUR)
  expect(found().map(({ ports }) => ports)).toEqual([[22], [22, 80]])
  await clock.advance(21 * HOUR)
  expect(addresses()).toHaveLength(3)
})

test('sweeps come by the schedule over restarts, and at once when other networks are permitted', async () => {
  const told = { networks: ['10.2.0.0/29'], everySeconds: 86_400 }
  const runs = (): number => new Set(progress().map(({ run }) => run)).size
  const first = opened(told)
  await clock.advance(HOUR)
  expect(runs()).toBe(1)
  first.close()
  const second = opened(told)
  await clock.advance(22 * HOUR)
  expect(runs()).toBe(1)
  await clock.advance(2 * HOUR)
  expect(runs()).toBe(2)
  second.configure(settingsOf({ ...told, networks: ['10.2.0.0/29', '10.4.0.0/29'] }))
  await clock.advance(MINUTE)
  expect(runs()).toBe(3)
  second.configure(settingsOf({ ...told, networks: [] }))
  await clock.advance(50 * HOUR)
  expect(runs()).toBe(3)
})

test('nothing is sent where nothing is permitted', async () => {
  const discovery = opened({ networks: [] })
  discovery.heard([{ address: '10.2.0.1', how: 'neighbor' }])
  expect(discovery.discover({ id: RUN, networks: ['10.2.0.0/24'] })).toMatchObject({ ok: false })
  await clock.advance(50 * HOUR)
  expect([network.sent, reports]).toEqual([[], []])
})

test('progress is told every five seconds while a run goes on', async () => {
  opened({ networks: ['10.2.0.0/24'] }).discover({ id: RUN })
  await clock.advance(11_000)
  const told = progress()
  expect(told.length).toBeGreaterThanOrEqual(2)
  expect(told.at(-1)).toMatchObject({ state: 'running', total: 254 })
  expect(told.at(-1)?.done).toBeGreaterThan(50)
})

test('a file of discovery that is damaged is made anew', async () => {
  writeFileSync(join(folder, 'discovery.db'), 'not a database, and long enough to be looked at'.repeat(50))
  network.hosts.set('10.2.0.1', { ping: true })
  opened({ networks: ['10.2.0.0/29'] }).discover({ id: RUN })
  await clock.advance(MINUTE)
  expect(addresses()).toEqual(['10.2.0.1'])
})
