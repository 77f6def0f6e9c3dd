import { expect, test } from 'vitest'
import { bothMoments, graphDiff } from './graph-diff.ts'
import { madeLink, madeNode } from './made-graph.testkit.ts'

const nodes = ['a', 'b', 'c'].map((id) => madeNode(id))

test('a cable that was moved is one thing, not a loss and a gain', () => {
  const before = madeLink('a', 'b', { a: { node: 'a', port: '1' }, b: { node: 'b', port: '9' } })
  const now = madeLink('a', 'c', { a: { node: 'a', port: '1' }, b: { node: 'c', port: '4' } })
  const diff = graphDiff({ nodes, links: [before] }, { nodes, links: [now] })
  expect(diff).toMatchObject({ addedLinks: [], removedLinks: [], movedLinks: [{ before, now }] })
})

test('links that share no port are a loss and a gain', () => {
  const before = madeLink('a', 'b', { a: { node: 'a', port: '1' }, b: { node: 'b', port: '9' } })
  const now = madeLink('a', 'c', { a: { node: 'a', port: '2' }, b: { node: 'c', port: '4' } })
  const diff = graphDiff({ nodes, links: [before] }, { nodes, links: [now] })
  expect(diff).toMatchObject({ addedLinks: [now], removedLinks: [before], movedLinks: [] })
})

test('a link in its place with another state has changed', () => {
  const before = madeLink('a', 'b')
  const now = { ...before, state: 'down' as const }
  expect(graphDiff({ nodes, links: [before] }, { nodes, links: [now] }).changedLinks).toEqual([{ before, now }])
})

test('the same moment differs in nothing', () => {
  const graph = { nodes, links: [madeLink('a', 'b')] }
  for (const list of Object.values(graphDiff(graph, graph))) expect(list).toEqual([])
})

test('both moments in one picture have each thing once', () => {
  const before = { nodes: nodes.slice(0, 2), links: [madeLink('a', 'b')] }
  const now = { nodes: nodes.slice(1), links: [madeLink('b', 'c')] }
  const both = bothMoments(before, now)
  expect(both.nodes.map((node) => node.id).sort()).toEqual(['a', 'b', 'c'])
  expect(both.links).toHaveLength(2)
})
