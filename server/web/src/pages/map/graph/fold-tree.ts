import type { TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { type Adjacency, adjacencyOf } from './adjacency.ts'
import { coreDistance } from './core-distance.ts'
import { leafGroup, placeGroup, siteGroup, standings } from './node-groups.ts'
import { type NodeState, type StatesById, stateOf } from './node-state.ts'

/** Alike leafs of one parent that are worth one mark instead of many; of broken ones only when they are a crowd. */
const LEAST_LEAFS = 3
const LEAST_BROKEN_LEAFS = 7

/** The graph with its groups: sites, places within them, and alike leafs of one parent. */
export type FoldTree = {
  readonly nodes: ReadonlyMap<string, TopologyNode>
  readonly links: readonly TopologyLink[]
  readonly beside: Adjacency
  readonly distance: ReadonlyMap<string, number>
  readonly states: StatesById
  readonly sites: readonly SiteGroup[]
  /** The groups around a node, outermost first. */
  readonly groupsOf: (id: string) => readonly string[]
}

export type SiteGroup = {
  readonly id: string
  readonly name: string
  readonly members: readonly string[]
  readonly places: readonly PlaceGroup[]
  /** Those of the site that are in no place. */
  readonly loose: Cluster
}
export type PlaceGroup = { readonly id: string; readonly name: string; readonly inside: Cluster }

/** Nodes side by side: single ones, and leafs that can be one mark. */
export type Cluster = {
  readonly members: readonly string[]
  readonly single: readonly string[]
  readonly leafs: readonly LeafGroup[]
}
export type LeafGroup = {
  /** Unique; `opens` is what a person opens: all leafs of that parent. */
  readonly id: string
  readonly opens: string
  readonly parent: string
  readonly members: readonly string[]
}

export function foldTree(nodes: readonly TopologyNode[], links: readonly TopologyLink[], states: StatesById): FoldTree {
  const byId = new Map([...nodes].sort((a, b) => (a.id < b.id ? -1 : 1)).map((node) => [node.id, node]))
  const sorted = [...byId.values()]
  const beside = adjacencyOf(
    byId.keys(),
    links.map(({ a, b }) => ({ a: a.node, b: b.node })),
  )
  const distance = coreDistance(sorted, beside)
  const where = standings(sorted, beside, distance)
  const leafsOf = (members: readonly string[]): Cluster => clusterOf(members, { byId, beside, states })
  const groupsOf = (id: string): readonly string[] => {
    const { site = '', place = '' } = where.get(id) ?? {}
    const around = place === '' ? [siteGroup(site)] : [siteGroup(site), placeGroup(site, place)]
    const parent = [...(beside.get(id) ?? [])]
    return parent.length === 1 ? [...around, leafGroup(parent[0] ?? '')] : around
  }
  const sites = groupBy(sorted, (node) => where.get(node.id)?.site ?? '').map(([name, members]) => {
    const byPlace = groupBy(members, (node) => where.get(node.id)?.place ?? '')
    // A box around one device says nothing.
    const real = byPlace.filter(([place, inside]) => place !== '' && inside.length > 1)
    const placed = new Set(real.flatMap(([, inside]) => inside.map((node) => node.id)))
    return {
      id: siteGroup(name),
      name,
      members: members.map((node) => node.id),
      places: real.map(([place, inside]) => ({
        id: placeGroup(name, place),
        name: place,
        inside: leafsOf(inside.map((node) => node.id)),
      })),
      loose: leafsOf(members.map((node) => node.id).filter((id) => !placed.has(id))),
    }
  })
  return { nodes: byId, links, beside, distance, states, sites, groupsOf }
}

/** In the order of their names. */
function groupBy<T>(all: readonly T[], nameOf: (one: T) => string): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const group = groups.get(nameOf(one))
    if (group === undefined) groups.set(nameOf(one), [one])
    else group.push(one)
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
}

type Parts = {
  readonly byId: ReadonlyMap<string, TopologyNode>
  readonly beside: Adjacency
  readonly states: StatesById
}

/** What is alike is one mark: what is fine, what is only behind a failure; each that is broken stays to be seen. */
const LIKENESS: Readonly<Record<NodeState, string>> = {
  ok: 'fine',
  plain: 'fine',
  'behind-failure': 'behind',
  critical: 'critical',
  warning: 'warning',
  unknown: 'unknown',
}

function clusterOf(members: readonly string[], { byId, beside, states }: Parts): Cluster {
  const alike = new Map<string, { parent: string; likeness: string; members: string[] }>()
  for (const id of members) {
    const [parent, ...more] = beside.get(id) ?? []
    const node = byId.get(id)
    if (parent === undefined || more.length > 0 || node === undefined || carriesMore(parent, id, beside)) continue
    const likeness = LIKENESS[stateOf(states, node)]
    const key = `${parent} ${likeness}`
    const group = alike.get(key)
    if (group === undefined) alike.set(key, { parent, likeness, members: [id] })
    else group.members.push(id)
  }
  const leafs: LeafGroup[] = []
  const folded = new Set<string>()
  for (const { parent, likeness, members: some } of alike.values()) {
    const least = likeness === 'fine' || likeness === 'behind' ? LEAST_LEAFS : LEAST_BROKEN_LEAFS
    if (some.length < least) continue
    leafs.push({
      id: `${leafGroup(parent)} ${likeness} ${some[0] ?? ''}`,
      opens: leafGroup(parent),
      parent,
      members: some,
    })
    for (const id of some) folded.add(id)
  }
  return { members, single: members.filter((id) => !folded.has(id)), leafs }
}

/** Of two nodes that have only each other, neither is the other's leaf. */
function carriesMore(parent: string, leaf: string, beside: Adjacency): boolean {
  return beside.get(parent)?.size === 1 && beside.get(parent)?.has(leaf) === true
}
