import type { LinkEnd, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import type { DeviceId, EpochMs } from '@eyenet/shared/identity'
import { endsOf, isAnnounced, isFromBoth } from './link-ends.ts'

/** A device that joined the inventory and has told nothing of its links is waited for that long: it may never tell. */
export const UNTOLD_FOR_MS = 10 * 60_000
/** After a device told for the first time others may be on their way: they are found and asked one after the other. */
export const FIRST_TOLD_FOR_MS = 3 * 60_000
/** Devices that joined are known that long, since what their coming explains is seen later than they are. */
export const JOINED_FOR_MS = 3_600_000

/** Devices that are new in the inventory, by id, with since when. */
export type Joined = ReadonlyMap<string, EpochMs>

export type SettlingWorld = {
  readonly nodes: ReadonlyMap<string, TopologyNode>
  readonly joined: Joined
  /** When a device told of its links for the first time; undefined where it has not. */
  readonly firstToldAt: (device: DeviceId) => EpochMs | undefined
}

/** Says of a link whether devices of its sites that have yet to tell, or have only begun, may explain it away. */
export function doubtsOf({ nodes, joined, firstToldAt }: SettlingWorld, at: EpochMs): (link: TopologyLink) => boolean {
  const isAwaited = (id: string): boolean => {
    const since = joined.get(id)
    return since !== undefined && at - since < UNTOLD_FOR_MS && toldAt(nodes.get(id), firstToldAt) === undefined
  }
  const sites = new Set<string>()
  for (const node of nodes.values()) {
    if (node.site === undefined || sites.has(node.site)) continue
    const told = toldAt(node, firstToldAt)
    if (told === undefined ? isAwaited(node.id) : at - told < FIRST_TOLD_FOR_MS) sites.add(node.site)
  }
  if (sites.size === 0) return () => false
  const isOfInventory = ({ node, port }: LinkEnd): boolean => nodes.get(node)?.kind === 'device' && port !== undefined
  return (link) => {
    const ends = endsOf(link)
    if (!ends.some(({ node }) => sites.has(nodes.get(node)?.site ?? ''))) return false
    if (isFromBoth(link)) return false
    // One end has announced the other, or networks and sessions tell of it: it is so, and the other end may say more soon.
    const isPlain = link.layer === 'l3' || (isAnnounced(link) && ends.every(isOfInventory))
    return isPlain ? ends.some(({ node }) => isAwaited(node) || nodes.get(node)?.kind === 'heard') : true
  }
}

/**
 * Says of a link whether it is not known yet how it is, since a device of it has only begun to tell: its ports are read
 * by the first poll, which comes beside the first report.
 */
export function unpolledOf(
  { nodes, joined, firstToldAt }: SettlingWorld,
  at: EpochMs,
): (link: TopologyLink) => boolean {
  const isNew = (id: string): boolean => {
    const told = toldAt(nodes.get(id), firstToldAt)
    return told === undefined ? joined.has(id) : at - told < FIRST_TOLD_FOR_MS
  }
  return (link) => link.state === 'unknown' && endsOf(link).some(({ node }) => isNew(node))
}

function toldAt(node: TopologyNode | undefined, firstToldAt: SettlingWorld['firstToldAt']): EpochMs | undefined {
  return node?.device === undefined ? undefined : firstToldAt(node.device)
}

/** Who is new after this sight; in the first one of all nobody is. */
export function joinedAfter(
  before: { readonly joined: Joined; readonly nodes: ReadonlyMap<string, TopologyNode> },
  seen: ReadonlyMap<string, TopologyNode>,
  at: EpochMs,
): Joined {
  const joined = new Map([...before.joined].filter(([id, since]) => seen.has(id) && at - since < JOINED_FOR_MS))
  for (const { id, kind } of seen.values()) if (kind === 'device' && !before.nodes.has(id)) joined.set(id, at)
  return joined
}
