import { expect, test } from 'vitest'
import { graphView } from './graph-view.ts'
import { madeLink, madeNode, madeTree } from './made-graph.testkit.ts'

const ALL = { layer: 'l2', site: '', focus: '', depth: 2 } as const
const ids = ({ nodes }: ReturnType<typeof graphView>): readonly string[] => nodes.map((node) => node.id).sort()

test('around one device is what is within so many hops of it', () => {
  const tree = madeTree({ sites: 1, switches: 3, leafs: 2 })
  expect(ids(graphView(tree, { ...ALL, focus: 'site-0-access-1-ap-0', depth: 1 }))).toEqual([
    'site-0-access-1',
    'site-0-access-1-ap-0',
  ])
  const two = graphView(tree, { ...ALL, focus: 'site-0-access-1-ap-0', depth: 2 })
  expect(ids(two)).toEqual([
    'site-0-access-1',
    'site-0-access-1-ap-0',
    'site-0-access-1-ap-1',
    'site-0-core-1',
    'site-0-core-2',
  ])
  // The link between the cores has both ends inside.
  expect(two.links.some((link) => link.id === 'site-0-core-1~site-0-core-2')).toBe(true)
})

test('a focus that is not there shows the whole', () => {
  const tree = madeTree({ sites: 1, switches: 1, leafs: 1 })
  expect(ids(graphView(tree, { ...ALL, focus: 'gone' }))).toHaveLength(tree.nodes.length)
})

test('one site is shown with what it is linked to elsewhere', () => {
  const tree = madeTree({ sites: 3, switches: 1, leafs: 1 })
  const seen = ids(graphView(tree, { ...ALL, site: 'site-2' }))
  expect(seen).toContain('site-2-access-0')
  expect(seen).toContain('site-0-core-1')
  expect(seen).not.toContain('site-1-core-1')
})

test('a layer has its own links and segments, and every device', () => {
  const nodes = [
    madeNode('a'),
    madeNode('b'),
    madeNode('segment:1', { kind: 'segment' }),
    madeNode('unmanaged:1', { kind: 'unmanaged' }),
  ]
  const links = [madeLink('a', 'unmanaged:1'), madeLink('a', 'segment:1', { layer: 'l3', kind: 'subnet' })]
  expect(ids(graphView({ nodes, links }, ALL))).toEqual(['a', 'b', 'unmanaged:1'])
  expect(ids(graphView({ nodes, links }, { ...ALL, layer: 'l3' }))).toEqual(['a', 'b', 'segment:1'])
})
