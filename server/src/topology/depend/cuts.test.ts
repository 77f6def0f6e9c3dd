import type { TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { epochMs } from '@eyenet/shared/identity'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutsFrom, cutsOf, pathBetween, type Ways, waysFrom, waysOf } from './depend.ts'

type Pair = readonly [a: string, b: string, more?: Partial<TopologyLink>]

function network(
  pairs: readonly Pair[],
  kinds: Readonly<Record<string, TopologyNode['kind']>> = {},
  roles: Readonly<Record<string, TopologyNode['role']>> = {},
): Ways {
  const names = [...new Set(pairs.flatMap(([a, b]) => [a, b] as const))]
  const nodes = names.map(
    (id) => ({ id, kind: kinds[id] ?? 'device', name: id, role: roles[id] ?? 'switch', place: '' }) as const,
  )
  const links = pairs.map(
    ([a, b, more], at): TopologyLink => ({
      id: `${a}-${b}${pairs.findIndex(([x, y]) => x === a && y === b) === at ? '' : `#${at}`}`,
      layer: 'l2',
      kind: 'ethernet',
      a: { node: a },
      b: { node: b },
      ...{ members: [], confidence: 0.9, evidence: [], state: 'up', vlans: [], since: epochMs(0), ...more },
    }),
  )
  return waysOf({ nodes, links })
}

const cutIds = (ways: Ways, from: string, to: string) => cutsOf(cutsFrom(ways, from), to).map(({ id }) => id)

test('the cuts of a device are what all ways from the agent have in common, from the agent on', () => {
  const ways = network([
    ['a', 'b'],
    ['b', 'c'],
    ['b', 'd'],
    ['c', 'e'],
    ['d', 'e'],
    ['e', 'f'],
  ])
  expect(cutIds(ways, 'a', 'f')).toEqual(['a-b', 'b', 'e', 'e-f'])
  expect(cutIds(ways, 'a', 'c')).toEqual(['a-b', 'b'])
})

test('of parallel links none is a cut, and what hangs on nothing has none', () => {
  const ways = network([
    ['a', 'b'],
    ['a', 'b'],
    ['b', 'c'],
    ['x', 'y'],
  ])
  expect(cutIds(ways, 'a', 'c')).toEqual(['b', 'b-c'])
  expect(cutsFrom(ways, 'a').nearest.has('x')).toBe(false)
})

test('a lost link is no second way, and is the way to what has no other', () => {
  const ways = network([
    ['a', 'b'],
    ['a', 'c'],
    ['b', 'd'],
    ['c', 'd', { state: 'lost' }],
    ['d', 'gone', { state: 'lost' }],
  ])
  expect(cutIds(ways, 'a', 'd')).toEqual(['a-b', 'b', 'b-d'])
  expect(cutIds(ways, 'a', 'gone')).toEqual(['a-b', 'b', 'b-d', 'd', 'd-gone'])
})

/** The same by its meaning: take a thing away and look what is still reached. */
function cutsByTrying(ways: Ways, root: string, to: string): readonly string[] {
  const reaches = (gone: string): boolean => {
    const seen = new Set([root])
    for (const node of seen) {
      for (const way of waysFrom(ways, node)) if (way.to !== gone && way.link.id !== gone) seen.add(way.to)
    }
    return seen.has(to)
  }
  const things = [...ways.nodes.keys(), ...ways.links.keys()].filter((one) => one !== root && one !== to)
  return reaches('') ? things.filter((one) => !reaches(one)) : []
}

test('in networks at random they are those without which nothing is reached', () => {
  const pair = fc.tuple(fc.nat(9), fc.nat(9)).filter(([a, b]) => a !== b)
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 16 }), (pairs) => {
      const ways = network(pairs.map(([a, b]): Pair => [`n${a}`, `n${b}`]))
      const root = `n${pairs[0]?.[0]}`
      const cuts = cutsFrom(ways, root)
      for (const node of ways.nodes.keys()) {
        if (node === root) continue
        expect(
          cutsOf(cuts, node)
            .map(({ id }) => id)
            .sort(),
        ).toEqual([...cutsByTrying(ways, root, node)].sort())
      }
    }),
  )
})

test('40,000 nodes in a line are no trouble', () => {
  const pairs = Array.from({ length: 40_000 }, (_, at): Pair => [`n${at}`, `n${at + 1}`])
  const nodes = new Set(pairs.flat().filter((one) => typeof one === 'string'))
  expect(nodes.size).toBe(40_001)
  const from = new Map<string, { to: string; link: TopologyLink; port: undefined }[]>()
  const [link] = network([['a', 'b']]).links.values()
  if (link === undefined) throw new Error('no link')
  for (const [a, b] of pairs) {
    const one = { ...link, id: `${a}-${b}` }
    from.set(a, [...(from.get(a) ?? []), { to: b, link: one, port: undefined }])
    from.set(b, [...(from.get(b) ?? []), { to: a, link: one, port: undefined }])
  }
  const cuts = cutsFrom({ nodes: new Map(), links: new Map(), from }, 'n0')
  expect(cutsOf(cuts, 'n40000')).toHaveLength(79_999)
})

test('a path is the shortest that carries; over a blocked link only where there is no other', () => {
  const blocked = { state: 'blocked' } as const
  const ways = network([
    ['a', 'b'],
    ['b', 'c'],
    ['a', 'c', blocked],
    ['c', 'd', blocked],
  ])
  expect(pathBetween(ways, 'a', 'c').hops).toEqual([
    { node: 'a', link: 'a-b' },
    { node: 'b', link: 'b-c' },
    { node: 'c' },
  ])
  expect(pathBetween(ways, 'a', 'd')).toMatchObject({
    hops: [{ node: 'a', link: 'a-c' }, { node: 'c', link: 'c-d' }, { node: 'd' }],
    cuts: ['c', 'c-d'],
  })
  expect(pathBetween(ways, 'a', 'nowhere').hops).toEqual([])
})

test('neighbours by routing are a way between parts that no cable joins, and none within one', () => {
  const routed = { layer: 'l3', kind: 'ospf' } as const
  const ways = network([
    ['r1', 's'],
    ['s', 'r2'],
    ['r1', 'r2', routed],
    ['r2', 'far', routed],
    ['far', 'x'],
  ])
  expect(waysFrom(ways, 'r1').map(({ to }) => to)).toEqual(['s'])
  expect(cutIds(ways, 'r1', 'x')).toEqual(['r1-s', 's', 's-r2', 'r2', 'r2-far', 'far', 'far-x'])
})

test('a doubtful link is a way for a node that has no sure one', () => {
  const ways = network([
    ['a', 'b'],
    ['a', 'c', { confidence: 0.5 }],
    ['b', 'c', { confidence: 0.4 }],
    ['c', 'd'],
  ])
  expect(waysFrom(ways, 'c').map(({ to }) => to)).toEqual(['d'])
  const lonely = network([
    ['a', 'b'],
    ['a', 'c', { confidence: 0.5 }],
  ])
  expect(waysFrom(lonely, 'c').map(({ to }) => to)).toEqual(['a'])
})

test('a device that nothing else places hangs on the router of its network, and no other way comes of it', () => {
  const shared = { layer: 'l3', kind: 'subnet' } as const
  const pairs: readonly Pair[] = [
    ['host', 'net', shared],
    ['r', 'net', shared],
    ['x', 'net', shared],
    ['r', 's'],
    ['s', 'x'],
  ]
  const ways = network(pairs, { net: 'segment' }, { r: 'router' })
  expect(cutIds(ways, 'host', 'x')).toEqual(['host-net', 'net', 'r-net', 'r', 'r-s', 's', 's-x'])
})
