import type { LinksReport } from '@eyenet/shared/wire'
import { MAX_LINKS } from '@eyenet/shared/wire'
import type { SurveyArpEntry, SurveyForwardingEntry } from '../survey/survey.ts'
import type { Station } from './kept-stations.ts'
import { clipped, type PortNames } from './told-parts.ts'

/** One address in a forwarding table; `mac` has no colons. */
export type ForwardedStation = Station & { readonly mac: string; readonly vlan: number }
export type ArpStation = Station & { readonly ip: string; readonly mac: string }

const MOST_VLAN = 4_095
/** The bit that tells groups from stations (IEEE 802). */
const isGroup = (mac: string): boolean => (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1

/** Stations behind ports; the device's own addresses, and groups, are none. */
export function forwardedStations(
  entries: readonly SurveyForwardingEntry[],
  ports: PortNames,
): readonly ForwardedStation[] {
  return entries.flatMap(({ mac, vlan = 0, ifIndex, status }) => {
    const port = ports.of(ifIndex)
    if (port === undefined || status === 'self' || isGroup(mac)) return []
    const plain = mac.replaceAll(':', '')
    const known = vlan <= MOST_VLAN ? vlan : 0
    return [{ key: `${known} ${plain}`, place: port, port, mac: plain, vlan: known }]
  })
}

/** Who has which address, without the device's own and those of groups. */
export function arpStations(entries: readonly SurveyArpEntry[], ports: PortNames): readonly ArpStation[] {
  return entries.flatMap(({ ip, mac, ifIndex, type }) => {
    if (type === 'local' || isGroup(mac)) return []
    const port = ports.of(ifIndex) ?? ''
    return [{ key: `${ip} ${port}`, place: mac, port, ip: clipped(ip, 64), mac: clipped(mac, 32) }]
  })
}

/** By port and VLAN, in their order. */
export function forwardingPart(stations: readonly ForwardedStation[]): NonNullable<LinksReport['forwarding']> {
  const groups = new Map<string, { port: string; vlan: number; macs: string[] }>()
  for (const { port, vlan, mac } of stations.slice(0, MAX_LINKS.forwarding)) {
    const key = `${port}\u0000${vlan}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { port, vlan, macs: [mac] })
    else group.macs.push(mac)
  }
  return [...groups.values()]
    .map(({ port, vlan, macs }) => ({ port, vlan, macs: macs.sort().join('') }))
    .sort((a, b) => (a.port === b.port ? a.vlan - b.vlan : a.port < b.port ? -1 : 1))
}

export function arpPart(stations: readonly ArpStation[]): NonNullable<LinksReport['arp']> {
  return stations.map(({ ip, mac, port }) => ({ ip, mac, ...(port !== '' && { port }) }))
}
