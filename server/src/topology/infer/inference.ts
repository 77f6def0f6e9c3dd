import type { TopologyGraph, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import type { DeviceId } from '@eyenet/shared/identity'
import type { DeviceView } from './device-view.ts'
import { byId, compareText, Directory } from './directory.ts'
import { finishLinks } from './finish-link.ts'
import { foldBundles } from './fold-bundles.ts'
import { heardLinks } from './heard-links.ts'
import { type Hearing, hearingsOf } from './hearing.ts'
import { type KnownDevice, knowDevice } from './known-device.ts'

/** The graph that the evidence of now gives. */
export type InferredGraph = Pick<TopologyGraph, 'nodes' | 'links' | 'vlans'>

/** Links out of what devices tell. Remembers no earlier graph; the order in which devices are set makes no difference. */
export class Inference {
  readonly #devices = new Map<DeviceId, KnownDevice>()
  readonly #directory = new Directory()
  /** What each device hears, as long as nobody is recognised otherwise. */
  #hearings = new Map<KnownDevice, readonly Hearing[]>()
  #links = new Map<string, TopologyLink>()

  set(view: DeviceView): void {
    const before = this.#devices.get(view.device)
    const now = knowDevice(view)
    if (before === undefined) {
      this.#devices.set(view.device, now)
      this.#directory.add(now)
      this.#hearings.clear()
      return
    }
    const isOther = before.mark !== now.mark
    if (isOther) this.#directory.delete(before)
    Object.assign(before, now)
    if (isOther) {
      this.#directory.add(before)
      this.#hearings.clear()
    } else this.#hearings.delete(before)
  }

  remove(device: DeviceId): void {
    const before = this.#devices.get(device)
    if (before === undefined) return
    this.#devices.delete(device)
    this.#directory.delete(before)
    this.#hearings.clear()
  }

  graph(): InferredGraph {
    const devices = [...this.#devices.values()].sort(byId)
    const heard = heardLinks(devices.flatMap((device) => this.#hear(device)))
    const links = finishLinks(foldBundles(heard.links)).map((link) => this.#same(link))
    this.#links = new Map(links.map((link) => [link.id, link]))
    const nodes = [...devices.map(nodeOf), ...heard.nodes].sort((a, b) => compareText(a.id, b.id))
    return { nodes, links, vlans: vlansOf(devices) }
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
