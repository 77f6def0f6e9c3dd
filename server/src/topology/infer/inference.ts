import type { TopologyGraph, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import type { DeviceId } from '@eyenet/shared/identity'
import { arpMeetings } from './arp-links.ts'
import { BridgeView } from './bridge-view.ts'
import type { DeviceView } from './device-view.ts'
import { byId, compareText, Directory } from './directory.ts'
import type { DraftLink } from './draft-link.ts'
import { type FoundEndpoint, findEndpoints } from './find-endpoints.ts'
import { finishLinks } from './finish-link.ts'
import { foldBundles } from './fold-bundles.ts'
import { heardLinks } from './heard-links.ts'
import { type Hearing, hearingsOf } from './hearing.ts'
import { hiddenLinks, takenPorts } from './hidden-links.ts'
import { type KnownDevice, knowDevice } from './known-device.ts'
import { learntMeetings } from './learnt-links.ts'
import { reconcile } from './reconcile.ts'
import { routingLinks } from './routing-links.ts'
import { arpClaimsOf, arpOwnersOf, Sights } from './sights.ts'
import { subnetLinks } from './subnet-links.ts'

/** The graph that the evidence of now gives. */
export type InferredGraph = {
  readonly nodes: readonly TopologyNode[]
  readonly links: readonly TopologyLink[]
  readonly vlans: TopologyGraph['vlans']
}

/** Links out of what devices tell. Remembers no earlier graph; the order in which devices are set makes no difference. */
export class Inference {
  readonly #devices = new Map<DeviceId, KnownDevice>()
  readonly #directory = new Directory()
  /** What each device hears, and whom it resolves, as long as nobody is recognised otherwise. */
  readonly #hearings = new Map<KnownDevice, readonly Hearing[]>()
  readonly #claims = new Map<KnownDevice, ReturnType<typeof arpClaimsOf>>()
  #arpOwners: ReadonlyMap<number, KnownDevice> = new Map()
  #sights = new Sights(this.#directory, this.#arpOwners)
  #links = new Map<string, TopologyLink>()
  /** Ports that lead to other devices that pass frames on, as the last graph has them. */
  #uplinks: ReadonlySet<string> | undefined

  set(view: DeviceView): void {
    const before = this.#devices.get(view.device)
    const now = knowDevice(view)
    this.#uplinks = undefined
    if (before === undefined) {
      this.#devices.set(view.device, now)
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
    this.#hearings.delete(before)
    this.#claims.delete(before)
    this.#sights.forget(before)
  }

  remove(device: DeviceId): void {
    const before = this.#devices.get(device)
    if (before === undefined) return
    this.#devices.delete(device)
    this.#directory.delete(before)
    this.#uplinks = undefined
    this.#forgetWhoIsWho()
  }

  /** The graph as the evidence of now has it; `since` of a link is when its oldest evidence was first told. */
  graph(): InferredGraph {
    const devices = this.#inOrder()
    this.#resolve(devices)
    const heard = heardLinks(devices.flatMap((device) => this.#hear(device)))
    const view = new BridgeView(devices, this.#sights, heard.links)
    const announced = takenPorts(heard.links)
    const learnt = learntMeetings(view, ({ device }) =>
      device.quiet.filter((port) => !announced.has(`${device.view.device}|${port}`)),
    )
    const bridged = reconcile({ links: heard.links, view }, learnt.meetings)
    const routed = reconcile({ links: bridged.links }, arpMeetings(devices, { sights: this.#sights, view }))
    const subnets = subnetLinks(devices)
    const routing = routingLinks(devices, this.#directory)
    const found = [...routed.links, ...learnt.loops]
    const drafts = [...found, ...hiddenLinks(learnt.hidden, found), ...subnets.links, ...routing.links]
    this.#uplinks = uplinksOf(drafts)
    const links = finishLinks(foldBundles(drafts)).map((link) => this.#same(link))
    this.#links = new Map(links.map((link) => [link.id, link]))
    const others = [heard, bridged, routed, subnets, routing].flatMap(({ nodes }) => nodes)
    return { nodes: nodesOf(devices, others, links), links, vlans: vlansOf(devices) }
  }

  /** Stations that are no devices of the inventory, each at its nearest port. */
  endpoints(): readonly FoundEndpoint[] {
    if (this.#uplinks === undefined) this.graph()
    return findEndpoints(this.#inOrder(), { sights: this.#sights, uplinks: this.#uplinks ?? new Set() })
  }

  #inOrder(): readonly KnownDevice[] {
    return [...this.#devices.values()].sort(byId)
  }

  #forgetWhoIsWho(): void {
    this.#hearings.clear()
    this.#claims.clear()
    this.#sights = new Sights(this.#directory, this.#arpOwners)
  }

  /** Who has which address by ARP; where that changed, everybody's sight did. */
  #resolve(devices: readonly KnownDevice[]): void {
    for (const device of devices) {
      if (!this.#claims.has(device)) this.#claims.set(device, arpClaimsOf(device, this.#directory))
    }
    const owners = arpOwnersOf(devices.flatMap((device) => this.#claims.get(device) ?? []))
    const isSame =
      owners.size === this.#arpOwners.size && [...owners].every(([mac, device]) => this.#arpOwners.get(mac) === device)
    if (isSame) return
    this.#arpOwners = owners
    this.#sights = new Sights(this.#directory, owners)
  }

  #hear(device: KnownDevice): readonly Hearing[] {
    const before = this.#hearings.get(device)
    if (before !== undefined) return before
    const hearings = hearingsOf(device, this.#directory)
    // Where what others hear decided, it has to be looked at again.
    if (!hearings.some(({ to }) => to?.wasTied)) this.#hearings.set(device, hearings)
    return hearings
  }

  /** The object of the last graph where nothing of the link changed. */
  #same(link: TopologyLink): TopologyLink {
    const before = this.#links.get(link.id)
    return before !== undefined && JSON.stringify(before) === JSON.stringify(link) ? before : link
  }
}

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
  const used = new Set(links.flatMap(({ a, b }) => [a.node, b.node]))
  const nodes = new Map(others.filter(({ id }) => used.has(id)).map((node) => [node.id, node]))
  for (const device of devices) nodes.set(device.view.device, nodeOf(device))
  return [...nodes.values()].sort((a, b) => compareText(a.id, b.id))
}

function nodeOf({ view }: KnownDevice): TopologyNode {
  const { device, name, site, role, place } = view
  return { id: device, kind: 'device', device, name, site, role, place }
}

/** Each VLAN under the name that most devices give it. */
function vlansOf(devices: readonly KnownDevice[]): InferredGraph['vlans'] {
  const names = new Map<number, Map<string, number>>()
  for (const { view } of devices) {
    for (const { id, name } of view.links.vlans ?? []) {
      const counts = names.get(id) ?? new Map<string, number>()
      names.set(id, counts.set(name, (counts.get(name) ?? 0) + 1))
    }
  }
  return [...names]
    .map(([id, counts]) => {
      const [most] = [...counts].sort(([a, x], [b, y]) => y - x || compareText(a, b))
      return { id, name: most?.[0] ?? '' }
    })
    .sort((a, b) => a.id - b.id)
}
