import { compareText } from './directory.ts'
import type { KnownDevice } from './known-device.ts'
import type { Sight, Station } from './sights.ts'

/** Bridges that are asked whether they are between, nearest to the station first: the nearest ones know. */
const MAX_VIEWERS = 64
/** Stations that two bridges are compared by, where one has not learnt the other. */
const MAX_LANDMARKS = 128

/** Ports of each bridge that may look otherwise; `all` where the bridge itself may. */
export type Touched = ReadonlyMap<Station, ReadonlySet<number> | 'all'>

/** A bridge that sees a station, and how many stations it sees at that port: the fewer, the nearer. */
export type Viewer = { readonly bridge: Station; readonly port: number; readonly crowd: number }

/**
 * Directions in the tree that frames take (Breitbart, Lowekamp, Bejerano: forwarding tables tell the direction of a
 * station at each bridge). A bridge that sees two stations at different ports is between them; that holds however
 * incomplete the tables are.
 */
export class BridgeView {
  readonly #sights = new Map<Station, Sight>()
  readonly #viewers = new Map<Station, Viewer[]>()
  readonly #completed = new Map<Station, Map<Station, number | undefined>>()
  readonly #touched = new Map<Station, Set<number> | 'all'>()

  /** What a bridge sees from now on; undefined when it is none any more. */
  set(bridge: Station, sight: Sight | undefined): void {
    const before = this.#sights.get(bridge)
    if (before === sight) return
    const around = this.#around(bridge, [before, sight])
    const isCompared = before !== undefined && sight !== undefined
    const directions = isCompared ? [...around].map((other) => this.direction(bridge, other)) : []
    for (const station of before?.portOf.keys() ?? []) this.#unsee(bridge, station)
    this.#completed.delete(bridge)
    for (const known of this.#completed.values()) known.delete(bridge)
    if (sight === undefined) this.#sights.delete(bridge)
    else {
      this.#sights.set(bridge, sight)
      this.#see(bridge, sight)
    }
    this.#touched.set(bridge, 'all')
    this.#touchAt(bridge, around)
    for (const station of this.#seenOtherwise(before, sight)) {
      this.#touchAt(station, around)
      if (station.isBridge) this.#touched.set(station, 'all')
    }
    let at = 0
    for (const other of around) {
      const isSame = isCompared && directions[at++] === this.direction(bridge, other)
      if (isSame) continue
      this.#touched.set(other, 'all')
      this.#touchAt(other, around)
    }
  }

  /** What may look otherwise than when this was asked last. */
  takeTouched(): Touched {
    const touched = new Map([...this.#touched].filter(([one]) => this.#sights.has(one)))
    this.#touched.clear()
    return touched
  }

  sightOf(bridge: Station): Sight | undefined {
    return this.#sights.get(bridge)
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

  /** Whether no bridge that can be asked is between the bridge and the station, or only one in a ring with both. */
  inFrontOf(bridge: Station, station: Station): 'nobody' | 'loop' | 'bridge' {
    let found: 'nobody' | 'loop' = 'nobody'
    let asked = 0
    for (const { bridge: between, port } of this.viewersOf(station)) {
      const back = between === bridge ? undefined : this.direction(between, bridge)
      if (back === undefined) continue
      if (asked++ >= MAX_VIEWERS) break
      if (back === port) continue
      if (!this.#isBetween(station, bridge, between) && !this.#isBetween(bridge, station, between)) return 'bridge'
      // Another of the three seems to be between the other two as well: no tree looks like that.
      found = 'loop'
    }
    return found
  }

  /** Whether the first one has learnt the other two at different ports. */
  #isBetween(bridge: Station, one: Station, other: Station): boolean {
    const portOf = this.#sights.get(bridge)?.portOf
    const [a, b] = [portOf?.get(one), portOf?.get(other)]
    return a !== undefined && b !== undefined && a !== b
  }

  #see(bridge: Station, { portOf }: Sight): void {
    const counts = new Map<number, number>()
    for (const port of portOf.values()) counts.set(port, (counts.get(port) ?? 0) + 1)
    for (const [station, port] of portOf) {
      const viewer: Viewer = { bridge, port, crowd: counts.get(port) ?? 0 }
      const viewers = this.#viewers.get(station)
      if (viewers === undefined) this.#viewers.set(station, [viewer])
      else viewers.splice(placeOf(viewers, viewer), 0, viewer)
    }
  }

  #unsee(bridge: Station, station: Station): void {
    const viewers = this.#viewers.get(station) ?? []
    const at = viewers.findIndex((one) => one.bridge === bridge)
    if (at >= 0) viewers.splice(at, 1)
  }

  /** Bridges that are compared with this one: those that see it, and those that it sees or saw. Nobody else is. */
  #around(bridge: Station, sights: readonly (Sight | undefined)[]): ReadonlySet<Station> {
    const around = new Set(this.viewersOf(bridge).map((viewer) => viewer.bridge))
    for (const sight of sights) {
      for (const station of sight?.portOf.keys() ?? []) if (station.isBridge) around.add(station)
    }
    around.delete(bridge)
    return around
  }

  /** Where others see the station, something may be in front of it now, or not any more. */
  #touchAt(station: Station, around: ReadonlySet<Station>): void {
    for (const { bridge, port } of this.viewersOf(station)) {
      if (!around.has(bridge)) continue
      const ports = this.#touched.get(bridge)
      if (ports === undefined) this.#touched.set(bridge, new Set([port]))
      else if (ports !== 'all') ports.add(port)
    }
  }

  /** Of a station that so many see, the order of those that see it counts too: not all of them are asked. */
  #seenOtherwise(before: Sight | undefined, now: Sight | undefined): ReadonlySet<Station> {
    const otherwise = new Set<Station>()
    for (const sight of [before, now]) {
      for (const station of sight?.portOf.keys() ?? []) {
        const isMoved = before?.portOf.get(station) !== now?.portOf.get(station)
        if (isMoved || this.viewersOf(station).length >= MAX_VIEWERS) otherwise.add(station)
      }
    }
    return otherwise
  }

  /**
   * What a bridge has not learnt, from the other's table: whatever the other one sees elsewhere than this bridge is
   * beyond the other one, so it is in the same direction.
   */
  #complete(sight: Sight, to: Station): number | undefined {
    const other = this.#sights.get(to)
    const back = other?.portOf.get(sight.of)
    if (other === undefined || back === undefined) return undefined
    let known = this.#completed.get(sight.of)
    if (known === undefined) {
      known = new Map()
      this.#completed.set(sight.of, known)
    }
    if (known.has(to)) return known.get(to)
    const found = byLandmark(sight, other, back)
    known.set(to, found)
    return found
  }
}

/** Where the viewer belongs: nearest first, and in one order whoever came first. */
function placeOf(viewers: readonly Viewer[], { bridge, crowd }: Viewer): number {
  let [low, high] = [0, viewers.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const one = viewers[middle]
    const isBefore =
      one !== undefined && (one.crowd < crowd || (one.crowd === crowd && compareText(one.bridge.key, bridge.key) < 0))
    if (isBefore) low = middle + 1
    else high = middle
  }
  return low
}

function byLandmark(sight: Sight, other: Sight, back: number): number | undefined {
  let left = MAX_LANDMARKS
  for (const [station, port] of other.portOf) {
    if (port === back) continue
    const found = sight.portOf.get(station)
    if (found !== undefined) return found
    if (--left === 0) break
  }
  left = MAX_LANDMARKS
  const known: KnownDevice['table'] = sight.of.device.table
  for (const [port, macs] of other.of.device.table?.macsAt.entries() ?? []) {
    if (port === back) continue
    for (const mac of macs) {
      const found = known?.portOf.get(mac)
      if (found !== undefined) return found
      if (--left === 0) return undefined
    }
  }
  return undefined
}
