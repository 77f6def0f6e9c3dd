import { expect, test } from 'vitest'
import { foldPlan } from '../graph/fold-plan.ts'
import { foldTree } from '../graph/fold-tree.ts'
import { madeLink, madeNode, madeTree } from '../graph/made-graph.testkit.ts'
import { mapPicture } from '../graph/map-picture.ts'
import type { NodeState } from '../graph/node-state.ts'
import { type Drawing, type DrawingWish, drawingOf } from './drawing.ts'
import { drawingSvg } from './drawing-svg.ts'
import type { Palette } from './map-palette.ts'
import { shortName } from './mark-look.ts'

const WISH: DrawingWish = {
  room: { width: 800, height: 600 },
  causes: new Set(),
  broken: new Set(),
  use: new Map(),
  vlan: undefined,
  marked: undefined,
  saved: new Map(),
  selected: undefined,
  way: undefined,
}

type Network = ReturnType<typeof madeTree>

function drawn(
  { nodes, links }: Network,
  part: Partial<DrawingWish> = {},
  states = new Map<string, NodeState>(),
): Drawing {
  const tree = foldTree(nodes, links, states)
  const open = foldPlan(tree, { room: 500, urgent: new Set(), opened: new Set(), shut: new Set() })
  return drawingOf(mapPicture(tree, open), { ...WISH, ...part })
}

const looksOf = ({ nodes, wires }: Drawing, id: string): readonly string[] =>
  [...nodes, ...wires].find((one) => one.id === id)?.looks ?? []

test('the cause is larger than anything else, and says so in a word', () => {
  const tree = madeTree({ sites: 1, switches: 2, leafs: 1 })
  const states = new Map<string, NodeState>([['site-0-access-1', 'critical']])
  const drawing = drawn(tree, { causes: new Set(['site-0-access-1']) }, states)
  const cause = drawing.nodes.find((node) => node.id === 'site-0-access-1')
  expect(cause).toMatchObject({ label: 'site-0-access-1\nCause' })
  expect(cause?.looks).toEqual(expect.arrayContaining(['critical', 'cause']))
  const others = drawing.nodes.filter((node) => node.kind === 'node' && node.id !== 'site-0-access-1')
  expect(Math.max(...others.map((node) => node.height))).toBeLessThan(cause?.height ?? 0)
})

test('what is behind a failure is a state of its own, and its wires are quiet', () => {
  const nodes = [madeNode('s'), madeNode('a', { role: 'server' }), madeNode('b', { role: 'server' })]
  const links = [madeLink('s', 'a', { state: 'down' }), madeLink('s', 'b')]
  const drawing = drawn({ nodes, links }, {}, new Map<string, NodeState>([['a', 'behind-failure']]))
  expect(drawing.nodes.find((node) => node.id === 'a')?.label).toBe('a\nUnreachable')
  expect(looksOf(drawing, 's~a')).toEqual(expect.arrayContaining(['link-down', 'quiet']))
  expect(looksOf(drawing, 's~b')).not.toContain('quiet')
})

test('a link is drawn by its state, its doubt, its speed and its use', () => {
  const nodes = ['s', 'a', 'b', 'c', 'd'].map((id) => madeNode(id))
  const links = [
    madeLink('s', 'a', { speedBps: 1e10 }),
    madeLink('s', 'b', { speedBps: 1e8, confidence: 0.5 }),
    madeLink('s', 'c', { state: 'blocked' }),
    madeLink('s', 'd', { state: 'lost' }),
  ]
  const drawing = drawn({ nodes, links }, { use: new Map([['s~a', 0.95]]) })
  const wire = (id: string) => drawing.wires.find((one) => one.id === id)
  expect(wire('s~a')?.width).toBeGreaterThan(wire('s~b')?.width ?? 0)
  expect(looksOf(drawing, 's~a')).toContain('use-full')
  expect(looksOf(drawing, 's~b')).toEqual(expect.arrayContaining(['doubtful', 'use-unmeasured']))
  expect([wire('s~c')?.label, wire('s~d')?.label]).toEqual(['blocked', 'lost'])
})

test('a place that was saved by hand holds, and the frame goes along', () => {
  const tree = madeTree({ sites: 1, switches: 3, leafs: 2 })
  const drawing = drawn(tree, { saved: new Map([['site-0-access-1', { x: 5_000, y: 40 }]]) })
  expect(drawing.nodes.find((node) => node.id === 'site-0-access-1')).toMatchObject({ x: 5_000, y: 40 })
  const frame = drawing.nodes.find((node) => node.kind === 'box' && node.id === 'place:site-0/rack 1')
  expect((frame?.x ?? 0) + (frame?.width ?? 0) / 2).toBeGreaterThan(5_000)
})

test('links outside the chosen VLAN step back', () => {
  const nodes = ['s', 'a', 'b'].map((id) => madeNode(id))
  const links = [madeLink('s', 'a', { vlans: [10] }), madeLink('s', 'b', { vlans: [20] })]
  const drawing = drawn({ nodes, links }, { vlan: 10 })
  expect(looksOf(drawing, 's~a')).not.toContain('outside')
  expect(looksOf(drawing, 's~b')).toContain('outside')
})

test('names of devices are text in the picture, never markup, and never break it', () => {
  const hostile = '"><script>alert(1)</script>\u0000\u202e&amp;'
  const nodes = [madeNode('s', { name: hostile }), madeNode('a')]
  const colours = new Proxy<Record<string, string>>({}, { get: () => '#000' })
  const svg = drawingSvg(drawn({ nodes, links: [madeLink('s', 'a')] }), colours as unknown as Palette)
  expect(svg).not.toContain('<script')
  expect(svg).not.toContain('\u0000')
  expect(svg.match(/<svg /g)).toHaveLength(1)
})

test('a name that is too long is cut in the middle, where names differ least', () => {
  expect(shortName('berlin-access-switch-floor-12', 20)).toBe('berlin-access…oor-12')
  expect(shortName('a\n\tb\u202ec', 20)).toBe('a b c')
})
