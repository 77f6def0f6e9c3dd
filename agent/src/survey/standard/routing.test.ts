import { expect, test } from 'vitest'
import { readerOf } from '../survey.testkit.ts'
import { readBgpPeers, readOspfNeighbors } from './routing.ts'

test('a peer of BGP4-MIB tells how long it has been established and whether it is stopped', async () => {
  const peers = await readBgpPeers(
    readerOf(`
m.15.3.1.2.192.0.2.1 = 6
m.15.3.1.3.192.0.2.1 = 2
m.15.3.1.9.192.0.2.1 = 64500
m.15.3.1.16.192.0.2.1 = 86400
m.15.3.1.2.192.0.2.2 = 1
m.15.3.1.3.192.0.2.2 = 1
m.15.3.1.9.192.0.2.2 = 64501
m.15.3.1.16.192.0.2.2 = 9
`),
  )
  expect(peers).toEqual([
    { peer: '192.0.2.1', remoteAs: 64_500, state: 'established', isEnabled: true, establishedSeconds: 86_400 },
    { peer: '192.0.2.2', remoteAs: 64_501, state: 'idle', isEnabled: false },
  ])
})

test.each([
  ['Huawei, behind instance and family', { entry: 'e.2011.5.25.177.1.1.2.1', state: 5, as: 2, form: '0.2.1.2.16.V6' }],
  ['Cisco, by type and address', { entry: 'e.9.9.187.1.2.5.1', state: 3, as: 11, form: '2.16.V6' }],
  ['Cisco, by VRF', { entry: 'e.9.9.187.1.2.9.1', state: 5, as: 13, form: '3.2.16.V6' }],
  ['Arista, by instance', { entry: 'e.30065.4.1.1.2.1', state: 13, as: 10, form: '1.2.16.V6' }],
])('a vendor’s table gives IPv6 peers: %s', async (_, { entry, state, as, form }) => {
  const index = form.replace('V6', '32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.9')
  const peers = await readBgpPeers(readerOf(`${entry}.${state}.${index} = 3\n${entry}.${as}.${index} = 64500`))
  expect(peers).toEqual([{ peer: '2001:db8::9', remoteAs: 64_500, state: 'active' }])
})

test('a plain address in the index is a peer, too', async () => {
  const entry = 'e.40310.4.3.1.1'
  const lines = `${entry}.2.192.0.2.9 = 6\n${entry}.9.192.0.2.9 = 64500`
  expect(await readBgpPeers(readerOf(lines))).toEqual([{ peer: '192.0.2.9', remoteAs: 64_500, state: 'established' }])
})

test('an OSPFv3 neighbour is known by its link-local address and its router', async () => {
  const entry = 'm.191.1.9.1'
  const found = await readOspfNeighbors(
    readerOf(`
${entry}.5.3.0.3221225985 = hex:fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01
${entry}.8.3.0.3221225985 = 8
`),
  )
  expect(found).toEqual([{ neighbor: 'fe80::1', routerId: '192.0.2.1', state: 'full' }])
})
