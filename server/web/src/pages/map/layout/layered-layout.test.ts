import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldPlan } from '../graph/fold-plan.ts'
import { foldTree } from '../graph/fold-tree.ts'
import { madeLink, madeNode, madeTree } from '../graph/made-graph.testkit.ts'
import { mapPicture } from '../graph/map-picture.ts'
import { type Layout, type LayoutInput, layeredLayout } from './layered-layout.ts'

type Network = {
  readonly nodes: ReturnType<typeof madeTree>['nodes']
  readonly links: ReturnType<typeof madeTree>['links']
}

const WHOLE = { room: 1e9, urgent: new Set<string>(), opened: new Set<string>(), shut: new Set<string>() }

function inputOf({ nodes, links }: Network, aspect = 1.4): LayoutInput {
  const tree = foldTree(nodes, links, new Map())
  const everything = new Set(nodes.flatMap((node) => tree.groupsOf(node.id)))
  const picture = mapPicture(tree, foldPlan(tree, { ...WHOLE, opened: everything }))
  return {
    marks: picture.marks.map((mark) => {
      const distance = picture.distance.get(mark.id)
      return {
        id: mark.id,
        box: mark.box,
        width: 110,
        height: 68,
        hangs: true,
        ...(distance !== undefined && { distance }),
      }
    }),
    boxes: picture.boxes,
    wires: picture.wires,
    room: { width: 600 * aspect, height: 600 },
  }
}

function overlaps(input: LayoutInput, layout: Layout): readonly string[] {
  const rects = input.marks.map((mark) => ({ ...mark, ...(layout.marks.get(mark.id) ?? { x: 0, y: 0 }) }))
  const found: string[] = []
  for (const [at, a] of rects.entries())
    for (const b of rects.slice(at + 1))
      if (
        Math.abs(a.x - b.x) < (a.width + b.width) / 2 - 0.01 &&
        Math.abs(a.y - b.y) < (a.height + b.height) / 2 - 0.01
      )
        found.push(`${a.id} ${b.id}`)
  return found
}

test('the core is at the top, and each layer is below the one that is nearer to it', () => {
  const { marks } = layeredLayout(inputOf(madeTree({ sites: 1, switches: 3, leafs: 0 })))
  const y = (id: string): number => marks.get(id)?.y ?? Number.NaN
  expect(y('site-0-core-1')).toBe(y('site-0-core-2'))
  expect(y('site-0-access-0')).toBeGreaterThan(y('site-0-core-1'))
})

test('leafs hang beneath the one that they are linked to', () => {
  const nodes = [madeNode('s'), madeNode('t'), ...['a', 'b', 'c', 'd'].map((id) => madeNode(id, { role: 'server' }))]
  const links = [madeLink('s', 't'), madeLink('s', 'a'), madeLink('s', 'b'), madeLink('t', 'c'), madeLink('t', 'd')]
  const { marks } = layeredLayout(inputOf({ nodes, links }))
  const at = (id: string) => marks.get(id) ?? { x: Number.NaN, y: Number.NaN }
  for (const [leaf, parent] of [
    ['a', 's'],
    ['b', 's'],
    ['c', 't'],
    ['d', 't'],
  ] as const) {
    expect(at(leaf).y).toBeGreaterThan(at(parent).y)
    expect(Math.abs(at(leaf).x - at(parent).x)).toBeLessThan(120)
  }
})

test('no mark lies on another, and all are inside the frames that they are in', () => {
  const size = fc.record({
    sites: fc.integer({ min: 1, max: 3 }),
    switches: fc.integer({ min: 0, max: 5 }),
    leafs: fc.integer({ min: 0, max: 4 }),
  })
  fc.assert(
    fc.property(size, fc.double({ min: 0.4, max: 3, noNaN: true }), (network, aspect) => {
      const input = inputOf(madeTree(network), aspect)
      const layout = layeredLayout(input)
      expect(overlaps(input, layout)).toEqual([])
      for (const mark of input.marks) {
        const [point, box] = [layout.marks.get(mark.id), layout.boxes.get(mark.box ?? '')]
        if (point === undefined || box === undefined) continue
        expect(point.x - mark.width / 2).toBeGreaterThanOrEqual(box.x)
        expect(point.x + mark.width / 2).toBeLessThanOrEqual(box.x + box.width + 0.01)
        expect(point.y + mark.height / 2).toBeLessThanOrEqual(box.y + box.height + 0.01)
      }
    }),
    { numRuns: 40 },
  )
})

test('the same network is drawn alike, in whatever order it is told', () => {
  const { nodes, links } = madeTree({ sites: 2, switches: 5, leafs: 3 })
  const there = layeredLayout(inputOf({ nodes, links }))
  const back = layeredLayout(inputOf({ nodes: [...nodes].reverse(), links: [...links].reverse() }))
  expect([...back.marks].sort()).toEqual([...there.marks].sort())
})

test('one more leaf moves little: the rest keeps its order, and most of it its place', () => {
  const tree = madeTree({ sites: 1, switches: 12, leafs: 4 })
  const before = layeredLayout(inputOf(tree)).marks
  const more = {
    nodes: [
      ...tree.nodes,
      madeNode('site-0-access-5-ap-9', { ...tree.nodes[0], id: 'site-0-access-5-ap-9', name: 'x', place: 'rack 5' }),
    ],
    links: [...tree.links, madeLink('site-0-access-5', 'site-0-access-5-ap-9')],
  }
  const after = layeredLayout(inputOf(more)).marks
  const moves = [...before].map(([id, at]) =>
    Math.hypot((after.get(id)?.x ?? 0) - at.x, (after.get(id)?.y ?? 0) - at.y),
  )
  expect(moves.sort((a, b) => a - b)[Math.floor(moves.length / 2)]).toBeLessThan(130)
  const order = (marks: ReadonlyMap<string, { x: number; y: number }>): readonly string[] =>
    Array.from({ length: 12 }, (_, at) => `site-0-access-${at}`).sort(
      (a, b) => (marks.get(a)?.y ?? 0) - (marks.get(b)?.y ?? 0) || (marks.get(a)?.x ?? 0) - (marks.get(b)?.x ?? 0),
    )
  expect(order(after)).toEqual(order(before))
})

test('a thousand marks are placed, none on another', () => {
  const input = inputOf(madeTree({ sites: 7, switches: 14, leafs: 9 }))
  expect(input.marks).toHaveLength(994)
  expect(overlaps(input, layeredLayout(input))).toEqual([])
})
