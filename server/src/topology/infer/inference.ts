import type { TopologyGraph, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import type { DeviceId } from '@eyenet/shared/identity'
import { plainText } from '@eyenet/shared/terminal'
import { arpMeetings, type Resolved, resolvedBy } from './arp-links.ts'
import { Bridged } from './bridged.ts'
import type { DeviceView } from './device-view.ts'
import { byId, compareText, Directory } from './directory.ts'
import type { DraftLink, Drafts } from './draft-link.ts'
import { type FoundEndpoint, findEndpoints } from './find-endpoints.ts'
import { freeLoops } from './free-loops.ts'
import { gatewayLinksOf } from './gateway-links.ts'
import { GraphLinks } from './graph-links.ts'
import { heardLinks } from './heard-links.ts'
import { type Heard, type Hearing, hearingsOf } from './hearing.ts'
import { hiddenLinks } from './hidden-links.ts'
import { type KnownDevice, knowDevice } from './known-device.ts'
import { learntMeetings } from './learnt-links.ts'
import { Memo } from './memo.ts'
import { reconcile } from './reconcile.ts'
import { routingLinksOf } from './routing-links.ts'
import { arpClaimsOf, arpOwnersOf } from './sights.ts'
import { SubnetLinks } from './subnet-links.ts'
import { type TreeLink, treeLinks } from './tree-links.ts'
import { VlanNames } from './vlan-names.ts'

/** The graph that the evidence of now gives. */
export type InferredGraph = {
  readonly nodes: readonly TopologyNode[]
  readonly links: readonly TopologyLink[]
  readonly vlans: TopologyGraph['vlans']
  /** Announced neighbours that are not in it: too many at one port. */
  readonly leftOut: number
}

/** What is worked out of one device's view and of who is who; kept as long as neither changes. */
type Own = {
  heard?: Heard
  resolved?: readonly Resolved[]
  routing?: Drafts
}

type Found = {
  readonly found: readonly DraftLink[]
  readonly nodes: readonly TopologyNode[]
  readonly leftOut: number
}

/** Links out of what devices tell. Remembers no earlier graph; the order of telling makes no difference. */
export class Inference {
  readonly #devices = new Map<DeviceId, KnownDevice>()
  readonly #directory = new Directory()
  readonly #own = new Map<KnownDevice, Own>()
  readonly #memos = {
    heard: new Memo<Drafts>(),
    bridged: new Memo<Drafts>(),
    routed: new Memo<Drafts>(),
    tree: new Memo<TreeLink>(),
  }
  readonly #subnets = new SubnetLinks()
  readonly #links = new GraphLinks()
  /** Devices that came, went or tell something else since the last graph. */
  readonly #changed = new Set<KnownDevice>()
  #arpOwners: ReadonlyMap<number, KnownDevice> = new Map()
  #bridged = new Bridged(this.#directory, this.#arpOwners)
  /** Whether `#bridged` has seen nobody yet. */
  #isNew = true
  readonly #claims = new Map<KnownDevice, ReturnType<typeof arpClaimsOf>>()
  readonly #vlans = new VlanNames()
  #drafts: readonly DraftLink[] | undefined
  #ordered: readonly KnownDevice[] | undefined

  set(view: DeviceView): void {
    const before = this.#devices.get(view.device)
    const now = knowDevice(view)
    this.#drafts = undefined
    this.#changed.add(before ?? now)
    this.#vlans.change(before?.view.links.vlans, view.links.vlans)
    if (before === undefined) {
      this.#devices.set(view.device, now)
      this.#ordered = undefined
      this.#directory.add(now)
      this.#forgetWhoIsWho()
      return
    }
    const isOther = before.mark !== now.mark || (before.table === undefined) !== (now.table === undefined)
    if (isOther) this.#directory.delete(before)
    Object.assign(before, now)
    if (isOther) {
      this.#directory.add(before)
      this.#forgetWhoIsWho()
      return
    }
    this.#own.delete(before)
  }

  remove(device: DeviceId): void {
    const before = this.#devices.get(device)
    if (before === undefined) return
    this.#devices.delete(device)
    this.#changed.add(before)
    this.#claims.delete(before)
    this.#ordered = undefined
    this.#vlans.change(before.view.links.vlans, undefined)
    this.#directory.delete(before)
    this.#drafts = undefined
    this.#forgetWhoIsWho()
  }

  /** The graph as the evidence of now has it; `since` of a link is when its oldest evidence was first told. */
  graph(): InferredGraph {
    const devices = this.#inOrder()
    const { found, nodes, leftOut } = this.#find(devices)
    this.#drafts = found
    const links = this.#links.update(found, this.#changed)
    this.#changed.clear()
    return { nodes: nodesOf(devices, nodes, links), links, vlans: this.#vlans.all(), leftOut }
  }

  /** Stations that are no devices of the inventory, each at its nearest port. */
  endpoints(): readonly FoundEndpoint[] {
    const devices = this.#inOrder()
    const drafts = this.#drafts ?? this.#find(devices).found
    return findEndpoints(devices, { sights: this.#bridged.sights, uplinks: uplinksOf(drafts) })
  }

  #find(devices: readonly KnownDevice[]): Found {
    const memos = this.#memos
    this.#resolve(devices)
    const hearings: Hearing[] = []
    let leftOut = 0
    for (const device of devices) {
      const told = this.#hear(device)
      hearings.push(...told.hearings)
      leftOut += told.leftOut
    }
    const heard = heardLinks(hearings, memos.heard)
    const has = (device: KnownDevice): boolean => this.#has(device)
    const open = this.#isNew ? new Set(devices) : this.#changed
    const known = { directory: this.#directory, sights: this.#bridged.sights, memo: memos.tree }
    const tree = treeLinks(devices, known)
    const { sights, view, surroundings } = this.#bridged.look({ heard: heard.links, tree }, open, has)
    this.#isNew = false
    const learnt = learntMeetings(surroundings, view, tree)
    const bridged = reconcile({ links: heard.links, view, memo: memos.bridged }, learnt.meetings)
    const resolved = devices.flatMap((device) => {
      const own = this.#ownOf(device)
      own.resolved ??= resolvedBy(device, sights)
      return own.resolved
    })
    const routed = reconcile({ links: bridged.links, memo: memos.routed }, arpMeetings(resolved, { sights, view }))
    const subnets = this.#subnets.update(this.#changed, has)
    const routing = devices.map((device) => {
      const own = this.#ownOf(device)
      own.routing ??= this.#routingOf(device)
      return own.routing
    })
    const sure = [...routed.links, ...freeLoops(learnt.loops, routed.links)]
    const revealed = hiddenLinks(learnt.hidden, sure)
    const kept = revealed.replaced.size === 0 ? sure : sure.filter((link) => !revealed.replaced.has(link))
    const all = [heard, bridged, routed, revealed, subnets, ...routing]
    return {
      found: [...kept, ...revealed.links, ...subnets.links, ...routing.flatMap(({ links }) => links)],
      nodes: all.flatMap(({ nodes }) => nodes),
      leftOut,
    }
  }

  #has(device: KnownDevice): boolean {
    return this.#devices.get(device.view.device) === device
  }

  #routingOf(device: KnownDevice): Drafts {
    const { links, nodes } = routingLinksOf(device, this.#directory)
    return { links: [...links, ...gatewayLinksOf(device, this.#directory)], nodes }
  }

  #inOrder(): readonly KnownDevice[] {
    this.#ordered ??= [...this.#devices.values()].sort(byId)
    return this.#ordered
  }

  #ownOf(device: KnownDevice): Own {
    const known = this.#own.get(device)
    if (known !== undefined) return known
    const own: Own = {}
    this.#own.set(device, own)
    return own
  }

  #forgetWhoIsWho(): void {
    this.#own.clear()
    this.#lookAnew()
  }

  #lookAnew(): void {
    this.#bridged = new Bridged(this.#directory, this.#arpOwners)
    this.#isNew = true
  }

  /** Who has which address by ARP; where that changed, everybody's sight did. */
  #resolve(devices: readonly KnownDevice[]): void {
    let isSame = !this.#isNew
    for (const device of this.#isNew ? devices : this.#changed) {
      if (!this.#has(device)) continue
      const claims = arpClaimsOf(device, this.#directory)
      const before = this.#claims.get(device) ?? []
      isSame &&= claims.length === before.length && claims.every(([mac, who], at) => isClaim(before[at], mac, who))
      this.#claims.set(device, claims)
    }
    if (isSame) return
    const owners = arpOwnersOf([...this.#claims.values()].flat())
    const isTheSame =
      owners.size === this.#arpOwners.size && [...owners].every(([mac, device]) => this.#arpOwners.get(mac) === device)
    if (isTheSame) return
    this.#arpOwners = owners
    this.#lookAnew()
    for (const own of this.#own.values()) delete own.resolved
  }

  #hear(device: KnownDevice): Heard {
    const own = this.#ownOf(device)
    if (own.heard !== undefined) return own.heard
    const heard = hearingsOf(device, this.#directory)
    // Where what others hear decides, it has to be looked at again.
    if (!heard.isTied) own.heard = heard
    return heard
  }
}

const isClaim = (claim: readonly [number, KnownDevice] | undefined, mac: number, device: KnownDevice): boolean =>
  claim !== undefined && claim[0] === mac && claim[1] === device

/** Ports at which frames go on to another bridge or to a medium that several share. */
function uplinksOf(links: readonly DraftLink[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { layer, a, b } of links) {
    if (layer !== 'l2') continue
    for (const [near, far] of [
      [a, b],
      [b, a],
    ] as const) {
      const passesOn = far.device?.table !== undefined
      if (near.device === undefined || near.port === undefined || !passesOn) continue
      found.add(`${near.node}|${near.device.ports.outer(near.port)}`)
    }
  }
  return found
}

/** Devices, and of the other nodes those that a link still ends at. */
function nodesOf(
  devices: readonly KnownDevice[],
  others: readonly TopologyNode[],
  links: readonly TopologyLink[],
): readonly TopologyNode[] {
  const asked = new Map(others.map((node) => [node.id, node]))
  const used = new Map<string, TopologyNode>()
  for (const { a, b } of links) {
    for (const { node: id } of [a, b]) {
      const node = asked.get(id)
      if (node !== undefined) used.set(id, node)
    }
  }
  // Two lists in order each: sorting them together costs little.
  const rest = [...used.values()].sort((a, b) => compareText(a.id, b.id))
  return [...devices.map(nodeOf), ...rest].sort((a, b) => compareText(a.id, b.id))
}

const nodeOfView = new WeakMap<DeviceView, TopologyNode>()

function nodeOf({ view }: KnownDevice): TopologyNode {
  const known = nodeOfView.get(view)
  if (known !== undefined) return known
  const { device, site, role } = view
  const [name, place] = [plainText(view.name), plainText(view.place)]
  const node: TopologyNode = { id: device, kind: 'device', device, name, site, role, place }
  nodeOfView.set(view, node)
  return node
}
