import type { TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { commonDomain } from '../../../format/common-domain.ts'
import { type Adjacency, adjacencyOf } from './adjacency.ts'
import { coreDistance } from './core-distance.ts'
import { groupBy } from './group-by.ts'
import { leafGroup, siteGroup, standings } from './node-groups.ts'
import { type NodeState, type StatesById, stateOf } from './node-state.ts'
import type { Cluster, LeafGroup, Section } from './section.ts'
import { siteSections } from './site-sections.ts'

/** Alike leafs of one parent that are worth one mark instead of many; of broken ones only when they are a crowd. */
const LEAST_LEAFS = 3
const LEAST_BROKEN_LEAFS = 7

/** The graph with its groups: sites, areas and places within them, and alike leafs of one parent. */
export type FoldTree = {
  readonly nodes: ReadonlyMap<string, TopologyNode>
  readonly links: readonly TopologyLink[]
  readonly beside: Adjacency
  readonly distance: ReadonlyMap<string, number>
  readonly states: StatesById
  /** The end of most names, which labels need not repeat. */
  readonly domain: string
  readonly sites: readonly Section[]
  /** The groups around a node, outermost first. */
  readonly groupsOf: (id: string) => readonly string[]
}

export function foldTree(nodes: readonly TopologyNode[], links: readonly TopologyLink[], states: StatesById): FoldTree {
  const byId = new Map([...nodes].sort((a, b) => (a.id < b.id ? -1 : 1)).map((node) => [node.id, node]))
  const sorted = [...byId.values()]
  const pairs = links.map(({ a, b }) => ({ a: a.node, b: b.node }))
  const beside = adjacencyOf(byId.keys(), pairs)
  const distance = coreDistance(sorted, beside)
  const domain = commonDomain(sorted.map((node) => node.name))
  const where = standings(sorted, { beside, distance, domain })
  const cluster = (members: readonly string[]): Cluster => clusterOf(members, { byId, beside, states })
  const sites = groupBy(sorted, (node) => where.get(node.id)?.site ?? '').map(([site, inside]): Section => {
    const members = inside.map((node) => node.id)
    const placeOf = (id: string): string => where.get(id)?.place ?? ''
    return {
      id: siteGroup(site),
      what: 'site',
      name: site,
      members,
      ...siteSections(members, { site, placeOf, pairs, cluster }),
    }
  })
  const around = groupsAround(sites)
  const groupsOf = (id: string): readonly string[] => {
    const parents = [...(beside.get(id) ?? [])]
    const leaf = parents.length === 1 ? [leafGroup(parents[0] ?? '')] : []
    return [...(around.get(id) ?? []), ...leaf]
  }
  return { nodes: byId, links, beside, distance, states, domain, sites, groupsOf }
}

/** The sections around each node, outermost first. */
function groupsAround(sites: readonly Section[]): ReadonlyMap<string, readonly string[]> {
  const around = new Map<string, string[]>()
  const walk = ({ id, members, sections }: Section): void => {
    for (const member of members) around.set(member, [...(around.get(member) ?? []), id])
    sections.forEach(walk)
  }
  sites.forEach(walk)
  return around
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
