import type { TopologyGraph, TopologyLink } from '@eyenet/shared/api'
import type { RememberedGraph, SeenGraph } from './history/history.ts'

/** What of links that are no event yet is shown. */
export const earlyText = (links: readonly TopologyLink[]): string =>
  JSON.stringify(
    links.map(({ id, kind, state, speedBps, members, vlans }) => [id, kind, state, speedBps, members, vlans]),
  )

/** With these links that are seen now, and the nodes at their ends. */
export function withEarly(graph: RememberedGraph, seen: SeenGraph, early: readonly TopologyLink[]): RememberedGraph {
  if (early.length === 0) return graph
  const more = early.filter(({ id }) => !graph.links.has(id))
  const ends = new Set(more.flatMap(({ a, b }) => [a.node, b.node]))
  const nodes = new Map(graph.nodes)
  for (const node of seen.nodes) if (ends.has(node.id) && !nodes.has(node.id)) nodes.set(node.id, node)
  return { ...graph, nodes, links: new Map([...graph.links, ...more.map((link) => [link.id, link] as const)]) }
}

/** When evidence was told last is no event: links of now have it as it is now. */
export function withFreshEvidence(graph: TopologyGraph, seen: SeenGraph): TopologyGraph {
  const told = new Map(seen.links.map((link) => [link.id, link]))
  const links = graph.links.map((link) => {
    const now = told.get(link.id)
    return now === undefined ? link : { ...link, evidence: now.evidence, confidence: now.confidence }
  })
  return { ...graph, links }
}
