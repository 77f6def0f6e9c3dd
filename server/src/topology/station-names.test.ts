import { OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import type { Discovered, DiscoveredReport } from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import { linksOf, PEER, topologyWorld } from './topology.testkit.ts'

const report = (at: DiscoveredReport['at'], items: readonly Discovered[]): DiscoveredReport => ({
  ...{ kind: 'discovered', epoch: OutboxEpoch.parse('00000000000000aa'), seq: 1, at, items: [...items] },
})
const heard = (mac: string, hostname: string): Discovered => ({ mac, hostname, how: 'passive' })

test('stations have the names that agents of their site heard, before they were seen behind a port or after it', async () => {
  const { topology, clock, open } = await topologyWorld(['a'])
  const names = (room = topology) =>
    new Map(room.endpoints({ limit: 10 }).items.map(({ mac, name }) => [mac.slice(-2), name]))
  await topology.receiveFound(PEER, report(clock.now, [heard('00:1B:21:AA:BB:01', 'early')]))
  const macs = '001b21aabb01001b21aabb02001b21aabb03'
  await topology.receiveLinks(PEER, linksOf('a', clock.now, { forwarding: [{ port: 'p4', vlan: 1, macs }] }))
  await topology.work()
  expect([...names()].sort()).toEqual([
    ['01', 'early'],
    ['02', ''],
    ['03', ''],
  ])
  const stranger = { ...PEER, site: SiteName.parse('elsewhere') }
  await topology.receiveFound(stranger, report(clock.now, [heard('00:1b:21:aa:bb:03', 'of-another-site')]))
  await topology.receiveFound(
    PEER,
    report(clock.now, [
      heard('00:1b:21:aa:bb:02', 'late\u001b[31m\nprinter'),
      heard('00:1b:21:aa:bb:03', ''),
      heard('no mac', 'nobody'),
      { address: '192.0.2.1', hostname: 'no-mac-at-all', how: 'sweep' },
    ]),
  )
  await topology.receiveFound(PEER, report(clock.now, [heard('00:1b:21:aa:bb:01', 'renamed')]))
  const told = new Map([
    ['01', 'renamed'],
    ['02', 'late [31m printer'],
    ['03', ''],
  ])
  expect(names()).toEqual(told)
  expect(topology.endpoints({ q: 'PRINTER', limit: 10 }).total).toBe(1)
  await topology.close()
  expect(names(await open())).toEqual(told)
})
