import type { BridgeView } from './bridge-view.ts'
import { compareText } from './directory.ts'
import { type DraftEnd, type DraftLink, endKey, linkId, outerKey } from './draft-link.ts'
import type { KnownDevice } from './known-device.ts'
import type { Sight, Sights, Station } from './sights.ts'
import type { TreeLink } from './tree-links.ts'

/** Below that, what is announced may be stale or about somebody else. */
const TRUSTED = 0.85

/** What tells who is at a port without its table: neighbours that announce themselves, and the spanning tree. */
export type Told = { readonly heard: readonly DraftLink[]; readonly tree: readonly TreeLink[] }

type Shown = {
  readonly learnt: Sight
  readonly more: ReadonlyMap<Station, number>
  readonly spare: readonly string[]
}

/** Gives the view what bridges have learnt, and the directions that neighbours announce. */
export class Lookout {
  readonly #sights: Sights
  readonly #view: BridgeView
  readonly #shown = new Map<KnownDevice, Shown>()
  #heard: ReadonlySet<DraftLink> = new Set()
  /** Of those, the ones that the spanning tree tells, and those of them over which frames go. */
  #inTree: ReadonlyMap<DraftLink, TreeLink> = new Map()
  readonly #heardAt = new Map<KnownDevice, Set<DraftLink>>()

  constructor(sights: Sights, view: BridgeView) {
    this.#sights = sights
    this.#view = view
  }

  /** Shows what changed since the last time: `changed` came, went or tell something else. */
  look(told: Told, changed: ReadonlySet<KnownDevice>, has: (device: KnownDevice) => boolean): void {
    const heard = [...told.heard, ...told.tree.map(({ link }) => link)]
    this.#inTree = new Map(told.tree.map((one) => [one.link, one]))
    for (const device of new Set([...changed, ...this.#hear(heard)])) this.#show(device, has(device))
  }

  #show(device: KnownDevice, isThere: boolean): void {
    const learnt = isThere ? this.#sights.of(device) : undefined
    const before = this.#shown.get(device)
    if (learnt === undefined) {
      if (before !== undefined) this.#view.set(before.learnt.of, undefined)
      this.#shown.delete(device)
      return
    }
    const links = [...(this.#heardAt.get(device) ?? [])]
    const more = this.#directions(device, learnt, links)
    const taken = new Set(links.flatMap((link) => endsAt(link, device).flatMap((end) => [endKey(end), outerKey(end)])))
    const spare = device.quiet.filter((port) => !taken.has(`${device.view.device}|${port}`))
    const isSame = before?.learnt === learnt && isEqual(before.more, more)
    if (isSame && spare.join('\n') === before.spare.join('\n')) return
    this.#shown.set(device, { learnt, more, spare })
    const portOf = more.size === 0 ? learnt.portOf : new Map([...learnt.portOf, ...more])
    this.#view.set(learnt.of, { of: learnt.of, portOf, spare })
  }

  /** Devices at the ends of links that are announced now and were not, or the reverse. */
  #hear(heard: readonly DraftLink[]): ReadonlySet<KnownDevice> {
    const now = new Set(heard)
    const otherwise = new Set<KnownDevice>()
    const visit = (link: DraftLink, take: (device: KnownDevice) => void): void => {
      for (const { device } of [link.a, link.b]) {
        if (device === undefined) continue
        otherwise.add(device)
        take(device)
      }
    }
    for (const link of this.#heard) {
      if (!now.has(link)) visit(link, (device) => this.#heardAt.get(device)?.delete(link))
    }
    for (const link of now) {
      if (this.#heard.has(link)) continue
      visit(link, (device) => this.#heardAt.set(device, (this.#heardAt.get(device) ?? new Set()).add(link)))
    }
    this.#heard = now
    for (const device of otherwise) if (this.#heardAt.get(device)?.size === 0) this.#heardAt.delete(device)
    return otherwise
  }

  #directions(device: KnownDevice, learnt: Sight, links: readonly DraftLink[]): ReadonlyMap<Station, number> {
    const found = new Map<Station, number>()
    const { table } = device
    if (table === undefined) return found
    const trusted = links.filter((link) => link.confidence >= TRUSTED && this.#inTree.get(link)?.isOpen !== false)
    // In one order, whoever was told first.
    for (const link of trusted.sort((a, b) => compareText(linkId(a), linkId(b)))) {
      if (link.a.device?.table === undefined || link.b.device?.table === undefined) continue
      for (const near of endsAt(link, device)) {
        const far = near === link.a ? link.b : link.a
        const port = near.port === undefined ? -1 : table.ports.indexOf(device.ports.outer(near.port))
        if (port < 0 || far.device === undefined) continue
        const station = this.#sights.bridge(far.device)
        // The tree of one VLAN is not that of another: what was learnt or announced knows better.
        const isKnown = this.#inTree.has(link) && (found.has(station) || learnt.portOf.has(station))
        if (!isKnown) found.set(station, port)
      }
    }
    return found
  }
}

const endsAt = ({ a, b }: DraftLink, device: KnownDevice): readonly DraftEnd[] =>
  [a, b].filter((end) => end.device === device)

function isEqual(one: ReadonlyMap<Station, number>, other: ReadonlyMap<Station, number>): boolean {
  return one.size === other.size && [...one].every(([station, port]) => other.get(station) === port)
}
