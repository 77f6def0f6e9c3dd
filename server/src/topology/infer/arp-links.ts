import type { LinkEvidence } from '@eyenet/shared/api'
import type { BridgeView } from './bridge-view.ts'
import { endOf } from './draft-link.ts'
import type { KnownDevice } from './known-device.ts'
import { type Meeting, Meetings } from './meetings.ts'
import { isStation, macNumber } from './port-names.ts'
import type { Sights } from './sights.ts'

/** What ARP and neighbour discovery are worth where no forwarding table is in between. */
const SEEN_FROM_BOTH = 0.88
const SEEN_FROM_ONE = 0.75

type World = { readonly sights: Sights; readonly view: BridgeView }

/**
 * Interfaces that are plugged into no bridge that anybody asks, and resolve each other's addresses: routed links
 * between switches, lines between routers.
 */
export function arpMeetings(devices: readonly KnownDevice[], world: World): readonly Meeting[] {
  const meetings = new Meetings()
  const seen = new Set<string>()
  const found = devices.flatMap((device) => neighborsOf(device, world))
  for (const { device, port, other, otherPort } of found) seen.add(pairKey(device, port, [other, otherPort]))
  for (const { device, port, other, otherPort, ip } of found) {
    const isMutual = seen.has(pairKey(other, otherPort, [device, port]))
    const { view } = device
    const text = `${view.name} ${port} resolves ${ip} to ${other.view.name} ${otherPort}`
    const evidence: LinkEvidence = { kind: 'arp', device: view.device, port, text, at: view.linksAt }
    const ends = [
      { end: endOf(device, port), evidence: [evidence] },
      { end: endOf(other, otherPort), evidence: [] },
    ] as const
    meetings.join(...ends, isMutual ? SEEN_FROM_BOTH : SEEN_FROM_ONE)
  }
  return meetings.all()
}

const pairKey = (device: KnownDevice, port: string, [other, otherPort]: readonly [KnownDevice, string]): string =>
  `${device.view.device}|${port}~${other.view.device}|${otherPort}`

type Resolved = {
  readonly device: KnownDevice
  readonly port: string
  readonly other: KnownDevice
  readonly otherPort: string
  readonly ip: string
}

function neighborsOf(device: KnownDevice, world: World): readonly Resolved[] {
  return (device.view.links.arp ?? []).flatMap(({ ip, mac, port: told }): readonly Resolved[] => {
    const number = macNumber(mac)
    const port = socketOf(device, told, world)
    if (port === undefined || number === undefined || !isStation(number)) return []
    const other = world.sights.ownerOf(number)
    if (other === undefined || other === device || isPlaced(number, world)) return []
    const otherPort = socketOf(other, other.ports.withMac(number)?.port, world)
    return otherPort === undefined ? [] : [{ device, port, other, otherPort, ip }]
  })
}

/** The interface, where a cable goes into it and it is no port of a bridge. */
function socketOf(device: KnownDevice, told: string | undefined, { view, sights }: World): string | undefined {
  if (told === undefined || device.ports.isVirtual(told)) return undefined
  const port = device.ports.outer(told)
  if (device.ports.isVirtual(port) || hasLearnt(device, port)) return undefined
  const mac = macNumber(device.ports.get(port)?.mac ?? '')
  return mac !== undefined && isPlaced(mac, { view, sights }) ? undefined : port
}

function hasLearnt({ table }: KnownDevice, port: string): boolean {
  const number = table?.ports.indexOf(port) ?? -1
  return (table?.macsAt[number]?.length ?? 0) > 0
}

/** Whether a bridge sees it, and so says better where it is. */
function isPlaced(mac: number, { sights, view }: World): boolean {
  const station = sights.stationOf(mac)
  return station !== undefined && !station.isBridge && view.viewersOf(station).length > 0
}
