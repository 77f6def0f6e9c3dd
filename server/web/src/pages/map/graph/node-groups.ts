import type { TopologyNode } from '@eyenet/shared/api'
import { nameWithin } from '../../../format/common-domain.ts'
import type { Adjacency } from './adjacency.ts'

/** Where a node stands: its site, and within that its rack, room, or the branch of the network that it hangs on. */
export type Standing = { readonly site: string; readonly place: string }

/** A site is divided by what its devices tell of their place when at least this share of them tell one. */
const SHARE_THAT_TELLS = 0.5

export const siteGroup = (site: string): string => `site:${site}`
export const placeGroup = (site: string, place: string): string => `place:${site}/${place}`
export const leafGroup = (parent: string): string => `leafs:${parent}`

type Network = {
  readonly beside: Adjacency
  readonly distance: ReadonlyMap<string, number>
  readonly domain: string
}

/**
 * Site and place of every node. What tells no site (an unmanaged switch, a neighbour that is only heard of) stands where
 * its neighbours stand. Where devices tell no places, the branches below the core take their part.
 */
export function standings(
  nodes: readonly TopologyNode[],
  { beside, distance, domain }: Network,
): ReadonlyMap<string, Standing> {
  const sites = sitesOf(nodes, beside)
  const bySite = new Map<string, TopologyNode[]>()
  for (const node of nodes) {
    const site = sites.get(node.id) ?? ''
    const members = bySite.get(site)
    if (members === undefined) bySite.set(site, [node])
    else members.push(node)
  }
  const names = new Map(nodes.map((node) => [node.id, nameWithin(node.name, domain)]))
  const result = new Map<string, Standing>()
  for (const [site, members] of bySite) {
    const told = toldPlaces(members)
    const places = told ?? branches(members, { beside, distance, names })
    for (const node of members) result.set(node.id, { site, place: places.get(node.id) ?? '' })
  }
  return result
}

function sitesOf(nodes: readonly TopologyNode[], beside: Adjacency): ReadonlyMap<string, string> {
  const sites = new Map<string, string>()
  for (const node of nodes) if (node.site !== undefined) sites.set(node.id, node.site)
  for (const node of nodes) {
    if (node.site !== undefined) continue
    const near = [...(beside.get(node.id) ?? [])].map((id) => sites.get(id)).filter((site) => site !== undefined)
    const first = near.sort()[0]
    if (first !== undefined) sites.set(node.id, first)
  }
  return sites
}

function toldPlaces(members: readonly TopologyNode[]): ReadonlyMap<string, string> | undefined {
  const places = new Map<string, string>()
  for (const node of members) {
    const place = node.place.trim()
    if (place !== '') places.set(node.id, place)
  }
  const asked = members.filter((node) => node.kind === 'device').length
  const divides = new Set(places.values()).size >= 2
  return divides && places.size >= asked * SHARE_THAT_TELLS ? places : undefined
}

type Around = {
  readonly beside: Adjacency
  readonly distance: ReadonlyMap<string, number>
  readonly names: ReadonlyMap<string, string>
}

/** The branch of a node is named after the switch that it hangs on, one step below the core of its site. */
function branches(members: readonly TopologyNode[], around: Around): ReadonlyMap<string, string> {
  const { beside, distance, names } = around
  const inside = new Set(members.map((node) => node.id))
  const hops = (id: string): number => distance.get(id) ?? Number.POSITIVE_INFINITY
  const nearest = Math.min(...members.map((node) => hops(node.id)))
  const result = new Map<string, string>()
  const ordered = members.filter((node) => distance.has(node.id)).sort((a, b) => hops(a.id) - hops(b.id))
  for (const node of ordered) {
    const depth = hops(node.id) - nearest
    if (depth === 1) {
      const hasOwn = [...(beside.get(node.id) ?? [])].some((id) => inside.has(id) && hops(id) > hops(node.id))
      if (hasOwn) result.set(node.id, `behind ${names.get(node.id) ?? node.id}`)
    } else if (depth > 1) {
      const above = [...(beside.get(node.id) ?? [])].filter((id) => inside.has(id) && hops(id) < hops(node.id)).sort()
      const branch = above.map((id) => result.get(id)).find((one) => one !== undefined)
      if (branch !== undefined) result.set(node.id, branch)
    }
  }
  return result
}
