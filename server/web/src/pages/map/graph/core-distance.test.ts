import { expect, test } from 'vitest'
import { adjacencyOf } from './adjacency.ts'
import { coreDistance } from './core-distance.ts'
import { madeLink, madeNode, madeTree } from './made-graph.testkit.ts'

const distances = ({ nodes, links }: ReturnType<typeof madeTree>) =>
  coreDistance(
    nodes,
    adjacencyOf(
      nodes.map((node) => node.id),
      links.map(({ a, b }) => ({ a: a.node, b: b.node })),
    ),
  )

test('both cores are the core, also where one switch hangs on one of them only', () => {
  const tree = madeTree({ sites: 1, switches: 4, leafs: 3 })
  const links = tree.links.filter((link) => link.id !== 'site-0-core-2~site-0-access-3')
  const hops = distances({ nodes: tree.nodes, links })
  expect([hops.get('site-0-core-1'), hops.get('site-0-core-2')]).toEqual([0, 0])
  expect(hops.get('site-0-access-3')).toBe(1)
  expect(hops.get('site-0-access-3-ap-1')).toBe(2)
})

test('a leaf is never the core, and what is linked to nothing has no distance', () => {
  const nodes = [madeNode('s'), madeNode('a', { role: 'server' }), madeNode('b', { role: 'server' }), madeNode('lone')]
  const hops = distances({ nodes, links: [madeLink('s', 'a'), madeLink('s', 'b')] })
  expect(hops.get('s')).toBe(0)
  expect(hops.has('lone')).toBe(false)
})

test('each part of a network that is apart has a core of its own', () => {
  const nodes = ['s1', 'a', 'b', 's2', 'c', 'd'].map((id) =>
    madeNode(id, { role: id.startsWith('s') ? 'switch' : 'server' }),
  )
  const links = [madeLink('s1', 'a'), madeLink('s1', 'b'), madeLink('s2', 'c'), madeLink('s2', 'd')]
  const hops = distances({ nodes, links })
  expect([hops.get('s1'), hops.get('s2'), hops.get('d')]).toEqual([0, 0, 1])
})
