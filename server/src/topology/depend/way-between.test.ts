import type { TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { epochMs } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { wayBetween } from './depend.ts'

const NETWORKS = ['10.0.1.0/24', '10.0.2.0/24', '10.0.3.0/24']

function graphOf(roles: Readonly<Record<string, TopologyNode['role']>>, pairs: readonly (readonly [string, string])[]) {
  const node = (id: string): TopologyNode => {
    const kind = NETWORKS.includes(id) ? 'segment' : 'device'
    return { id, kind, name: id, role: roles[id] ?? 'unknown', place: '' }
  }
  const links = pairs.map(([a, b]): TopologyLink => {
    const isShared = NETWORKS.includes(b)
    return {
      ...{ id: `${a}-${b}`, layer: isShared ? 'l3' : 'l2', kind: isShared ? 'subnet' : 'ethernet', a: { node: a } },
      ...{ b: { node: b }, members: [], confidence: 0.95, evidence: [], state: 'up', vlans: [], since: epochMs(0) },
    }
  })
  return { nodes: [...Object.keys(roles), ...NETWORKS].map(node), links }
}

const stops = ({ hops }: { readonly hops: readonly { readonly node: string }[] }) => hops.map(({ node }) => node)

test('where no cable is known between two, the way goes over the networks that they share with what routes between', () => {
  const roles = {
    a: 'server',
    r: 'router',
    b: 'printer',
    s: 'switch',
    two: 'server',
    c: 'storage',
    x: 'phone',
  } as const
  const graph = graphOf(roles, [
    ['a', 's'],
    ['r', 's'],
    ['a', '10.0.1.0/24'],
    ['r', '10.0.1.0/24'],
    ['two', '10.0.1.0/24'],
    ['r', '10.0.2.0/24'],
    ['b', '10.0.2.0/24'],
    ['b', 'x'],
    ['two', '10.0.3.0/24'],
    ['c', '10.0.3.0/24'],
  ])
  expect(wayBetween(graph, 'a', 'r')).toMatchObject({ over: 'cables', cuts: ['a-s', 's', 'r-s'] })
  const shared = wayBetween(graph, 'a', 'b')
  expect([stops(shared), shared.over]).toEqual([['a', 's', 'r', '10.0.2.0/24', 'b'], 'networks'])
  // All that is on it is on every way, the cable beside the network is not.
  expect(shared.cuts).toEqual(['r', 'r-10.0.2.0/24', '10.0.2.0/24', 'b-10.0.2.0/24'])
  // A network is an end like another.
  expect(stops(wayBetween(graph, 's', '10.0.2.0/24'))).toEqual(['s', 'r', '10.0.2.0/24'])
  expect(stops(wayBetween(graph, '10.0.2.0/24', 'b'))).toEqual(['10.0.2.0/24', 'b'])
  // A server in two networks is no router.
  expect(wayBetween(graph, 'a', 'c')).toEqual({ from: 'a', to: 'c', hops: [], cuts: [] })
})
