import type { LinkEnd, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import type { EpochMs } from '@eyenet/shared/identity'
import { endKey, endsOf, farEnd, isAnnounced, SURE } from './link-ends.ts'
import { FIRST_TOLD_FOR_MS } from './settling.ts'

/**
 * A switch that nobody asks is believed in, or not any more, after that long: a neighbor that has just been unplugged is
 * told for some minutes beside the one that is there now, and looks like that. So is a link that was told before the one
 * that stands in its place, as when the one end that knows better answered nothing once; and one that tables of stations
 * give and nobody announces, as they are read one after the other while stations move; and one that devices which have yet
 * to tell may explain away.
 */
export const BELIEVED_AFTER_MS = 15 * 60_000
/**
 * Two links of which tables tell at one port, the remembered one and another: one of the tables lags behind. An agent
 * keeps a silent station for an hour, and reads within the next quarter that it is gone.
 */
export const CONTRADICTED_FOR_MS = 75 * 60_000

export type Held = {
  /** What waits, by the id of its node or link, with since when. */
  readonly since: ReadonlyMap<string, EpochMs>
  readonly links: ReadonlySet<string>
  readonly nodes: ReadonlySet<string>
  /** Of these, links that contradict nothing that is remembered: they wait for devices that have yet to tell. */
  readonly early: ReadonlySet<string>
  /** Ends, by their keys, whose remembered links stand meanwhile. */
  readonly ends: ReadonlySet<string>
}

type Graph = { readonly nodes: ReadonlyMap<string, TopologyNode>; readonly links: ReadonlyMap<string, TopologyLink> }
type Holding = {
  readonly before: Graph
  readonly seen: Graph
  readonly since: ReadonlyMap<string, EpochMs>
  /** Whether devices that have yet to tell may explain the link away. */
  readonly isDoubtful: (link: TopologyLink) => boolean
  /** Whether its ports are still to be read for the first time. */
  readonly isUnpolled: (link: TopologyLink) => boolean
}

/** Which of what is seen is not to be believed yet, and has not been seen for long enough. Pure. */
export function heldBack(holding: Holding, at: EpochMs): Held {
  const { before, seen } = holding
  const held = {
    since: new Map<string, EpochMs>(),
    ...{ links: new Set<string>(), nodes: new Set<string>(), early: new Set<string>(), ends: new Set<string>() },
  }
  const added = [...seen.links.values()].filter(({ id }) => !before.links.has(id))
  if (added.length === 0) return held
  const { gone, standing } = remembered(before, seen)
  const wait = (link: TopologyLink, far: LinkEnd | undefined, forMs: number): boolean => {
    const id = far === undefined ? link.id : far.node
    const from = holding.since.get(id) ?? at
    if (at - from >= forMs) return false
    held.since.set(id, from)
    if (far === undefined) held.links.add(id)
    else held.nodes.add(id)
    return true
  }
  for (const link of added) {
    const isSure = isAnnounced(link) && link.confidence >= SURE && !endsOf(link).some((end) => isUnmanaged(seen, end))
    for (const near of link.layer === 'l2' ? endsOf(link) : []) {
      const far = farEnd(link, near)
      const isFound = isUnmanaged(seen, far) && !before.nodes.has(far.node)
      const found = isFound ? far : undefined
      if (!isSure && standing.has(endKey(near)) && wait(link, found, CONTRADICTED_FOR_MS)) continue
      const old = gone.get(endKey(near))
      if (old === undefined || (near.port === undefined && seen.nodes.get(near.node)?.kind !== 'device')) continue
      const was = farEnd(old, near)
      // A device that has left the inventory, or is another one now, keeps no place.
      if (before.nodes.get(was.node)?.kind === 'device' && !seen.nodes.has(was.node)) continue
      const isLeft = isUnmanaged(before, was) && !seen.nodes.has(was.node)
      if (isFound || isLeft || link.since < old.since || !isSure) wait(link, found, BELIEVED_AFTER_MS)
    }
    if (held.links.has(link.id) || endsOf(link).some(({ node }) => held.nodes.has(node))) continue
    if (!holding.isDoubtful(link)) {
      if (holding.isUnpolled(link)) wait(link, undefined, FIRST_TOLD_FOR_MS)
      continue
    }
    // A neighbor, or a switch, that nobody knew waits with its links.
    const stranger = endsOf(link).find(({ node }) => !before.nodes.has(node) && isConcluded(seen.nodes.get(node)))
    wait(link, stranger, BELIEVED_AFTER_MS)
  }
  holdAlong(held, { added, holding, gone, standing })
  // What waits for something else goes on counting: it does not begin anew once that is believed.
  for (const id of [...held.links, ...held.nodes]) {
    const from = holding.since.get(id)
    if (from !== undefined && !held.since.has(id)) held.since.set(id, from)
  }
  return held
}

type Holds = { readonly [part in 'links' | 'nodes' | 'early' | 'ends']: Set<string> }
type Ends = { readonly gone: ReadonlyMap<string, TopologyLink>; readonly standing: ReadonlySet<string> }

/** What hangs on what waits: all links of a node, remembered links in whose place one would stand, nodes without a link. */
function holdAlong(
  held: Holds,
  { added, holding, gone, standing }: Ends & { readonly added: readonly TopologyLink[]; readonly holding: Holding },
): void {
  if (held.links.size + held.nodes.size === 0) return
  const { before, seen } = holding
  for (const link of added) {
    if (!held.links.has(link.id) && !endsOf(link).some(({ node }) => held.nodes.has(node))) continue
    held.links.add(link.id)
    const taken = endsOf(link).map(endKey)
    for (const key of taken) if (gone.has(key)) held.ends.add(key)
    if (!taken.some((key) => gone.has(key) || standing.has(key))) held.early.add(link.id)
  }
  const shown = new Set<string>()
  for (const { id, a, b } of seen.links.values()) if (!held.links.has(id)) shown.add(a.node).add(b.node)
  for (const { id, a, b } of added) {
    if (!held.links.has(id)) continue
    for (const { node } of [a, b]) {
      if (!before.nodes.has(node) && !shown.has(node) && isConcluded(seen.nodes.get(node))) held.nodes.add(node)
    }
  }
}

/** Ends, by their keys, of remembered links: of those that are not told any more the link, and ports of those that are. */
function remembered(before: Graph, seen: Graph): Ends {
  const gone = new Map<string, TopologyLink>()
  const standing = new Set<string>()
  for (const link of before.links.values()) {
    if (link.layer !== 'l2') continue
    const isTold = seen.links.has(link.id)
    for (const end of endsOf(link)) {
      if (!isTold) gone.set(endKey(end), link)
      else if (end.port !== undefined) standing.add(endKey(end))
    }
  }
  return { gone, standing }
}

const isUnmanaged = ({ nodes }: Graph, { node }: LinkEnd): boolean => nodes.get(node)?.kind === 'unmanaged'

const isConcluded = (node: TopologyNode | undefined): boolean => node !== undefined && node.kind !== 'device'
