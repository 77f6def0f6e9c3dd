import { describe, expect, test } from 'vitest'
import { graphOf, mac, told, view } from './made-view.testkit.ts'

const router = (
  name: string,
  addresses: readonly (readonly [ip: string, prefixLength: number, port: string])[],
  more: Partial<Parameters<typeof view>[0]> = {},
) =>
  view({
    ...{ name, role: 'router', ports: addresses.map(([, , port]) => port) },
    ...more,
    links: { addresses: addresses.map(([ip, prefixLength, port]) => ({ ip, prefixLength, port })), ...more.links },
  })

describe('links of layer 3', () => {
  test('two addresses in a /30, /31 or /127 are a link, whatever the sites', () => {
    for (const [one, other, length] of [
      ['10.0.0.1', '10.0.0.2', 30],
      ['10.0.0.0', '10.0.0.1', 31],
      ['2001:db8::', '2001:db8::1', 127],
    ] as const) {
      const graph = graphOf([
        router('a', [[one, length, 'e1']]),
        router('b', [[other, length, 'e2']], { site: 'madrid' }),
      ])
      expect(told(graph)).toEqual(['a e1 - b e2'])
      expect(graph.links[0]).toMatchObject({ layer: 'l3', kind: 'subnet', confidence: 0.95 })
    }
  })

  test('more devices share a network as a node, of each site its own; who only has an address hangs on it with doubt', () => {
    const graph = graphOf([
      router('a', [['10.1.0.1', 24, 'v10']]),
      router('b', [['10.1.0.2', 24, 'v10']]),
      router('far', [['10.1.0.3', 24, 'v10']], { site: 'madrid' }),
      view({ name: 'printer', address: '10.1.0.77', kind: 'ping' }),
      view({ name: 'named', address: 'printer.example.net', kind: 'ping' }),
    ])
    expect(told(graph)).toEqual(['a v10 - segment', 'b v10 - segment', 'printer - segment'])
    expect(graph.nodes.filter(({ kind }) => kind === 'segment')).toMatchObject([{ id: 'segment:berlin:10.1.0.0/24' }])
    expect(graph.links.map(({ confidence }) => confidence).sort()).toEqual([0.7, 0.95, 0.95])
  })

  test('OSPF and BGP peers are joined by address; a peer that is not in the inventory is the way out', () => {
    const ospf = (neighbor: string) => ({ bgp: [], ospf: [{ neighbor, routerId: neighbor, state: 'full' }] })
    const a = router('a', [['10.0.0.1', 24, 'e1']], { links: { routing: ospf('10.0.0.2') } })
    const bgp = [{ peer: '203.0.113.9', remoteAs: 64_500, state: 'established' }]
    const b = router('b', [['10.0.0.2', 24, 'e2']], {
      links: { routing: { ...ospf('10.0.0.1'), bgp } },
    })
    const graph = graphOf([a, b])
    const routing = graph.links.filter(({ kind }) => kind !== 'subnet')
    expect(routing.map(({ kind, confidence }) => [kind, confidence])).toContainEqual(['ospf', 0.99])
    expect(told(graph)).toContain('b - heard:203.0.113.9')
  })

  test('routers that resolve each other at their sockets are cabled together; at a port of a bridge the bridge knows', () => {
    const ports = [{ port: 'e1', mac: mac(1) }]
    const resolve = (ip: string, number: number) => ({ arp: [{ ip, mac: mac(number), port: 'e1' }] })
    const a = view({ name: 'a', role: 'router', ports, links: resolve('10.0.0.2', 2) })
    const b = view({ name: 'b', role: 'router', ports: [{ port: 'e1', mac: mac(2) }], links: resolve('10.0.0.1', 1) })
    const graph = graphOf([a, b])
    expect(told(graph)).toEqual(['a e1 - b e1'])
    expect(graph.links[0]).toMatchObject({ layer: 'l2', confidence: 0.88 })
    const forwarding = [1, 2].map((number) => ({ port: `p${number}`, vlan: 1, macs: mac(number).replaceAll(':', '') }))
    const between = view({ name: 's', number: 9, ports: ['p1', 'p2'], links: { forwarding } })
    expect(told(graphOf([a, b, between]))).toEqual(['a e1 - s p1', 'b e1 - s p2'])
  })
})
