import type { LinkEvidence, TopologyNode } from '@eyenet/shared/api'
import { type DraftLink, type Drafts, endKey, endOf, inOrder, outerKeysOf, ownKeysOf } from './draft-link.ts'
import type { KnownDevice } from './known-device.ts'
import { leadsOn } from './leads-on.ts'
import type { Hidden } from './nearest.ts'
import { pushTo } from './push-to.ts'
import { type SharedPlace, sharedPlaceAt } from './shared-place.ts'
import { drawSegment } from './shared-segment.ts'
import { endOfStation, type Station } from './sights.ts'

/** Right behind a bridge, at a port that is left over. */
const LEFT_OVER = 0.6
/** Right behind a bridge, nobody knows where. */
const SOMEWHERE = 0.5

/** Links that are known, without those that turned out to be something else, and those of hidden stations. */
export type Revealed = Drafts & { readonly replaced: ReadonlySet<DraftLink> }

/**
 * Stations that must be behind a bridge that has not learnt them. Where one port of the bridge is left, and one
 * station, that is where it is; where none is left, it shares the only place with room for it.
 */
export function hiddenLinks(hidden: readonly Hidden[], known: readonly DraftLink[]): Revealed {
  const replaced = new Set<DraftLink>()
  const links: DraftLink[] = []
  const nodes: TopologyNode[] = []
  if (hidden.length === 0) return { links, nodes, replaced }
  const open = hidden.map((one) => ({ one, key: endKey(endOfHidden(one)) }))
  const { taken, linksOf, between } = lookUp(open, known)
  for (const [bridge, all] of byBridge(open, { taken, linksOf, between })) {
    const left = bridge.device.quiet.filter((port) => !taken.has(endKey(endOf(bridge.device, port))))
    const port = all.length === 1 && left.length === 1 ? left[0] : undefined
    const place = left.length > 0 ? undefined : sharedPlaceAt(bridge.device, linksOf.get(bridge.device) ?? [], between)
    const leaves = all.filter(({ station }) => !station.isBridge)
    const [first] = leaves
    if (place?.kind === 'link' && first !== undefined) {
      const drawn = remember(first.station, [place.link, ...leaves.map(viewOf)], () => shareWith(place.link, leaves))
      replaced.add(place.link)
      links.push(...drawn.links)
      nodes.push(...drawn.nodes)
    }
    for (const one of all) {
      const isPlaced = place?.kind === 'link' && !one.station.isBridge
      const medium = place?.kind === 'medium' && !one.station.isBridge ? place : undefined
      if (!isPlaced) links.push(...linkOf(one, port, medium).links)
    }
  }
  return { links, nodes, replaced }
}

const viewOf = ({ station }: Hidden): unknown => station.device.view

type Open = readonly { readonly one: Hidden; readonly key: string }[]
type Known = {
  readonly taken: ReadonlySet<string>
  readonly linksOf: ReadonlyMap<KnownDevice, readonly DraftLink[]>
  /** Media at which several bridges meet. */
  readonly between: ReadonlySet<string>
}

/** Those that are behind one bridge for sure, by that bridge. */
function byBridge(open: Open, { taken, linksOf }: Known): ReadonlyMap<Station, readonly Hidden[]> {
  const byStation = new Map<string, Hidden[]>()
  for (const { one, key } of open) {
    // A bridge that is linked somewhere is not lost.
    const isLinked = (linksOf.get(one.station.device) ?? []).length > 0
    if (one.station.isBridge && one.port === undefined && isLinked) continue
    if (!taken.has(key)) pushTo(byStation, key, one)
  }
  const found = new Map<Station, Hidden[]>()
  for (const all of byStation.values()) {
    const [first] = all
    // Who seems to be behind several is behind none of them for sure.
    if (first !== undefined && all.every(({ behind }) => behind === first.behind)) pushTo(found, first.behind, first)
  }
  return found
}

/** Of the ports and devices that matter here, those at which a link is known, and the links of the devices. */
function lookUp(open: Open, known: readonly DraftLink[]): Known {
  const wanted = new Set(open.map(({ key }) => key))
  const bridges = new Set(open.map(({ one }) => one.behind.device))
  for (const device of bridges) for (const port of device.quiet) wanted.add(endKey(endOf(device, port)))
  const devices = new Set<KnownDevice>([...bridges, ...open.map(({ one }) => one.station.device)])
  const taken = new Set<string>()
  const linksOf = new Map<KnownDevice, DraftLink[]>()
  const bridgesAt = new Map<string, number>()
  for (const link of known) {
    const medium = [link.a, link.b].find(({ node }) => node.startsWith('unmanaged:'))?.node
    if (medium !== undefined && [link.a, link.b].some(({ device }) => leadsOn(device)))
      bridgesAt.set(medium, (bridgesAt.get(medium) ?? 0) + 1)
    for (const key of [...ownKeysOf(link), ...outerKeysOf(link)]) if (wanted.has(key)) taken.add(key)
    for (const { device } of [link.a, link.b]) {
      if (device !== undefined && devices.has(device)) pushTo(linksOf, device, link)
    }
  }
  return { taken, linksOf, between: new Set([...bridgesAt].flatMap(([node, count]) => (count > 1 ? node : []))) }
}

const endOfHidden = ({ station, port }: Hidden) =>
  station.isBridge ? endOf(station.device, port) : endOfStation(station)

type Drawn = { readonly inputs: readonly unknown[]; readonly drafts: Drafts }

const drawn = new WeakMap<Station, Drawn>()

/** The same objects as long as nothing of it is told otherwise. */
function remember(station: Station, inputs: readonly unknown[], make: () => Drafts): Drafts {
  const before = drawn.get(station)
  const isSame = before?.inputs.length === inputs.length && before.inputs.every((one, at) => one === inputs[at])
  if (before !== undefined && isSame) return before.drafts
  const drafts = make()
  drawn.set(station, { inputs, drafts })
  return drafts
}

type Medium = Extract<SharedPlace, { kind: 'medium' }>

function linkOf(hidden: Hidden, port: string | undefined, medium: Medium | undefined): Drafts {
  const { behind, station } = hidden
  const inputs = [behind, behind.device.view, station.device.view, hidden.port, port, medium?.node, medium?.port]
  return remember(station, inputs, () => ({ links: [draw(hidden, port, medium)], nodes: [] }))
}

function draw(hidden: Hidden, port: string | undefined, medium: Medium | undefined): DraftLink {
  const { behind } = hidden
  const isKnown = port !== undefined || medium !== undefined
  return inOrder({
    ...{ layer: 'l2', kind: 'ethernet', members: [], since: behind.device.view.linksAt },
    a: medium === undefined ? endOf(behind.device, port) : { node: medium.node },
    b: endOfHidden(hidden),
    confidence: isKnown ? LEFT_OVER : SOMEWHERE,
    evidence: [evidenceOf(hidden, port ?? medium?.port)],
  })
}

function evidenceOf({ behind, station }: Hidden, port: string | undefined): LinkEvidence {
  const { view } = behind.device
  const where = port === undefined ? '' : `; ${port} is the port that is left`
  const text = `${station.device.view.name} is behind ${view.name}, which has not learnt it${where}`
  return { kind: 'fdb', device: view.device, text, at: view.linksAt }
}

/** What seemed to be alone at the port shares it with what is hidden. */
function shareWith(link: DraftLink, hidden: readonly Hidden[]): Drafts {
  const port = [link.a, link.b].find(({ device }) => device === hidden[0]?.behind.device)?.port
  return drawSegment({
    ends: [link.a, link.b, ...hidden.map(endOfHidden)],
    evidence: [...link.evidence, ...hidden.map((one) => evidenceOf(one, port))],
    ...{ confidence: LEFT_OVER, since: link.since },
    roleOf: ({ device }) => device?.view.role ?? 'unknown',
  })
}
