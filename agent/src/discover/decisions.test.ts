import { AgentConfig } from '@eyenet/shared/config'
import { epochMs } from '@eyenet/shared/identity'
import { ipNumber, type NetworkSet } from '@eyenet/shared/network'
import { DiscoverySettings } from '@eyenet/shared/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { DeviceTurns } from './device-turns.ts'
import type { Attempt } from './discovery-file.ts'
import { effectiveDiscovery, type NamedCredential, networksOf } from './effective-discovery.ts'
import { heardInLinks } from './heard-in-links.ts'
import { LocalNeighbours } from './local-neighbours.ts'
import { offeredNetworks, ownNetworks } from './own-networks.ts'
import { Pace } from './pace.ts'
import { hostnameOf } from './reverse-name.ts'
import { askable, sweepPlan } from './sweep-plan.ts'
import { credentialTurn, HOUR_MS, TRIES_AN_HOUR } from './try-credentials.ts'

const NOBODY = { networks: [], addresses: [] }
const START = 1_700_000_000_000
const has = (set: NetworkSet, text: string): boolean => {
  const number = ipNumber(text)
  return number !== undefined && set.has(number)
}
const agent = (discovery: object, credentials: object = {}) => AgentConfig.parse({ discovery, credentials })
const server = (settings: Partial<DiscoverySettings>) => DiscoverySettings.parse({ networks: [], ...settings })

test('networks of the file are the bound of what the server permits, and its own where the server says nothing', () => {
  const permitted = (own: object, told?: string[]): string[] => {
    const set = effectiveDiscovery(agent(own), told && server({ networks: told })).permitted
    return ['10.1.0.1', '10.2.0.1', '192.168.0.1'].filter((address) => has(set, address))
  }
  expect(permitted({})).toEqual([])
  expect(permitted({}, ['10.0.0.0/8'])).toEqual(['10.1.0.1', '10.2.0.1'])
  expect(permitted({ networks: ['10.1.0.0/16'] })).toEqual(['10.1.0.1'])
  expect(permitted({ networks: ['10.1.0.0/16'] }, ['0.0.0.0/0'])).toEqual(['10.1.0.1'])
  expect(permitted({ networks: ['10.0.0.0/8'] }, ['10.2.0.0/16', '192.168.0.0/16'])).toEqual(['10.2.0.1'])
  expect(permitted({ networks: ['10.0.0.0/8'], exclude: ['10.1.0.0/16'] }, ['0.0.0.0/0'])).toEqual(['10.2.0.1'])
  expect(permitted({ networks: [] }, ['0.0.0.0/0'])).toEqual([])
})

test('whatever the server permits, nothing outside of the networks of the file may be asked', () => {
  const network = fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 32 }))
    .map(([second, third, prefix]) => `10.${second}.${third}.0/${prefix}`)
  const networks = fc.array(network, { maxLength: 5 })
  fc.assert(
    fc.property(fc.tuple(networks, networks, networks, fc.ipV4()), ([own, told, exclude, somewhere]) => {
      const settings = effectiveDiscovery(agent({ networks: own, exclude }), server({ networks: told }))
      const may = askable(settings, NOBODY)
      for (const address of [somewhere, `10.${somewhere.split('.').slice(1).join('.')}`]) {
        const number = ipNumber(address)
        if (number === undefined || !may.has(number)) continue
        const isIn = (list: string[]): boolean =>
          networksOf(list).some(
            ({ value, prefix }) => number.value >> BigInt(32 - prefix) === value >> BigInt(32 - prefix),
          )
        if (!isIn(own) || !isIn(told) || isIn(exclude)) return false
      }
      return true
    }),
  )
})

test('the slower pace of both holds, and what else the file names', () => {
  const pace = (own: object, told: Partial<DiscoverySettings> = {}): number =>
    effectiveDiscovery(agent(own), server(told)).packetsPerSecond
  expect(effectiveDiscovery(agent({})).packetsPerSecond).toBe(50)
  expect([pace({}), pace({ packetsPerSecond: 20 }), pace({}, { packetsPerSecond: 200 })]).toEqual([50, 20, 200])
  expect(pace({ packetsPerSecond: 20 }, { packetsPerSecond: 200 })).toBe(20)
  expect(pace({ packetsPerSecond: 500 }, { packetsPerSecond: 200 })).toBe(200)
  expect(effectiveDiscovery(agent({ packetsPerSecond: 500 })).packetsPerSecond).toBe(500)
  const { everyMs, crawl, ports } = effectiveDiscovery(
    agent({ everySeconds: 0, crawl: false }),
    server({ everySeconds: 300, ports: [22] }),
  )
  expect([everyMs, crawl, ports]).toEqual([0, false, [22]])
})

test('credentials of the file come before those of the server, with ids that do not meet', () => {
  const community = { version: '2c', community: 'site' } as const
  const { credentials } = effectiveDiscovery(
    agent({ credentials: ['site'] }, { site: community, other: community }),
    server({ credentials: [{ id: 'site', credential: { version: '2c', community: 'x' }, port: 1161 }] }),
  )
  expect(credentials.map(({ id, port }) => [id, port])).toEqual([
    ['file:site', 161],
    ['site', 1161],
  ])
})

test('addresses that are no host, and loopback that nobody named, may not be asked', () => {
  const may = askable(effectiveDiscovery(agent({ networks: ['0.0.0.0/0', '::/0'] })), {
    networks: networksOf(['192.0.2.0/24']),
    addresses: networksOf(['192.0.2.5']),
  })
  const never = [
    '0.0.0.0',
    '127.0.0.1',
    '224.0.0.1',
    '239.255.255.250',
    '255.255.255.255',
    '240.0.0.1',
    '::1',
    'ff02::1',
  ]
  expect(never.filter((address) => has(may, address))).toEqual([])
  expect(['192.0.2.0', '192.0.2.255', '192.0.2.5', 'fe80::1'].filter((address) => has(may, address))).toEqual([])
  expect(has(may, '192.0.2.6') && has(may, '2001:db8::1')).toBe(true)
  const loopback = askable(effectiveDiscovery(agent({ networks: ['127.0.10.0/24', '10.0.0.0/31'] })), NOBODY)
  expect(['127.0.10.1', '127.0.11.1', '10.0.0.0', '10.0.0.1'].filter((address) => has(loopback, address))).toEqual([
    ...['127.0.10.1', '10.0.0.0', '10.0.0.1'],
  ])
})

test('a sweep is planned up to a /16, and says why where it is not', () => {
  const plan = (networks: string[]) => sweepPlan(askable(effectiveDiscovery(agent({ networks })), NOBODY), undefined)
  expect(plan(['10.0.0.0/16', '2001:db8::/64'])).toMatchObject({ kind: 'plan', total: 65_534 })
  expect(plan(['10.0.0.0/15'])).toMatchObject({ kind: 'none', problem: expect.stringContaining('131,070 addresses') })
  expect(plan(['2001:db8::/64'])).toMatchObject({ kind: 'none', problem: expect.stringContaining('IPv6') })
  expect(plan([])).toMatchObject({ kind: 'none', problem: expect.stringContaining('agent.discovery.networks') })
})

const named = (...ids: string[]): NamedCredential[] =>
  ids.map((id) => ({ id, port: 161, credential: { version: '2c', community: id } }))

test('no address sees more than three credentials in any hour', () => {
  const ids = 'abcdefghijklmnopqrst'.split('')
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 1, max: 2 * HOUR_MS }), { minLength: 1, maxLength: 60 }),
      (count, waits) => {
        const credentials = named(...ids.slice(0, count))
        const last = new Map<string, number>()
        const all: number[] = []
        let now = START
        for (const wait of waits) {
          now += wait
          const attempts: Attempt[] = [...last].map(([credential, at]) => ({ credential, at }))
          const turn = credentialTurn(credentials, { attempts }, epochMs(now))
          for (const { id } of turn.now) {
            last.set(id, now)
            all.push(now)
          }
        }
        return all.every((at) => all.filter((one) => one <= at && one > at - HOUR_MS).length <= TRIES_AN_HOUR)
      },
    ),
  )
})

test('of many credentials each has its turn', () => {
  const credentials = named(...'abcdefghijklmnopqrst'.split(''))
  const last = new Map<string, number>()
  for (let hour = 0; hour < 7; hour++) {
    const now = START + hour * (HOUR_MS + 1)
    const attempts = [...last].map(([credential, at]) => ({ credential, at }))
    for (const { id } of credentialTurn(credentials, { attempts }, epochMs(now)).now) last.set(id, now)
  }
  expect(last.size).toBe(20)
})

test('the credential that worked comes first, those never tried next, then the others by their age', () => {
  const attempts = [
    { credential: 'a', at: START - 2 * HOUR_MS },
    { credential: 'b', at: START - 3 * HOUR_MS },
  ]
  const turn = credentialTurn(
    named('a', 'b', 'c', 'd'),
    { worked: { credential: 'd', isHere: true }, attempts },
    epochMs(START),
  )
  expect(turn.now.map(({ id }) => id)).toEqual(['d', 'c', 'b'])
  expect([turn.isHeldBack, turn.hasUntried]).toEqual([true, false])
  const later = credentialTurn(named('a', 'b', 'c', 'd', 'e'), { attempts }, epochMs(START))
  expect(later.now.map(({ id }) => id)).toEqual(['c', 'd', 'e'])
  const tooSoon = credentialTurn(
    named('a', 'b', 'c', 'd'),
    { attempts: ['a', 'b', 'c'].map((credential) => ({ credential, at: START - 1_000 })) },
    epochMs(START),
  )
  expect(tooSoon).toEqual({ now: [], isHeldBack: true, hasUntried: true })
})

test('what failed at another address of a device counts, and is not sent there within the hour', () => {
  const elsewhere = ['a', 'b'].map((credential) => ({ credential, at: START - 1_000 }))
  const names = ({ now }: { now: readonly { id: string }[] }) => now.map(({ id }) => id)
  const turn = credentialTurn(named('a', 'b', 'c', 'd'), { attempts: [], elsewhere }, epochMs(START))
  expect(names(turn)).toEqual(['c'])
  expect([turn.isHeldBack, turn.hasUntried]).toEqual([true, true])
  const spent = [...elsewhere, { credential: 'a', at: START - 2_000 }]
  const none = credentialTurn(named('a', 'c'), { attempts: [], elsewhere: spent }, epochMs(START))
  expect([names(none), none.hasUntried]).toEqual([[], true])
  // What this address itself answered to is no guess; what another one of the device answered to comes first.
  const here = { worked: { credential: 'b', isHere: true }, attempts: [], elsewhere }
  expect(names(credentialTurn(named('a', 'b', 'c'), here, epochMs(START)))).toEqual(['b'])
  const there = { worked: { credential: 'c', isHere: false }, attempts: [] }
  expect(names(credentialTurn(named('a', 'b', 'c'), there, epochMs(START)))).toEqual(['c', 'a', 'b'])
})

test('work on one device is done in turn, whatever it is known by, and a failure ends no other', async () => {
  const turns = new DeviceTurns()
  const done: string[] = []
  const ends: (() => void)[] = []
  const work = (name: string) => () =>
    new Promise<void>((resolve) => {
      done.push(`${name} begins`)
      ends.push(() => resolve(void done.push(`${name} ends`)))
    })
  const first = turns.run(['10.0.0.1', 'mac x'], work('first'))
  const other = turns.run(['10.0.0.3'], work('other'))
  const second = turns.run(['10.0.0.2', 'mac x'], () => Promise.reject(new Error('it broke')))
  const third = turns.run(['10.0.0.2'], work('third'))
  await new Promise(setImmediate)
  expect(done).toEqual(['first begins', 'other begins'])
  ends[0]?.()
  await first
  await expect(second).rejects.toThrow('it broke')
  await new Promise(setImmediate)
  expect(done).toEqual(['first begins', 'other begins', 'first ends', 'third begins'])
  for (const end of ends) end()
  await Promise.all([other, third])
})

test('no second sees more packets than the pace and its burst, and none is held back for nothing', async () => {
  const clock = new FakeClock(START)
  const pace = new Pace(clock, 50)
  const sent: number[] = []
  const worker = async (): Promise<void> => {
    for (let packet = 0; packet < 20; packet++) {
      await pace.take()
      sent.push(clock.monotonicMs())
      if (packet % 5 === 0) pace.charge(2)
    }
  }
  const workers = Promise.all(Array.from({ length: 10 }, worker))
  await clock.advance(60_000)
  await workers
  expect(pace.packets).toBe(200 + 80)
  for (const from of sent) expect(sent.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(55)
  // 280 packets at 50 a second.
  expect(sent.at(-1)).toBeGreaterThan(5_000)
  expect(sent.at(-1)).toBeLessThan(5_700)
})

test('private networks that can be swept are offered, and no others', () => {
  const own = ownNetworks(() => ({
    lo: [{ address: '127.0.0.1', cidr: '127.0.0.1/8', internal: true, family: 'IPv4', mac: '', netmask: '' }],
    eth0: [
      { address: '192.168.7.5', cidr: '192.168.7.5/24', internal: false, family: 'IPv4', mac: '', netmask: '' },
      { address: '203.0.113.5', cidr: '203.0.113.5/24', internal: false, family: 'IPv4', mac: '', netmask: '' },
      { address: 'fd00::5', cidr: 'fd00::5/64', internal: false, family: 'IPv6', mac: '', netmask: '', scopeid: 0 },
      { address: 'fe80::5', cidr: 'fe80::5/64', internal: false, family: 'IPv6', mac: '', netmask: '', scopeid: 2 },
    ],
    docker0: [{ address: '172.17.0.1', cidr: '172.17.0.1/16', internal: false, family: 'IPv4', mac: '', netmask: '' }],
  }))
  expect(offeredNetworks(own)).toEqual(['192.168.7.0/24', 'fd00::/64'])
  expect(own.addresses).toHaveLength(5)
})

test('the kernel of this machine says which neighbours answer ARP', async () => {
  const text = [
    'IP address       HW type     Flags       HW address            Mask     Device',
    '192.0.2.1        0x1         0x2         02:00:00:AA:00:01     *        eth0',
    '192.0.2.2        0x1         0x0         00:00:00:00:00:00     *        eth0',
  ].join('\n')
  let reads = 0
  const clock = new FakeClock(START)
  const neighbours = new LocalNeighbours(clock, async () => {
    reads++
    return text
  })
  expect([await neighbours.macOf('192.0.2.1'), await neighbours.macOf('192.0.2.2')]).toEqual([
    ...['02:00:00:aa:00:01', undefined],
  ])
  await clock.advance(2_000)
  await neighbours.macOf('192.0.2.1')
  expect(reads).toBe(2)
})

test('a name that DNS could not have is none', () => {
  expect(['sw-1.example.net.', 'a', '_x.y'].map(hostnameOf)).toEqual(['sw-1.example.net', 'a', '_x.y'])
  expect([undefined, '', '<b>', '=1+1', 'a\u001B[2J', '-a', 'x'.repeat(256)].map(hostnameOf)).toEqual([
    ...Array.from({ length: 7 }, () => undefined),
  ])
})

test('neighbours, ARP entries, routing peers and gateways of a report are heard with who told of them', () => {
  const device = '5f0c7b1c-e4b8-4a2d-9d0b-3f7d2f6a9e11' as Parameters<typeof heardInLinks>[0]['device']
  const heard = heardInLinks({
    ...{ kind: 'links', at: epochMs(START), device, truncated: [] },
    neighbors: [
      {
        ...{ protocol: 'lldp', port: 'p1', remoteSysName: 'next\u001B[2J', remotePort: 'p9' },
        ...{ remoteChassisId: '02:00:00:00:00:09', remoteAddress: '10.0.0.9', capabilities: ['bridge'] },
      },
      { protocol: 'cdp', remoteSysName: 'unknown', remotePort: '' },
    ],
    arp: [{ ip: '10.0.0.3', mac: '02:00:00:00:00:03', port: 'p2' }],
    routing: {
      bgp: [{ peer: '10.0.0.4', remoteAs: 1 }],
      ospf: [{ neighbor: '10.0.0.5', routerId: '', state: 'full' }],
    },
    gateways: [{ ip: '10.0.0.1', port: 'p3' }],
  })
  expect(heard).toEqual([
    {
      address: '10.0.0.9',
      how: 'neighbor',
      mac: '02:00:00:00:00:09',
      via: { device, port: 'p1' },
      capabilities: ['bridge'],
    },
    { address: '10.0.0.4', how: 'route', via: { device } },
    { address: '10.0.0.5', how: 'route', via: { device } },
    { address: '10.0.0.1', how: 'route', via: { device, port: 'p3' } },
    { address: '10.0.0.3', how: 'arp', mac: '02:00:00:00:00:03', via: { device, port: 'p2' } },
  ])
})
