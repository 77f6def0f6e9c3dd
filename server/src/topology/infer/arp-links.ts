import type { LinkEvidence } from '@eyenet/shared/api'
import type { BridgeView } from './bridge-view.ts'
import { endKey, endOf } from './draft-link.ts'
import type { KnownDevice } from './known-device.ts'
import { type Meet, type Meeting, Meetings } from './meetings.ts'
import { isStation, macNumber } from './port-names.ts'
import type { Sights } from './sights.ts'

/** What ARP and neighbour discovery are worth where no forwarding table is in between. */
const SEEN_FROM_BOTH = 0.88
const SEEN_FROM_ONE = 0.75

/** An interface that resolves the address of another device's interface; both have sockets. */
export type Resolved = { readonly here: Meet; readonly there: Meet; readonly macs: readonly number[] }

/** What one device resolves at interfaces that cables go into. */
export function resolvedBy(device: KnownDevice, sights: Sights): readonly Resolved[] {
  return (device.view.links.arp ?? []).flatMap(({ ip, mac, port: told }): readonly Resolved[] => {
    const port = socketOf(device, told)
    const number = port === undefined ? undefined : macNumber(mac)
    if (port === undefined || number === undefined || !isStation(number)) return []
    const other = sights.ownerOf(number)
    const otherPort = other === undefined ? undefined : socketOf(other, other.ports.withMac(number)?.port)
    if (other === undefined || other === device || otherPort === undefined) return []
    const { view } = device
    const text = `${view.name} ${port} resolves ${ip} to ${other.view.name} ${otherPort}`
    const evidence: LinkEvidence = { kind: 'arp', device: view.device, port, text, at: view.linksAt }
    const [end, far] = [endOf(device, port), endOf(other, otherPort)]
    const own = macNumber(device.ports.get(port)?.mac ?? '')
    const here: Meet = { key: endKey(end), end, evidence: [evidence] }
    const there: Meet = { key: endKey(far), end: far, evidence: [] }
    return [{ here, there, macs: own === undefined ? [number] : [number, own] }]
  })
}

/** The interface, where a cable goes into it. */
function socketOf(device: KnownDevice, told: string | undefined): string | undefined {
  if (told === undefined || device.ports.isVirtual(told)) return undefined
  const port = device.ports.outer(told)
  return device.ports.isVirtual(port) ? undefined : port
}

/** Whether a bridge has learnt somebody at its end: then it is a port of the bridge. */
function isBridged({ end: { device, port } }: Meet): boolean {
  const { table } = device ?? {}
  if (table === undefined || port === undefined) return false
  return (table.macsAt[table.ports.indexOf(port)]?.length ?? 0) > 0
}

/**
 * Interfaces that are plugged into no bridge that anybody asks, and resolve each other's addresses: routed links
 * between switches, lines between routers.
 */
export function arpMeetings(
  resolved: readonly Resolved[],
  { sights, view }: { readonly sights: Sights; readonly view: BridgeView },
): readonly Meeting[] {
  // Where a bridge sees it, that says better where it is.
  const isPlaced = (mac: number): boolean => {
    const station = sights.stationOf(mac)
    return station !== undefined && !station.isBridge && view.viewersOf(station).length > 0
  }
  const open = resolved.filter(({ here, there, macs }) => {
    return !isBridged(here) && !isBridged(there) && !macs.some(isPlaced)
  })
  const seen = new Set(open.map(({ here, there }) => `${here.key}~${there.key}`))
  const meetings = new Meetings()
  for (const { here, there } of open) {
    meetings.join(here, there, seen.has(`${there.key}~${here.key}`) ? SEEN_FROM_BOTH : SEEN_FROM_ONE)
  }
  return meetings.all()
}
