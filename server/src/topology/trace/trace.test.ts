import type { TopologyGraph, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { DeviceId, epochMs, SiteName } from '@eyenet/shared/identity'
import type { Hop } from '@eyenet/shared/wire'
import { describe, expect, test } from 'vitest'
import { waysOf } from '../depend/depend.ts'
import { type Addressed, addressOwners, layTrace, type Traced } from './trace.ts'

const SITE = SiteName.parse('lab')
const ids = new Map<string, DeviceId>()

/** The id of a made device by its name. */
function idOf(name: string): DeviceId {
  const id = ids.get(name) ?? DeviceId.parse(`0190bbbb-0000-7000-8000-${String(ids.size + 1).padStart(12, '0')}`)
  ids.set(name, id)
  return id
}

function node(name: string, role: TopologyNode['role']): TopologyNode {
  return { id: idOf(name), kind: 'device', device: idOf(name), name, site: SITE, role, place: '' }
}

function cable(a: string, b: string, state: TopologyLink['state'] = 'up'): TopologyLink {
  return {
    ...{ id: `${a}~${b}`, layer: 'l2', kind: 'ethernet', a: { node: idOf(a) }, b: { node: idOf(b) }, members: [] },
    ...{ confidence: 0.99, evidence: [], state, vlans: [], since: epochMs(0) },
  }
}

/** agent - access - core-1 | core-2 - far - server; core-2 has one more switch before it. */
const GRAPH: Pick<TopologyGraph, 'nodes' | 'links'> = {
  nodes: [
    node('agent', 'server'),
    node('access', 'switch'),
    node('core-1', 'router'),
    node('core-2', 'router'),
    node('far', 'router'),
    node('server', 'server'),
    node('detour', 'switch'),
    node('island', 'router'),
  ],
  links: [
    cable('agent', 'access'),
    cable('access', 'core-1'),
    cable('access', 'detour'),
    cable('detour', 'core-2'),
    cable('core-1', 'far'),
    cable('core-2', 'far'),
    cable('far', 'server'),
  ],
}

const device = (name: string, ips: readonly string[], more: Partial<Addressed> = {}): Addressed => ({
  ...{ device: idOf(name), name, site: SITE, ips, macs: [], arp: [] },
  ...more,
})

const DEVICES = [
  device('core-1', ['10.0.0.1', '2001:db8:0:0::1']),
  device('core-2', ['10.0.0.2'], { arp: [{ ip: '10.0.9.9', mac: '02:00:00:00:00:09' }] }),
  device('far', ['10.0.0.3', '2001:DB8::3']),
  device('server', ['10.0.0.4', '2001:db8::4']),
  device('island', [], { macs: ['02:00:00:00:00:09'] }),
]

const hop = (number: number, ...addresses: readonly string[]): Hop => ({
  ...{ hop: number, addresses: [...addresses], rtts: addresses.length === 0 ? [] : [0.001, 0.001, 0.001] },
})

function trace(hops: readonly Hop[], more: Partial<Traced> = {}) {
  const asked = hops.flatMap(({ addresses }) => addresses)
  const rest = { from: idOf('agent'), to: idOf('server'), address: '10.0.0.4', ended: 'whole' as const, ...more }
  return layTrace(waysOf({ ...GRAPH }), { ...rest, hops, owners: addressOwners(asked, DEVICES, SITE) })
}

const namesOf = (steps: readonly { readonly node: string }[]): string =>
  steps.map(({ node: id }) => [...ids].find(([, one]) => one === id)?.[0] ?? id).join(' ')

describe('a trace laid over the graph', () => {
  test('hops are known by their addresses, and the switches between them are the way of the map', () => {
    const laid = trace([hop(1, '10.0.0.1'), hop(2, '10.0.0.3'), hop(3, '10.0.0.4')])
    expect(laid).toMatchObject({ outcome: 'as-expected', text: 'The packets go as the map has it.' })
    expect(namesOf(laid.expected)).toBe('agent access core-1 far server')
    expect(laid.taken).toEqual(laid.expected)
    expect(laid.expected.map(({ hop: at }) => at)).toEqual([undefined, undefined, 1, 2, 3])
    expect(laid.hops.map(({ place, lost }) => [place, lost])).toEqual(Array(3).fill(['expected', 0]))
  })

  test('the same by IPv6, however an address is written', () => {
    const laid = trace([hop(1, '2001:db8::1'), hop(2, '2001:db8::3'), hop(3, '2001:db8:0:0:0:0:0:4')])
    expect(laid.outcome).toBe('as-expected')
    expect(laid.hops.map(({ place }) => place)).toEqual(['expected', 'expected', 'expected'])
  })

  test('packets that go by another router are told, with how much longer their way is', () => {
    const laid = trace([hop(1, '10.0.0.2'), hop(2, '10.0.0.3'), hop(3, '10.0.0.4')])
    expect(namesOf(laid.taken)).toBe('agent access detour core-2 far server')
    expect(laid.taken.slice(0, -1).every(({ link }) => link !== undefined)).toBe(true)
    expect(laid).toMatchObject({
      outcome: 'elsewhere',
      text: 'The packets go by core-2, the shortest way of the map is by core-1. Both are ways; theirs is 1 link longer.',
    })
    expect(laid.hops.map(({ place }) => place)).toEqual(['elsewhere', 'expected', 'expected'])
  })

  test('between two hops that follow each other no router is passed, as it would have answered', () => {
    const laid = trace([hop(1, '10.0.0.3'), hop(2, '10.0.0.4')])
    expect(namesOf(laid.taken)).toBe('agent access core-1 far server')
    const silent = trace([hop(1), hop(2, '10.0.0.3'), hop(3, '10.0.0.4')])
    expect(silent).toMatchObject({ outcome: 'as-expected', text: expect.stringContaining('1 hop does not answer.') })
  })

  test('a hop of nobody stays with its address, one that others have resolved is known, and one without a way is said', () => {
    const laid = trace([hop(1, '203.0.113.7'), hop(2, '10.0.9.9'), hop(3, '10.0.0.4')])
    expect(laid.hops.map(({ place }) => place)).toEqual(['unknown', 'elsewhere', 'expected'])
    expect(laid.hops[1]?.answers).toEqual([
      { address: '10.0.9.9', node: idOf('island'), why: 'core-2 has 10.0.9.9 at 02:00:00:00:00:09, which is island' },
    ])
    expect(laid.text).toContain('From agent to island the map knows no way.')
    expect(laid.text).toContain('Not on the map: 203.0.113.7.')
  })

  test('where nobody answers any more is said, with what would come next; silence is told once', () => {
    const laid = trace([hop(1, '10.0.0.1'), ...Array.from({ length: 29 }, (_, at) => hop(at + 2))], { ended: 'limit' })
    expect(laid).toMatchObject({
      outcome: 'cut',
      text: 'After core-1 nobody answers: server is not reached. Next on the way of the map is far.',
    })
    expect(laid.hops).toHaveLength(2)
    expect(trace([hop(1), hop(2)], { ended: 'limit' }).text).toBe('Nobody answers on the way to server.')
  })

  test('packets that go in a circle are told so', () => {
    const laid = trace([hop(1, '10.0.0.1'), hop(2, '10.0.0.2'), hop(3, '10.0.0.1')], { ended: 'limit' })
    expect(laid).toMatchObject({ outcome: 'cut', text: expect.stringMatching(/in a circle: core-1 has them again/) })
  })

  test('without a place on the map it begins at the first hop that has one, and a stranger cannot be compared', () => {
    const hops = [hop(1, '10.0.0.1'), hop(2, '10.0.0.3'), hop(3, '10.0.0.4')]
    const laid = trace(hops, { from: undefined })
    expect(namesOf(laid.expected)).toBe('core-1 far server')
    expect(laid.text).toContain("The agent's machine is not on the map: the way is compared from core-1 on.")
    const stranger = trace(hops.slice(0, 1), { to: undefined, address: 'evil\u001b[2J.example', ended: 'timeout' })
    expect(stranger.outcome).toBe('unknown')
    expect(stranger.text).toContain('evil [2J.example is not on the map')
  })

  test('a load balancer that answers from two is on the way when one of them is', () => {
    const laid = trace([hop(1, '10.0.0.2', '10.0.0.1'), hop(2, '10.0.0.3'), hop(3, '10.0.0.4')])
    expect(laid).toMatchObject({ outcome: 'as-expected', expected: [{}, {}, { hop: 1 }, {}, {}] })
  })
})

test('an address that several have at the site is nobody’s, one of another site is that one’s', () => {
  const there = { site: SiteName.parse('elsewhere') }
  const all = [device('core-1', ['10.9.0.1']), device('core-2', ['10.9.0.1', '10.9.0.2'])]
  const far = [device('far', ['10.9.0.2', '10.9.0.3'], there)]
  const owners = addressOwners(['10.9.0.1', '10.9.0.2', '10.9.0.3', '127.0.0.1'], [...all, ...far], SITE)
  expect([...owners].map(([ip, { node: owner }]) => [ip, owner])).toEqual([
    ['10.9.0.2', idOf('core-2')],
    ['10.9.0.3', idOf('far')],
  ])
})
