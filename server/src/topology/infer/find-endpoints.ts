import type { DeviceId } from '@eyenet/shared/identity'
import { compareText } from './directory.ts'
import type { KnownDevice } from './known-device.ts'
import { isStation, macNumber, macText } from './port-names.ts'
import type { Sights } from './sights.ts'

/** A station that is no device of the inventory, and the port that is nearest to it. */
export type FoundEndpoint = {
  /** Lower-case hex with colons. */
  readonly mac: string
  readonly vlan?: number
  readonly device: DeviceId
  readonly port: string
  /** By ARP of its site, ascending as text. */
  readonly ips: readonly string[]
}

/** Addresses of one station: one that answers for a whole network (proxy ARP) has no more than that. */
const MAX_IPS = 16

type Sighting = {
  readonly device: KnownDevice
  readonly port: number
  readonly crowd: number
  readonly isUplink: boolean
}

/**
 * The nearest port of each station: one that leads to no other bridge before one that does, then the one with the
 * fewest stations behind it.
 */
export function findEndpoints(
  devices: readonly KnownDevice[],
  { sights, uplinks }: { readonly sights: Sights; readonly uplinks: ReadonlySet<string> },
): readonly FoundEndpoint[] {
  const nearest = new Map<number, Sighting>()
  for (const device of devices) {
    const { table, view } = device
    if (table === undefined) continue
    table.macsAt.forEach((macs, port) => {
      const isUplink = uplinks.has(`${view.device}|${table.ports[port] ?? ''}`)
      const sighting: Sighting = { device, port, crowd: macs.length, isUplink }
      for (const mac of macs) {
        const before = nearest.get(mac)
        if (before === undefined || isNearer(sighting, before)) nearest.set(mac, sighting)
      }
    })
  }
  const ips = addressesOf(devices)
  const found: FoundEndpoint[] = []
  for (const [mac, { device, port }] of nearest) {
    if (!isStation(mac) || sights.ownerOf(mac) !== undefined) continue
    const vlan = device.table?.vlanOf.get(mac)
    const name = device.table?.ports[port] ?? ''
    const own = [...(ips.get(`${device.view.site} ${mac}`) ?? [])].sort(compareText)
    const at = { device: device.view.device, port: name, ips: own }
    found.push({ mac: macText(mac), ...(vlan !== undefined && { vlan }), ...at })
  }
  return found.sort((a, b) => compareText(a.mac, b.mac))
}

/** Devices come in one order, so that of two alike always the same one is taken. */
function isNearer(one: Sighting, than: Sighting): boolean {
  if (one.isUplink !== than.isUplink) return than.isUplink
  return one.crowd < than.crowd
}

function addressesOf(devices: readonly KnownDevice[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const { view } of devices) {
    for (const { ip, mac } of view.links.arp ?? []) {
      const number = macNumber(mac)
      if (number === undefined) continue
      const key = `${view.site} ${number}`
      const ips = found.get(key) ?? new Set<string>()
      if (ips.size < MAX_IPS) found.set(key, ips.add(ip))
    }
  }
  return found
}
