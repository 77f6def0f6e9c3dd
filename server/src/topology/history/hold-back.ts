import type { TopologyLink, TopologyNode } from '@eyenet/shared/api'
import type { EpochMs } from '@eyenet/shared/identity'
import { endKey, endsOf, farEnd } from './link-ends.ts'

/**
 * A switch that nobody asks is believed in, or not any more, after that long: a neighbor that has just been unplugged is
 * told for some minutes beside the one that is there now, and looks like that. So is a link that was told before the one
 * that stands in its place, as when the one end that knows better answered nothing once; and one that tables of stations
 * give and nobody announces, as they are read one after the other while stations move.
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
  /** Ends, by their keys, whose remembered links stand meanwhile. */
  readonly ends: ReadonlySet<string>
}

type Graph = { readonly nodes: ReadonlyMap<string, TopologyNode>; readonly links: ReadonlyMap<string, TopologyLink> }

/** Which of what is seen only looks at remembered cables in another way, and has not done so for long enough. Pure. */
export function heldBack(
  {
    before,
    seen,
    since,
  }: { readonly before: Graph; readonly seen: Graph; readonly since: ReadonlyMap<string, EpochMs> },
  at: EpochMs,
): Held {
  const held = {
    since: new Map<string, EpochMs>(),
    links: new Set<string>(),
    nodes: new Set<string>(),
    ends: new Set<string>(),
  }
  const added = [...seen.links.values()].filter(({ id, layer }) => layer === 'l2' && !before.links.has(id))
  if (added.length === 0) return held
  const gone = new Map<string, TopologyLink>()
  /** Ports, by their keys, of which the remembered link is told still. */
  const standing = new Set<string>()
  for (const link of before.links.values()) {
    if (link.layer !== 'l2') continue
    const isTold = seen.links.has(link.id)
    for (const end of endsOf(link)) {
      if (!isTold) gone.set(endKey(end), link)
      else if (end.port !== undefined) standing.add(endKey(end))
    }
  }
  const waits = (id: string, forMs = BELIEVED_AFTER_MS): boolean => {
    const from = since.get(id) ?? at
    if (at - from >= forMs) return false
    held.since.set(id, from)
    return true
  }
  for (const link of added) {
    for (const near of endsOf(link)) {
      const is = farEnd(link, near).node
      const isFound = seen.nodes.get(is)?.kind === 'unmanaged' && !before.nodes.has(is)
      if (standing.has(endKey(near)) && !isAnnounced(link) && waits(isFound ? is : link.id, CONTRADICTED_FOR_MS)) {
        if (isFound) held.nodes.add(is)
        else held.links.add(link.id)
        continue
      }
      const old = gone.get(endKey(near))
      if (old === undefined || (near.port === undefined && seen.nodes.get(near.node)?.kind !== 'device')) continue
      const was = farEnd(old, near).node
      // A device that has left the inventory, or is another one now, keeps no place.
      if (before.nodes.get(was)?.kind === 'device' && !seen.nodes.has(was)) continue
      const isLeft = before.nodes.get(was)?.kind === 'unmanaged' && !seen.nodes.has(was)
      if (isFound && waits(is)) held.nodes.add(is)
      else if ((isLeft || link.since < old.since || !isAnnounced(link)) && waits(link.id)) held.links.add(link.id)
    }
  }
  for (const link of added) {
    if (!held.links.has(link.id) && !endsOf(link).some(({ node }) => held.nodes.has(node))) continue
    held.links.add(link.id)
    for (const end of endsOf(link)) if (gone.has(endKey(end))) held.ends.add(endKey(end))
  }
  return held
}

const ANNOUNCED = new Set<TopologyLink['evidence'][number]['kind']>(['lldp', 'cdp', 'fdp', 'edp'])

function isAnnounced({ evidence }: TopologyLink): boolean {
  return evidence.some(({ kind }) => ANNOUNCED.has(kind))
}
