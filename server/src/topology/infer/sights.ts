import type { Directory } from './directory.ts'
import { type DraftEnd, endOf } from './draft-link.ts'
import type { KnownDevice } from './known-device.ts'
import { isStation, macNumber, macText } from './port-names.ts'

/**
 * Who is seen in forwarding tables. A bridge is one station, whichever of its addresses is seen; what does not bridge is a
 * station for each of its addresses, for its interfaces may be plugged in at different places.
 */
export type Station = {
  readonly device: KnownDevice
  /** Only of what does not bridge there. */
  readonly mac?: number
  readonly isBridge: boolean
  /** What orders stations, whoever is told first. */
  readonly key: string
}

/** Where one bridge sees stations of the inventory: numbers of its table's ports. */
export type Sight = {
  readonly of: Station
  readonly portOf: ReadonlyMap<Station, number>
  /** Ports that something may be plugged in to that the bridge has not learnt. */
  readonly spare: readonly string[]
}

/** Stations and what bridges see of them. Kept while nobody is recognised otherwise. */
export class Sights {
  readonly #directory: Directory
  readonly #arpOwners: ReadonlyMap<number, KnownDevice>
  readonly #bridges = new Map<KnownDevice, Station>()
  readonly #leaves = new Map<number, Station>()
  readonly #sights = new Map<KnownDevice, { readonly table: KnownDevice['table']; readonly sight: Sight }>()

  constructor(directory: Directory, arpOwners: ReadonlyMap<number, KnownDevice>) {
    this.#directory = directory
    this.#arpOwners = arpOwners
  }

  /** The station with this address, where one device of the inventory has it. */
  stationOf(mac: number): Station | undefined {
    const device = this.ownerOf(mac)
    if (device === undefined) return undefined
    const isBridge = device.table !== undefined && !isRouted(device, mac)
    return isBridge ? this.bridge(device) : this.#leaf(device, mac)
  }

  ownerOf(mac: number): KnownDevice | undefined {
    return this.#directory.ownerOf(mac) ?? (this.#directory.hasOwner(mac) ? undefined : this.#arpOwners.get(mac))
  }

  bridge(device: KnownDevice): Station {
    const before = this.#bridges.get(device)
    if (before !== undefined) return before
    const station: Station = { device, isBridge: true, key: device.view.device }
    this.#bridges.set(device, station)
    return station
  }

  /** What the device's table says, which changes with it and with who has which address. */
  of(device: KnownDevice): Sight | undefined {
    if (device.table === undefined) return undefined
    const before = this.#sights.get(device)
    if (before !== undefined && before.table === device.table) return before.sight
    const sight = { of: this.bridge(device), portOf: this.#look(device), spare: device.quiet }
    this.#sights.set(device, { table: device.table, sight })
    return sight
  }

  #leaf(device: KnownDevice, mac: number): Station {
    const before = this.#leaves.get(mac)
    if (before !== undefined && before.device === device) return before
    const station: Station = { device, mac, isBridge: false, key: `${device.view.device} ${macText(mac)}` }
    this.#leaves.set(mac, station)
    return station
  }

  /** A bridge whose addresses are seen at several ports is behind the one with most of them. */
  #look(device: KnownDevice): ReadonlyMap<Station, number> {
    const votes = new Map<Station, Map<number, number>>()
    for (const [mac, port] of device.table?.portOf ?? []) {
      const station = this.stationOf(mac)
      if (station === undefined || station.device === device) continue
      const ports = votes.get(station) ?? new Map<number, number>()
      votes.set(station, ports.set(port, (ports.get(port) ?? 0) + 1))
    }
    const seen = new Map<Station, number>()
    for (const [station, ports] of votes) {
      const [most] = [...ports].sort(([a, x], [b, y]) => y - x || a - b)
      if (most !== undefined) seen.set(station, most[0])
    }
    this.#lookAtRoot(device, seen)
    return seen
  }

  /** The spanning tree says behind which port its root is, also where nothing of it was learnt. */
  #lookAtRoot(device: KnownDevice, seen: Map<Station, number>): void {
    const { root, rootPort } = device.view.links.bridge ?? {}
    const mac = macNumber(root?.split('-')[1] ?? '')
    const station = mac === undefined ? undefined : this.stationOf(mac)
    const port = device.table?.ports.indexOf(device.ports.outer(rootPort ?? '')) ?? -1
    if (station?.isBridge === true && station.device !== device && port >= 0 && !seen.has(station))
      seen.set(station, port)
  }
}

/** An interface with an IP address of its own is no port of the bridge, though its device bridges elsewhere. */
function isRouted({ ports, view }: KnownDevice, mac: number): boolean {
  const port = ports.withMac(mac)?.port
  if (port === undefined || ports.isVirtual(port)) return false
  return (view.links.addresses ?? []).some((one) => one.port === port)
}

/** Where the station is plugged in: its interface with that address, or the only one that it has. */
export function endOfStation({ device, mac }: Station): DraftEnd {
  const own = mac === undefined ? undefined : device.ports.withMac(mac)?.port
  if (own !== undefined) return endOf(device, device.ports.outer(own))
  const sockets = device.view.interfaces.filter(({ port }) => !device.ports.isVirtual(port))
  return endOf(device, sockets.length === 1 ? sockets[0]?.port : undefined)
}

/**
 * Who has an address that nobody tells as its own, by ARP: what is only pinged is found so. An address that stands for
 * several devices (proxy ARP, a gateway) says nothing.
 */
export function arpOwnersOf(claims: Iterable<readonly [number, KnownDevice]>): ReadonlyMap<number, KnownDevice> {
  const owners = new Map<number, KnownDevice | undefined>()
  for (const [mac, device] of claims) {
    const before = owners.get(mac)
    owners.set(mac, owners.has(mac) && before !== device ? undefined : device)
  }
  const sure = new Map<number, KnownDevice>()
  for (const [mac, device] of owners) if (device !== undefined) sure.set(mac, device)
  return sure
}

/** What one device's ARP table says of devices that tell no address of a station themselves. */
export function arpClaimsOf(device: KnownDevice, directory: Directory): readonly (readonly [number, KnownDevice])[] {
  return (device.view.links.arp ?? []).flatMap(({ ip, mac }): readonly (readonly [number, KnownDevice])[] => {
    const number = macNumber(mac)
    if (number === undefined || !isStation(number) || directory.hasOwner(number)) return []
    const owner = directory.withAddress(ip, device)
    return owner === undefined || owner === device || owner.macs.length > 0 ? [] : [[number, owner]]
  })
}
