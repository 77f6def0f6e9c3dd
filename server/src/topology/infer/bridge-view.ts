import { compareText } from './directory.ts'
import type { DraftLink } from './draft-link.ts'
import type { KnownDevice } from './known-device.ts'
import type { Sight, Sights, Station } from './sights.ts'

/** Bridges that are asked whether they are between, nearest to the station first: the nearest ones know. */
const MAX_VIEWERS = 64
/** Stations that two bridges are compared by, where one has not learnt the other. */
const MAX_LANDMARKS = 128

export type Viewer = { readonly bridge: Station; readonly port: number }

/**
 * Directions in the tree that frames take (Breitbart, Lowekamp, Bejerano: forwarding tables tell the direction of a
 * station at each bridge). A bridge that sees two stations at different ports is between them; that holds however
 * incomplete the tables are.
 */
export class BridgeView {
  readonly #sights = new Map<Station, Sight>()
  readonly #viewers = new Map<Station, Viewer[]>()
  readonly #completed = new Map<Station, Map<Station, number | undefined>>()

  /** `heard`: what neighbours announce tells directions too, where nothing was learnt. */
  constructor(devices: readonly KnownDevice[], sights: Sights, heard: readonly DraftLink[]) {
    const announced = directionsOf(heard, sights)
    const crowd = new Map<Sight, readonly number[]>()
    for (const device of devices) {
      const learnt = sights.of(device)
      if (learnt === undefined) continue
      const more = announced.get(device)
      const sight = more === undefined ? learnt : { ...learnt, portOf: new Map([...learnt.portOf, ...more]) }
      this.#sights.set(sight.of, sight)
      const counts = new Array<number>(device.table?.ports.length ?? 0).fill(0)
      for (const [station, port] of sight.portOf) {
        counts[port] = (counts[port] ?? 0) + 1
        const viewers = this.#viewers.get(station)
        if (viewers === undefined) this.#viewers.set(station, [{ bridge: sight.of, port }])
        else viewers.push({ bridge: sight.of, port })
      }
      crowd.set(sight, counts)
    }
    const crowdAt = ({ bridge, port }: Viewer): number => {
      const sight = this.#sights.get(bridge)
      return sight === undefined ? 0 : (crowd.get(sight)?.[port] ?? 0)
    }
    // Fewest stations behind a port: nearest.
    for (const viewers of this.#viewers.values()) {
      viewers.sort((a, b) => crowdAt(a) - crowdAt(b) || compareText(a.bridge.key, b.bridge.key))
    }
  }

  get bridges(): Iterable<Sight> {
    return this.#sights.values()
  }

  viewersOf(station: Station): readonly Viewer[] {
    return this.#viewers.get(station) ?? []
  }

  /** The port at which a bridge sees the station, or must see it; undefined where nothing tells. */
  direction(from: Station, to: Station): number | undefined {
    const sight = this.#sights.get(from)
    return sight?.portOf.get(to) ?? (sight === undefined ? undefined : this.#complete(sight, to))
  }

  /** Whether the bridge has learnt the station itself. */
  sees(from: Station, to: Station): boolean {
    return this.#sights.get(from)?.portOf.has(to) === true
  }

  /** Whether no bridge that can be asked is between the bridge and the station. */
  isNearest(bridge: Station, station: Station): { readonly isNearest: boolean; readonly isLoop: boolean } {
    let isLoop = false
    let asked = 0
    for (const { bridge: between, port } of this.viewersOf(station)) {
      if (between === bridge || asked++ >= MAX_VIEWERS) continue
      const back = this.direction(between, bridge)
      if (back === undefined || back === port) continue
      if (!this.#isOnOtherSide(bridge, station, between)) return { isNearest: false, isLoop }
      // Each of the two seems to be between the other and the bridge: there is a ring that looks like a tree from nowhere.
      isLoop = true
    }
    return { isNearest: true, isLoop }
  }

  #isOnOtherSide(bridge: Station, station: Station, between: Station): boolean {
    if (!station.isBridge) return false
    const [toBetween, back] = [this.#direct(station, between), this.#direct(station, bridge)]
    return toBetween !== undefined && back !== undefined && toBetween !== back
  }

  #direct(from: Station, to: Station): number | undefined {
    return this.#sights.get(from)?.portOf.get(to)
  }

  /**
   * What a bridge has not learnt, from the other's table: whatever the other one sees elsewhere than this bridge is
   * beyond the other one, so it is in the same direction.
   */
  #complete(sight: Sight, to: Station): number | undefined {
    const other = this.#sights.get(to)
    const back = other?.portOf.get(sight.of)
    if (other === undefined || back === undefined) return undefined
    const known = this.#completed.get(sight.of) ?? new Map<Station, number | undefined>()
    this.#completed.set(sight.of, known)
    if (known.has(to)) return known.get(to)
    const found = this.#byLandmark(sight, other, back)
    known.set(to, found)
    return found
  }

  #byLandmark(sight: Sight, other: Sight, back: number): number | undefined {
    let left = MAX_LANDMARKS
    for (const [station, port] of other.portOf) {
      if (port === back) continue
      const found = sight.portOf.get(station)
      if (found !== undefined) return found
      if (--left === 0) break
    }
    left = MAX_LANDMARKS
    const table = sight.of.device.table
    for (const [port, macs] of other.of.device.table?.macsAt.entries() ?? []) {
      if (port === back) continue
      for (const mac of macs) {
        const found = table?.portOf.get(mac)
        if (found !== undefined) return found
        if (--left === 0) return undefined
      }
    }
    return undefined
  }
}

/** Below that, what is announced may be stale or about somebody else. */
const TRUSTED = 0.85

function directionsOf(
  heard: readonly DraftLink[],
  sights: Sights,
): ReadonlyMap<KnownDevice, ReadonlyMap<Station, number>> {
  const found = new Map<KnownDevice, Map<Station, number>>()
  for (const { a, b, confidence } of heard) {
    if (confidence < TRUSTED) continue
    for (const [near, far] of [
      [a, b],
      [b, a],
    ] as const) {
      if (near.device?.table === undefined || far.device?.table === undefined || near.port === undefined) continue
      const port = near.device.table.ports.indexOf(near.device.ports.outer(near.port))
      if (port < 0) continue
      const all = found.get(near.device) ?? new Map<Station, number>()
      found.set(near.device, all.set(sights.bridge(far.device), port))
    }
  }
  return found
}
