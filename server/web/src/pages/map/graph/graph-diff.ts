import type { TopologyLink, TopologyNode } from '@eyenet/shared/api'

type Graph = { readonly nodes: readonly TopologyNode[]; readonly links: readonly TopologyLink[] }

/** How two moments differ. A neighbour that moved is neither added nor removed: its cable is elsewhere. */
export type GraphDiff = {
  readonly addedNodes: readonly TopologyNode[]
  readonly removedNodes: readonly TopologyNode[]
  readonly addedLinks: readonly TopologyLink[]
  readonly removedLinks: readonly TopologyLink[]
  readonly movedLinks: readonly { readonly before: TopologyLink; readonly now: TopologyLink }[]
  /** Same place, another state. */
  readonly changedLinks: readonly { readonly before: TopologyLink; readonly now: TopologyLink }[]
}

export function graphDiff(before: Graph, now: Graph): GraphDiff {
  const nodesBefore = new Map(before.nodes.map((node) => [node.id, node]))
  const nodesNow = new Map(now.nodes.map((node) => [node.id, node]))
  const linksBefore = new Map(before.links.map((link) => [link.id, link]))
  const linksNow = new Map(now.links.map((link) => [link.id, link]))
  const gone = before.links.filter((link) => !linksNow.has(link.id))
  const come = now.links.filter((link) => !linksBefore.has(link.id))
  const moved = movesOf(gone, come)
  const taken = new Set(moved.flatMap((one) => [one.before.id, one.now.id]))
  return {
    addedNodes: now.nodes.filter((node) => !nodesBefore.has(node.id)),
    removedNodes: before.nodes.filter((node) => !nodesNow.has(node.id)),
    addedLinks: come.filter((link) => !taken.has(link.id)),
    removedLinks: gone.filter((link) => !taken.has(link.id)),
    movedLinks: moved,
    changedLinks: now.links.flatMap((link) => {
      const old = linksBefore.get(link.id)
      return old !== undefined && old.state !== link.state ? [{ before: old, now: link }] : []
    }),
  }
}

const endKeys = ({ a, b }: TopologyLink): readonly string[] =>
  [a, b].flatMap(({ node, port }) => (port === undefined ? [] : [`${node} ${port}`]))

/** A link that went and one that came are one that moved where they have a port in common: the other end is elsewhere. */
function movesOf(gone: readonly TopologyLink[], come: readonly TopologyLink[]): GraphDiff['movedLinks'] {
  const byEnd = new Map<string, TopologyLink>()
  for (const link of gone) for (const end of endKeys(link)) byEnd.set(end, link)
  const used = new Set<string>()
  return come.flatMap((link) => {
    const before = endKeys(link)
      .map((end) => byEnd.get(end))
      .find((one) => one !== undefined && !used.has(one.id))
    if (before === undefined) return []
    used.add(before.id)
    return [{ before, now: link }]
  })
}

/** Both moments in one picture: what is there now, and what was there before. */
export function bothMoments(before: Graph, now: Graph): Graph {
  const nodes = new Set(now.nodes.map((node) => node.id))
  const links = new Set(now.links.map((link) => link.id))
  return {
    nodes: [...now.nodes, ...before.nodes.filter((node) => !nodes.has(node.id))],
    links: [...now.links, ...before.links.filter((link) => !links.has(link.id))],
  }
}
