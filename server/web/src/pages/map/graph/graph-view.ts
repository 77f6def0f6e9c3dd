import type { TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { adjacencyOf, hopsFrom } from './adjacency.ts'

type Graph = { readonly nodes: readonly TopologyNode[]; readonly links: readonly TopologyLink[] }
type View = { readonly layer: 'l2' | 'l3'; readonly site: string; readonly focus: string; readonly depth: number }

/** The part of the graph that is looked at: one layer, one site with what it is linked to, or what is around one node. */
export function graphView({ nodes, links }: Graph, view: View): Graph {
  const ofLayer = links.filter((link) => link.layer === view.layer)
  const touched = new Set(ofLayer.flatMap((link) => [link.a.node, link.b.node]))
  // Segments belong to layer 3, switches that nobody asks to layer 2; devices stay in both.
  const present = nodes.filter((node) => node.kind === 'device' || touched.has(node.id))
  if (view.focus !== '' && present.some((node) => node.id === view.focus)) {
    return around({ nodes: present, links: ofLayer }, view)
  }
  if (view.site === '') return between(present, ofLayer)
  const own = new Set(present.filter((node) => node.site === view.site).map((node) => node.id))
  const beside = adjacencyOf(
    present.map((node) => node.id),
    ofLayer.map(({ a, b }) => ({ a: a.node, b: b.node })),
  )
  const kept = present.filter((node) => own.has(node.id) || [...(beside.get(node.id) ?? [])].some((id) => own.has(id)))
  return between(kept, ofLayer)
}

function around({ nodes, links }: Graph, { focus, depth }: View): Graph {
  const beside = adjacencyOf(
    nodes.map((node) => node.id),
    links.map(({ a, b }) => ({ a: a.node, b: b.node })),
  )
  const hops = hopsFrom([focus], beside)
  return between(
    nodes.filter((node) => (hops.get(node.id) ?? Number.POSITIVE_INFINITY) <= depth),
    links,
  )
}

function between(nodes: readonly TopologyNode[], links: readonly TopologyLink[]): Graph {
  const ids = new Set(nodes.map((node) => node.id))
  return { nodes, links: links.filter((link) => ids.has(link.a.node) && ids.has(link.b.node)) }
}
