import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countMarks, type FoldWish, foldPlan } from './fold-plan.ts'
import { foldTree } from './fold-tree.ts'
import { madeTree } from './made-graph.testkit.ts'
import { mapPicture, membersOf } from './map-picture.ts'
import type { NodeState } from './node-state.ts'

const wish = (part: Partial<FoldWish> = {}): FoldWish => ({
  room: 80,
  urgent: new Set(),
  opened: new Set(),
  shut: new Set(),
  ...part,
})

function treeOf(size: Parameters<typeof madeTree>[0], states: readonly (readonly [string, NodeState])[] = []) {
  const { nodes, links } = madeTree(size)
  const all = new Map<string, NodeState>(nodes.map((node) => [node.id, 'ok']))
  for (const [id, state] of states) all.set(id, state)
  return foldTree(nodes, links, all)
}

test('a small network is drawn whole', () => {
  const tree = treeOf({ sites: 1, switches: 3, leafs: 3 })
  expect(mapPicture(tree, foldPlan(tree, wish())).marks.every((mark) => mark.kind === 'node')).toBe(true)
})

test('leafs of one parent are one mark before anything else folds', () => {
  const tree = treeOf({ sites: 1, switches: 8, leafs: 12 })
  const { marks } = mapPicture(tree, foldPlan(tree, wish()))
  expect(marks.filter((mark) => mark.kind === 'group').map((mark) => mark.name)).toEqual(
    Array.from({ length: 8 }, () => '12 access points'),
  )
  expect(marks.filter((mark) => mark.kind === 'node')).toHaveLength(10)
})

test('a thousand devices fit the room that there is', () => {
  const tree = treeOf({ sites: 7, switches: 14, leafs: 9 })
  expect(tree.nodes.size).toBe(994)
  const { marks } = mapPicture(tree, foldPlan(tree, wish()))
  expect(marks.length).toBeLessThanOrEqual(80)
})

test('what failed is to be seen itself, also among a thousand', () => {
  const tree = treeOf({ sites: 7, switches: 14, leafs: 9 }, [['site-3-access-4', 'critical']])
  const { marks } = mapPicture(tree, foldPlan(tree, wish({ urgent: new Set(['site-3-access-4']) })))
  expect(marks.find((mark) => mark.id === 'site-3-access-4')).toMatchObject({ kind: 'node', state: 'critical' })
})

test('a broken leaf is not folded among those that are fine', () => {
  const tree = treeOf({ sites: 1, switches: 4, leafs: 12 }, [['site-0-access-1-ap-5', 'critical']])
  const { marks } = mapPicture(tree, foldPlan(tree, wish()))
  expect(marks.some((mark) => mark.kind === 'node' && mark.id === 'site-0-access-1-ap-5')).toBe(true)
})

test('a group shows the worst of what is in it, with how many', () => {
  const tree = treeOf({ sites: 7, switches: 14, leafs: 9 }, [
    ['site-2-access-1', 'critical'],
    ['site-2-access-1-ap-1', 'behind-failure'],
  ])
  const { marks } = mapPicture(tree, foldPlan(tree, wish({ room: 12 })))
  expect(marks.find((mark) => mark.id === 'site:site-2')).toMatchObject({
    state: 'critical',
    counts: { critical: 1, 'behind-failure': 1 },
  })
})

test('what a person opened stays open, and what was closed stays closed', () => {
  const tree = treeOf({ sites: 7, switches: 14, leafs: 9 })
  const open = foldPlan(tree, wish({ room: 12, opened: new Set(['site:site-1']) }))
  expect(open.has('site:site-1')).toBe(true)
  expect(open.has('site:site-2')).toBe(false)
  const small = treeOf({ sites: 2, switches: 2, leafs: 1 })
  expect(foldPlan(small, wish({ shut: new Set(['site:site-1']) })).has('site:site-1')).toBe(false)
})

test('whatever is open, every node is in exactly one mark', () => {
  const size = fc.record({
    sites: fc.integer({ min: 1, max: 4 }),
    switches: fc.integer({ min: 0, max: 6 }),
    leafs: fc.integer({ min: 0, max: 5 }),
  })
  fc.assert(
    fc.property(size, fc.integer({ min: 1, max: 60 }), fc.nat(3), (network, room, opened) => {
      const tree = treeOf(network)
      const open = foldPlan(tree, wish({ room, opened: new Set([`site:site-${opened}`]) }))
      const picture = mapPicture(tree, open)
      const members = picture.marks.flatMap(membersOf)
      expect([...members].sort()).toEqual([...tree.nodes.keys()])
      expect(new Set(members).size).toBe(members.length)
      if (tree.sites.length > 1) expect(picture.marks).toHaveLength(countMarks(tree, open))
      const ids = new Set(picture.marks.map((mark) => mark.id))
      for (const wire of picture.wires) expect(ids.has(wire.a) && ids.has(wire.b)).toBe(true)
    }),
  )
})
