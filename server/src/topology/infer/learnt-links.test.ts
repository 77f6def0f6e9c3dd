import { describe, expect, test } from 'vitest'
import { deviceId, graphOf, heard, mac, packed, told, view } from './made-view.testkit.ts'

/** A bridge and which stations, by number, it has learnt at each port. */
function bridge(name: string, number: number, learnt: Readonly<Record<string, readonly number[]>>) {
  const forwarding = Object.entries(learnt).map(([port, macs]) => ({ port, vlan: 1, macs: packed(...macs) }))
  return view({ name, number, ports: Object.keys(learnt), links: { forwarding } })
}

const leaf = (name: string, number: number, more: Parameters<typeof view>[0] = { name }) =>
  view({ role: 'printer', ...more, name, ports: [{ port: 'eth0', mac: mac(number) }] })

describe('links that only forwarding tables tell', () => {
  test('a line of switches: each port has the next switch behind it, not the one after', () => {
    const graph = graphOf([
      bridge('a', 1, { up: [2, 3], down: [10] }),
      bridge('b', 2, { left: [1, 10], right: [3, 30] }),
      bridge('c', 3, { up: [1, 2, 10], down: [30] }),
    ])
    expect(told(graph)).toEqual(['a up - b left', 'b right - c up'])
    expect(graph.links.every(({ confidence, state }) => confidence === 0.9 && state === 'up')).toBe(true)
    expect(graph.links[0]?.vlans).toEqual([1])
  })

  test('tables that only know the way to the gateway are enough', () => {
    const graph = graphOf([
      bridge('core', 1, { gw: [100], p1: [2, 3], p2: [4] }),
      bridge('dist', 2, { up: [100], p1: [3] }),
      bridge('access', 3, { up: [100], p1: [50] }),
      bridge('other', 4, { up: [100], p1: [60] }),
      leaf('gateway', 100),
    ])
    expect(told(graph)).toEqual([
      'access up - dist p1',
      'core gw - gateway eth0',
      'core p1 - dist up',
      'core p2 - other up',
    ])
  })

  test('a switch and the middle of a star that know nothing of each other do not draw the star together', () => {
    // Everybody but the middle sees d at the port to the middle; the middle sees what is behind d, and d what is behind others.
    const star = [
      bridge('middle', 1, { p1: [2, 20], p2: [3, 30], p3: [4, 40], p4: [50] }),
      bridge('a', 2, { up: [1, 3, 4, 5], down: [20] }),
      bridge('b', 3, { up: [1, 2, 4, 5], down: [30] }),
      bridge('c', 4, { up: [1, 2, 3, 5], down: [40] }),
    ]
    const arms = ['a up - middle p1', 'b up - middle p2', 'c up - middle p3']
    expect(told(graphOf([...star, bridge('d', 5, { up: [2, 3, 4], down: [50] })]))).toEqual([
      ...arms,
      'd up - middle p4',
    ])
    // Where nobody is behind it, it is behind the middle, and nothing says where.
    expect(told(graphOf([...star, bridge('d', 5, { up: [2, 3, 4], down: [60] })]))).toEqual([...arms, 'd up - middle'])
  })

  test('three switches that see each other at one port each have an unmanaged one between them', () => {
    const graph = graphOf([
      bridge('a', 1, { p: [2, 3], q: [10] }),
      bridge('b', 2, { p: [1, 3], q: [20] }),
      bridge('c', 3, { p: [1, 2], q: [30] }),
    ])
    expect(told(graph)).toEqual(['a p - unmanaged', 'b p - unmanaged', 'c p - unmanaged'])
    expect(graph.links[0]?.confidence).toBe(0.75)
  })

  test('several devices behind one access port share an unmanaged switch; one among other stations is linked', () => {
    const a = bridge('a', 1, { p: [10, 11], q: [12, 90, 91] })
    const graph = graphOf([a, leaf('x', 10), leaf('y', 11), leaf('z', 12)])
    expect(told(graph)).toEqual(['a p - unmanaged', 'a q - z eth0', 'unmanaged - x eth0', 'unmanaged - y eth0'])
    expect(graph.links.find(({ a: end }) => end.port === 'q' || end.port === 'eth0')?.confidence).toBeLessThan(0.9)
  })

  test('what is behind a phone, an access point or the host of virtual machines hangs on that', () => {
    const a = (stations: readonly number[]) => bridge('a', 1, { p: stations })
    const phone = leaf('phone', 10, { name: 'phone', role: 'phone' })
    expect(told(graphOf([a([10, 11]), phone, leaf('pc', 11)]))).toEqual(['a p - phone eth0', 'pc eth0 - phone'])
    const ap = leaf('ap', 10, { name: 'ap', role: 'access-point' })
    const wireless = graphOf([a([10, 11]), ap, leaf('pad', 11)])
    expect(wireless.links.map(({ kind }) => kind).sort()).toEqual(['ethernet', 'wireless'])
    const machines = ['vm1', 'vm2'].map((name, at) =>
      view({ name, role: 'server', ports: [{ port: 'ens3', mac: `52:54:00:00:00:0${at}` }] }),
    )
    const forwarding = [{ port: 'p', vlan: 1, macs: `${packed(10)}525400000000525400000001` }]
    const host = view({ name: 'host', role: 'server', ports: [{ port: 'eth0', mac: mac(10) }] })
    const switched = view({ name: 'a', number: 1, ports: ['p'], links: { forwarding } })
    expect(told(graphOf([switched, host, ...machines]))).toEqual([
      'a p - host eth0',
      'host - vm1 ens3',
      'host - vm2 ens3',
    ])
  })

  test('bundles: the table shows the bundle, LLDP its members, and both are one link', () => {
    const side = (name: string, number: number, [other, otherNumber]: readonly [string, number]) =>
      view({
        ...{ name, number, ports: ['1', '2', { port: 'ae0', ifType: 161 }] },
        links: {
          bundles: [{ port: 'ae0', members: ['1', '2'] }],
          forwarding: [{ port: 'ae0', vlan: 5, macs: packed(otherNumber) }],
          neighbors: ['1', '2'].map((port) => heard(port, [other, port])),
        },
      })
    const graph = graphOf([side('a', 1, ['b', 2]), side('b', 2, ['a', 1])])
    expect(told(graph)).toEqual(['a ae0 - b ae0'])
    expect(graph.links[0]).toMatchObject({ kind: 'bundle', confidence: 0.99, vlans: [5] })
    expect(new Set(graph.links[0]?.evidence.map(({ kind }) => kind))).toEqual(new Set(['lldp', 'fdb', 'lag']))
  })

  test('two cores that act as one for a bundle give doubtful links to both, and no link that is not there', () => {
    const graph = graphOf([
      bridge('access', 1, { po: [2, 3], p: [10] }),
      bridge('core1', 2, { po: [1, 10], peer: [3] }),
      bridge('core2', 3, { po: [1, 10], peer: [2] }),
    ])
    expect(told(graph)).toEqual(['access po - core1 po', 'access po - core2 po', 'core1 peer - core2 peer'])
    const doubtful = graph.links.filter(({ confidence }) => confidence < 0.7)
    expect(doubtful.every((link) => [link.a, link.b].some(({ node }) => node === deviceId('access')))).toBe(true)
    expect(doubtful).toHaveLength(2)
  })

  test('a device that only answers pings is found by ARP, unless its address stands for several', () => {
    const pinged = (name: string, address: string) => view({ name, address, kind: 'ping', role: 'unknown' })
    const router = (...ips: readonly string[]) =>
      view({ name: 'r', role: 'router', links: { arp: ips.map((ip) => ({ ip, mac: mac(10) })) } })
    const a = bridge('a', 1, { p: [10], q: [20] })
    expect(told(graphOf([a, router('10.0.0.5'), pinged('cam', '10.0.0.5')]))).toEqual(['a p - cam'])
    const several = [pinged('cam', '10.0.0.5'), pinged('dvr', '10.0.0.6')]
    expect(told(graphOf([a, router('10.0.0.5', '10.0.0.6'), ...several]))).toEqual([])
  })

  test('one address behind every port, and tens of thousands behind one, say nothing and stop nothing', () => {
    const everywhere = Array.from({ length: 40 }, (_, at) =>
      bridge(`s${at}`, at + 1, Object.fromEntries(Array.from({ length: 24 }, (_, port) => [`p${port}`, [9_999]]))),
    )
    expect(graphOf([...everywhere, leaf('twin', 9_999), leaf('twin2', 9_999)]).links).toEqual([])
    const many = bridge('a', 1, { p: Array.from({ length: 20_000 }, (_, at) => at + 1_000), q: [2] })
    expect(told(graphOf([many, bridge('b', 2, { p: [1] })]))).toEqual(['a q - b p'])
  })

  test('LLDP from both ends holds against a table with gaps, but not against what both ends see between them', () => {
    const side = (name: string, number: number, [other, learnt]: readonly [string, readonly number[]]) =>
      view({
        ...{ name, number, ports: ['p'] },
        links: { neighbors: [heard('p', [other, 'p'])], forwarding: [{ port: 'p', vlan: 1, macs: packed(...learnt) }] },
      })
    const x = leaf('x', 30)
    expect(told(graphOf([side('a', 1, ['b', [2, 30]]), side('b', 2, ['a', [1]]), x]))).toContain('a p - b p')
    expect(told(graphOf([side('a', 1, ['b', [2, 30]]), side('b', 2, ['a', [1, 30]]), x]))).toEqual([
      'a p - unmanaged',
      'b p - unmanaged',
      'unmanaged - x eth0',
    ])
  })

  test('ids stay when the evidence changes', () => {
    const learnt = [bridge('a', 1, { p: [2] }), bridge('b', 2, { p: [1] })]
    const announced = [
      view({ name: 'a', number: 1, ports: ['p'], links: { neighbors: [heard('p', ['b', 'p'])] } }),
      view({ name: 'b', number: 2, ports: ['p'] }),
    ]
    const ids = [learnt, announced].map((views) => graphOf(views).links.map(({ id }) => id))
    expect(ids[0]).toEqual(ids[1])
    expect(ids[0]?.[0]).toContain(deviceId('a'))
  })
})
