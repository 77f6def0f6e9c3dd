import type { TopologyDiff, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import type { RememberedGraph } from './remembered.ts'

/** What is other in the later graph; sorted by id. What was told of a link when is no difference. */
export function graphDiff(
  before: RememberedGraph,
  after: RememberedGraph,
): Omit<TopologyDiff, 'from' | 'to' | 'events'> {
  return { nodes: diffOf(before.nodes, after.nodes, nodeText), links: diffOf(before.links, after.links, linkText) }
}

function diffOf<T extends { readonly id: string }>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  textOf: (one: T) => string,
) {
  const added = [...after.values()].filter(({ id }) => !before.has(id)).sort(byId)
  const removed = [...before.values()].filter(({ id }) => !after.has(id)).sort(byId)
  const changed = [...before.values()].sort(byId).flatMap((was) => {
    const is = after.get(was.id)
    return is === undefined || textOf(was) === textOf(is) ? [] : [{ before: was, after: is }]
  })
  return { added, removed, changed }
}

function nodeText(node: TopologyNode): string {
  return JSON.stringify([node.kind, node.name, node.site, node.role, node.place])
}

function linkText({ evidence: _evidence, since: _since, confidence: _confidence, ...link }: TopologyLink): string {
  return JSON.stringify(link)
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}
