import type { TopologyEvent, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import type { RememberedGraph } from './remembered.ts'

/**
 * The graph after these events, which are in order and come after it. The only way in which a graph changes, so that one
 * that is rebuilt is the one that was. A node that goes takes its links with it.
 */
export function applyEvents(graph: RememberedGraph, events: readonly TopologyEvent[]): RememberedGraph {
  const last = events.at(-1)
  if (last === undefined) return graph
  const nodes = new Map(graph.nodes)
  const links = new Map(graph.links)
  for (const event of events) applyEvent({ nodes, links }, event)
  return { seq: last.seq, at: last.at, nodes, links }
}

function applyEvent(
  { nodes, links }: { nodes: Map<string, TopologyNode>; links: Map<string, TopologyLink> },
  { kind, node, link, before }: TopologyEvent,
): void {
  switch (kind) {
    case 'node-added':
    case 'node-changed':
      if (node !== undefined) nodes.set(node.id, node)
      return
    case 'node-removed':
      if (node === undefined) return
      nodes.delete(node.id)
      for (const { id, a, b } of links.values()) if (a.node === node.id || b.node === node.id) links.delete(id)
      return
    case 'link-added':
    case 'link-changed':
    case 'link-lost':
    case 'neighbor-moved':
      if (before !== undefined) links.delete(before.id)
      if (link !== undefined) links.set(link.id, link)
      return
    case 'link-removed':
      if (link !== undefined) links.delete(link.id)
      return
    case 'root-bridge-changed':
    case 'endpoint-new':
    case 'endpoint-moved':
      return
  }
}
