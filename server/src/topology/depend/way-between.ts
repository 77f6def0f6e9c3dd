import type { TopologyGraph, TopologyLink, TopologyNode, TopologyPath } from '@eyenet/shared/api'
import { pathBetween } from './path-between.ts'
import { neighbours, type Ways, waysOf } from './ways.ts'

type Graph = Pick<TopologyGraph, 'nodes' | 'links'>

/** What passes packets on from one network to another, or may. What is none of these is the end of a way. */
const PASSING: ReadonlySet<TopologyNode['role']> = new Set(['router', 'firewall', 'switch', 'access-point', 'unknown'])

/**
 * The way between two nodes over cables and lines; where there is none, over shared networks too, in which nobody knows
 * who is cabled to whom.
 */
export function wayBetween(graph: Graph, from: string, to: string): TopologyPath {
  const ways = waysOf(graph)
  const isOpen = openTo(ways, [from, to])
  const cables = [...ways.links.values()].filter(isOpen)
  const cabled = pathBetween(over(ways, cables), from, to)
  const networks = graph.links.filter((link) => segmentOf(ways, link) !== undefined && isOpen(link))
  const found = cabled.hops.length > 0 ? cabled : pathBetween(over(ways, [...cables, ...networks]), from, to)
  if (found.hops.length === 0) return found
  const isShared = found.hops.some(({ node }) => ways.nodes.get(node)?.kind === 'segment')
  return { ...found, over: isShared ? 'networks' : 'cables' }
}

/** Says of a link whether a way may take it: into a network only by the two ends, and by what passes packets on. */
function openTo(ways: Ways, ends: readonly string[]): (link: TopologyLink) => boolean {
  return (link) => {
    const segment = segmentOf(ways, link)
    if (segment === undefined) return true
    const member = ways.nodes.get(link.a.node === segment ? link.b.node : link.a.node)
    if (member === undefined) return false
    return ends.includes(member.id) || (member.kind === 'device' && PASSING.has(member.role))
  }
}

/** The network that a link leads into; undefined for one between others. */
function segmentOf({ nodes }: Ways, { a, b }: TopologyLink): string | undefined {
  return [a.node, b.node].find((id) => nodes.get(id)?.kind === 'segment')
}

function over({ nodes }: Ways, links: readonly TopologyLink[]): Ways {
  const all = new Map(links.map((link) => [link.id, link]))
  return { nodes, links: all, from: neighbours(all.values()) }
}
