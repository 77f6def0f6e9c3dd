import type { DeviceId } from '@eyenet/shared/identity'
import { roleOf } from '@eyenet/shared/roles'
import { type Discovered, MAX_DISCOVERED } from '@eyenet/shared/wire'
import type { SeenStation } from './frame-finding.ts'

/** Stations that are remembered; the one that was silent longest makes room. */
const MOST_STATIONS = 5_000
const MOST_ADDRESSES = 16
/** Stations never seen before, a minute: somebody who makes addresses up must not push out those that are there. */
const NEW_PER_MINUTE = 500
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

type Station = {
  readonly mac: string
  port: string
  hostname: string
  vendorClass: string
  services: readonly string[]
  /** By address, empty where none is known: what was told of it, and when. */
  readonly told: Map<string, { text: string; atMs: number }>
}

/** TCP ports that a service stands for, from which a role is told. */
const SERVICE_PORTS: Readonly<Record<string, number>> = {
  ...{ '_ipp._tcp': 631, '_ipps._tcp': 631, '_printer._tcp': 515, '_pdl-datastream._tcp': 9100, '_rtsp._tcp': 554 },
  ...{
    '_sip._udp': 5060,
    '_sip._tcp': 5060,
    '_nfs._tcp': 2049,
    '_afpovertcp._tcp': 548,
    '_smb._tcp': 445,
    '_ssh._tcp': 22,
  },
}

/** Who was seen at the machine's own interfaces, and what is not told of it yet. */
export class SeenStations {
  readonly #stations = new Map<string, Station>()
  #minuteAtMs = Number.NEGATIVE_INFINITY
  #newInMinute = 0
  #dropped = 0

  /** Stations that found no room. */
  get dropped(): number {
    return this.#dropped
  }

  take(seen: SeenStation, { port, nowMs }: { readonly port: string; readonly nowMs: number }): void {
    const station = this.#stationOf(seen.mac, { port, nowMs })
    if (station === undefined) return
    station.port = port
    station.hostname = seen.hostname ?? station.hostname
    station.vendorClass = seen.vendorClass ?? station.vendorClass
    station.services = seen.services ?? station.services
    const address = seen.address ?? ''
    if (!station.told.has(address) && station.told.size < MOST_ADDRESSES) {
      // With an address it is no longer the station of which none was known.
      if (address !== '') station.told.delete('')
      if (address !== '' || station.told.size === 0)
        station.told.set(address, { text: '', atMs: Number.NEGATIVE_INFINITY })
    }
  }

  /** What is to be told now: what is new or changed, and all daily; at most one report's worth. */
  due(device: DeviceId, nowMs: number): Discovered[] {
    const items: Discovered[] = []
    for (const station of this.#stations.values()) {
      for (const [address, told] of station.told) {
        if (items.length >= MAX_DISCOVERED) return items
        const item = itemOf(station, address, device)
        const text = JSON.stringify(item)
        if (text === told.text && nowMs - told.atMs < DAY_MS) continue
        told.text = text
        told.atMs = nowMs
        items.push(item)
      }
    }
    return items
  }

  clear(): void {
    this.#stations.clear()
  }

  #stationOf(mac: string, { port, nowMs }: { port: string; nowMs: number }): Station | undefined {
    const known = this.#stations.get(mac)
    if (known !== undefined) {
      // Order is by who was seen last.
      this.#stations.delete(mac)
      this.#stations.set(mac, known)
      return known
    }
    if (nowMs - this.#minuteAtMs >= MINUTE_MS) {
      this.#minuteAtMs = nowMs
      this.#newInMinute = 0
    }
    if (++this.#newInMinute > NEW_PER_MINUTE) {
      this.#dropped++
      return undefined
    }
    const [oldest] = this.#stations.keys()
    if (this.#stations.size >= MOST_STATIONS && oldest !== undefined) this.#stations.delete(oldest)
    const station = { mac, port, hostname: '', vendorClass: '', services: [], told: new Map() }
    this.#stations.set(mac, station)
    return station
  }
}

function itemOf(
  { mac, port, hostname, vendorClass, services }: Station,
  address: string,
  device: DeviceId,
): Discovered {
  const openPorts = services.flatMap((service) => SERVICE_PORTS[service] ?? [])
  const guess = roleOf({ sysDescr: vendorClass, openPorts })
  return {
    ...{ mac, how: 'passive', via: { device, port } },
    ...(address !== '' && { address }),
    ...(hostname !== '' && { hostname }),
    ...(vendorClass !== '' && { vendor: vendorClass }),
    ...(guess.role !== 'unknown' && { role: guess.role, roleEvidence: guess.evidence }),
  }
}
