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
  const cabled = pathBetween(ways, from, to)
  const found = cabled.hops.length > 0 ? cabled : pathBetween(withNetworks(ways, graph, [from, to]), from, to)
  if (found.hops.length === 0) return found
  const isShared = found.hops.some(({ node }) => ways.nodes.get(node)?.kind === 'segment')
  return { ...found, over: isShared ? 'networks' : 'cables' }
}

/** With the networks as nodes: the two ends are in theirs, and so is what passes packets on. */
function withNetworks(ways: Ways, { links }: Graph, ends: readonly string[]): Ways {
  const isMember = (node: TopologyNode | undefined): boolean =>
    node !== undefined && (ends.includes(node.id) || (node.kind === 'device' && PASSING.has(node.role)))
  const isUsed = ({ layer, a, b }: TopologyLink): boolean => {
    const [one, other] = [ways.nodes.get(a.node), ways.nodes.get(b.node)]
    if (layer !== 'l3') return false
    return one?.kind === 'segment' ? isMember(other) : other?.kind === 'segment' && isMember(one)
  }
  const more = links.filter(isUsed).map((link) => [link.id, link] as const)
  const all = new Map([...ways.links, ...more])
  return { nodes: ways.nodes, links: all, from: neighbours(all.values()) }
}
