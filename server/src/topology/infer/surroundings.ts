import type { LinkEvidence } from '@eyenet/shared/api'
import type { BridgeView } from './bridge-view.ts'
import type { DeviceView } from './device-view.ts'
import { endKey, endOf } from './draft-link.ts'
import type { Meet } from './meetings.ts'
import { type Hidden, type Near, nearestOf } from './nearest.ts'
import { endOfStation, type Sight, type Station } from './sights.ts'

/** What forwarding tables are worth; docs/topology.md says why. */
const SEEN_FROM_BOTH = 0.9
const SEEN_FROM_ONE = 0.8
const ALONE_AT_PORT = 0.9
const WITH_STATIONS = 0.8
const WITH_MANY_STATIONS = 0.7
const MANY = 8

/** A station right behind a port, and where it is plugged in itself. */
export type Behind = {
  readonly station: Station
  readonly isLoop: boolean
  /** The port of the bridge. */
  readonly here: Meet
  /** The end of the station; undefined where nobody knows at which of its ports a bridge is. */
  readonly there: Meet | undefined
  readonly certainty: number
  /** Stations at the port, of whatever kind. */
  readonly crowd: number
  /** The view that it was worked out of. */
  readonly view: DeviceView
}

type AtPort = { readonly behind: readonly Behind[]; readonly hidden: readonly Hidden[] }

export type Surrounding = AtPort & { readonly near: ReadonlySet<Station> }

type Looked = Surrounding & {
  readonly sight: Sight
  readonly stations: ReadonlyMap<number, readonly Station[]>
  readonly atPort: ReadonlyMap<number, AtPort>
}

/** What is right behind the ports of each bridge. Only what a change can have touched is worked out again. */
export class Surroundings {
  readonly #view: BridgeView
  readonly #of = new Map<Station, Looked>()

  constructor(view: BridgeView) {
    this.#view = view
  }

  update(): void {
    for (const [bridge, ports] of this.#view.takeTouched()) {
      const sight = this.#view.sightOf(bridge)
      if (sight !== undefined) this.#of.set(bridge, this.#lookAround(sight, ports))
    }
    for (const bridge of this.#of.keys()) if (this.#view.sightOf(bridge) === undefined) this.#of.delete(bridge)
  }

  all(): Iterable<readonly [Station, Surrounding]> {
    return this.#of
  }

  /** Whether the bridge, which sees the station, has it right behind a port. */
  isNear(bridge: Station, station: Station): boolean {
    return this.#of.get(bridge)?.near.has(station) === true
  }

  #lookAround(sight: Sight, touched: ReadonlySet<number> | 'all'): Looked {
    const before = this.#of.get(sight.of)
    const isSame = before?.sight === sight
    const stations = isSame ? before.stations : byPort(sight)
    const known = new Map(before?.behind.map((one) => [one.station, one]))
    const atPort = new Map<number, AtPort>()
    for (const [port, all] of stations) {
      const kept = isSame && touched !== 'all' && !touched.has(port) ? before.atPort.get(port) : undefined
      atPort.set(port, kept ?? this.#lookAt(sight, port, { stations: all, known }))
    }
    const behind = [...atPort.values()].flatMap((one) => one.behind)
    const hidden = [...atPort.values()].flatMap((one) => one.hidden)
    return { sight, stations, atPort, behind, hidden, near: new Set(behind.map(({ station }) => station)) }
  }

  #lookAt(
    sight: Sight,
    port: number,
    { stations, known }: { readonly stations: readonly Station[]; readonly known: ReadonlyMap<Station, Behind> },
  ): AtPort {
    const { near, hidden } = nearestOf(this.#view, sight.of, stations)
    const behind = near.map((one) => sameOr(known.get(one.station), this.#behind(sight, port, one)))
    return { behind, hidden }
  }

  #behind({ of }: Sight, port: number, { station, isLoop }: Near): Behind {
    const { table } = of.device
    const name = table?.ports[port] ?? ''
    const end = endOf(of.device, name)
    const back = station.isBridge ? this.#view.direction(station, of) : undefined
    const backName = back === undefined ? undefined : station.device.table?.ports[back]
    const far = station.isBridge ? endOf(station.device, backName) : endOfStation(station)
    const isKnown = !station.isBridge || backName !== undefined
    const crowd = table?.macsAt[port]?.length ?? 0
    const isMutual = station.isBridge && this.#view.sees(station, of)
    return {
      ...{ station, isLoop, crowd, view: of.device.view },
      here: { key: endKey(end), end, station: of, evidence: [seenAt(of, name, station)] },
      there: isKnown ? { key: endKey(far), end: far, station, evidence: [] } : undefined,
      certainty: station.isBridge ? (isMutual ? SEEN_FROM_BOTH : SEEN_FROM_ONE) : aloneOrNot(crowd - 1),
    }
  }
}

/** What did not change stays the same object, and so does all that is made of it. */
function sameOr(before: Behind | undefined, now: Behind): Behind {
  if (before === undefined) return now
  const isSame =
    before.view === now.view &&
    before.isLoop === now.isLoop &&
    before.crowd === now.crowd &&
    before.certainty === now.certainty &&
    before.here.key === now.here.key &&
    before.there?.key === now.there?.key
  return isSame ? before : now
}

function aloneOrNot(others: number): number {
  return others <= 0 ? ALONE_AT_PORT : others <= MANY ? WITH_STATIONS : WITH_MANY_STATIONS
}

function byPort({ portOf }: Sight): ReadonlyMap<number, readonly Station[]> {
  const stations = new Map<number, Station[]>()
  for (const [station, port] of portOf) {
    const all = stations.get(port)
    if (all === undefined) stations.set(port, [station])
    else all.push(station)
  }
  return stations
}

function seenAt({ device }: Station, port: string, { device: other }: Station): LinkEvidence {
  const { view } = device
  const text = `${view.name} sees ${other.view.name} behind ${port}, and no bridge between`
  return { kind: 'fdb', device: view.device, port, text, at: view.linksAt }
}
