import type { TopologyGraph, TopologyLink } from '@eyenet/shared/api'

export type GraphFilter = {
  readonly site?: string
  readonly layer?: 'l2' | 'l3'
  /** Links that this VLAN is known to pass. */
  readonly vlan?: number
  /** A node, and what is at most `depth` links away from it. */
  readonly focus?: string
  readonly depth?: number
}

/** So much of a map around a device that is still read. */
export const DEFAULT_DEPTH = 2

/**
 * The part of a graph that was asked for. Of one site: its nodes, and those without a site that hang on them. Of a layer
 * or VLAN: its links, all devices, and of the rest what they lead to. Pure.
 */
export function filterGraph(graph: TopologyGraph, filter: GraphFilter): TopologyGraph {
  const { site, layer, vlan, focus, depth = DEFAULT_DEPTH } = filter
  let { nodes, links } = graph
  if (layer !== undefined) links = links.filter((link) => link.layer === layer)
  if (vlan !== undefined) links = links.filter((link) => link.vlans.includes(vlan))
  if (layer !== undefined || vlan !== undefined) {
    const used = endsIn(links)
    nodes = nodes.filter(({ id, kind }) => used.has(id) || (kind === 'device' && vlan === undefined))
  }
  if (site !== undefined) {
    const inside = new Set(nodes.filter((node) => node.site === site).map(({ id }) => id))
    const hanging = endsIn(links.filter(({ a, b }) => inside.has(a.node) || inside.has(b.node)))
    nodes = nodes.filter((node) => inside.has(node.id) || (node.site === undefined && hanging.has(node.id)))
  }
  if (focus !== undefined) {
    const near = within(focus, { links: between(links, nodes), depth })
    nodes = nodes.filter(({ id }) => near.has(id))
  }
  return { ...graph, nodes, links: between(links, nodes) }
}

function endsIn(links: readonly TopologyLink[]): ReadonlySet<string> {
  return new Set(links.flatMap(({ a, b }) => [a.node, b.node]))
}

function between(links: readonly TopologyLink[], nodes: TopologyGraph['nodes']): TopologyLink[] {
  const known = new Set(nodes.map(({ id }) => id))
  return links.filter(({ a, b }) => known.has(a.node) && known.has(b.node))
}

function within(
  focus: string,
  { links, depth }: { readonly links: readonly TopologyLink[]; readonly depth: number },
): ReadonlySet<string> {
  const near = new Set([focus])
  for (let step = 0; step < depth; step += 1) {
    const size = near.size
    const next = links
      .filter(({ a, b }) => near.has(a.node) !== near.has(b.node))
      .flatMap(({ a, b }) => [a.node, b.node])
    for (const node of next) near.add(node)
    if (near.size === size) break
  }
  return near
}
