import type { EpochMs } from '../identity/identity.ts'
import { type FactsReport, type LinksReport, MAX_LINKS, type ReportedInterface } from '../wire/wire.ts'
import { bridgeFacts } from './bridge-facts.ts'
import { hash32, hashText } from './chance.ts'
import { domainsOf, portTowards, type Station, vlansAt } from './forwarding.ts'
import { heardBy } from './heard-by.ts'
import type { MadeDevice, MadeNetwork, MadePort } from './made-device.ts'
import { treesOf, type Vertex } from './spanning-tree.ts'
import { wiringOf } from './wiring.ts'

/** How long a gap in a table lasts, in milliseconds: then other stations are silent. */
export const MADE_TURN_MS = 15 * 60_000
/** Stations that a bridge on their way to the gateway has forgotten, and one that only hears their broadcasts. */
const FORGOTTEN_ON_WAY = 0.03
const FORGOTTEN_ASIDE = 0.25
/** ARP entries that a gateway has not. */
const ARP_GAPS = 0.03

export type ToldLinks = Omit<LinksReport, 'kind' | 'epoch' | 'seq' | 'at' | 'device'>

/** What a managed device tells at a moment. */
export type Told = {
  readonly device: MadeDevice
  readonly identity: FactsReport['identity']
  readonly interfaces: readonly ReportedInterface[]
  readonly links: ToldLinks
  /** Interfaces by stable name that are up. */
  readonly up: ReadonlySet<string>
  /** Interfaces that are enabled. */
  readonly adminUp: ReadonlySet<string>
}

/**
 * What a device tells now: its facts and every part of its links report, as an agent that knows its interfaces sends them.
 * Undefined for one without power and for one that nobody asks. Forwarding tables and ARP have gaps, by seed and moment.
 */
export function toldBy(network: MadeNetwork, name: string, moment: EpochMs): Told | undefined {
  const wiring = wiringOf(network)
  const device = wiring.devices.get(name)
  if (device === undefined || !device.managed || network.off.has(name)) return undefined
  return {
    device,
    identity: identityOf(device),
    interfaces: device.ports.map(reported),
    links: linksOf(network, device, moment),
    up: new Set(namesOf(device, (port) => wiring.isUp({ device: name, port: port.name }))),
    adminUp: new Set(namesOf(device, (port) => port.adminUp)),
  }
}

const namesOf = (device: MadeDevice, wanted: (port: MadePort) => boolean) =>
  device.ports.filter(wanted).map((port) => port.name)

function identityOf(device: MadeDevice): FactsReport['identity'] {
  const { sysName, sysDescr, sysObjectId, vendor, model, software, serial, place } = device
  return {
    ...{ sysName, sysDescr, sysObjectId, sysLocation: place, sysContact: '', vendor, os: '', model },
    ...{ version: software, serial, engineId: '' },
  }
}

function reported(port: MadePort): ReportedInterface {
  const { name, ifIndex, ifName, ifDescr, ifAlias, ifType, mac, speedBps } = port
  return { interface: name, ifIndex, ifName, ifDescr, ifAlias, ifType, mac, ...(speedBps > 0 && { speedBps }) }
}

function linksOf(network: MadeNetwork, device: MadeDevice, moment: EpochMs): ToldLinks {
  const vertex = treesOf(network).bridge(device.name)
  const gaps = { seed: hashText(network.plan.seed, device.name), turn: Math.floor(moment / MADE_TURN_MS) }
  const bridge = vertex === undefined ? undefined : bridgeFacts(vertex)
  const { arp, forwarding } = tablesOf(network, device, gaps)
  const vlans = vlansAt(network, device).map((id) => ({
    id,
    name: network.vlans.find((vlan) => vlan.id === id)?.name ?? '',
  }))
  const bundles = bundlesOf(device)
  const routing = routingOf(network, device)
  return {
    identifiers: [device.chassisMac],
    neighbors: device.lldp ? heardBy(network, device) : [],
    ...(bridge !== undefined && { bridge }),
    ...(bundles.length > 0 && { bundles }),
    ...(device.bridges && { forwarding, vlans }),
    arp,
    addresses: device.ports.flatMap(({ ip, prefixLength, name }) =>
      ip === undefined || prefixLength === undefined ? [] : [{ ip, prefixLength, port: name }],
    ),
    ...(routing !== undefined && { routing }),
    truncated: [],
  }
}

function bundlesOf(device: MadeDevice): NonNullable<ToldLinks['bundles']> {
  return device.ports
    .filter(({ ifType }) => ifType === 161)
    .map(({ name }) => ({
      port: name,
      members: device.ports.filter(({ bundle }) => bundle === name).map((member) => member.name),
    }))
}

type Gaps = { readonly seed: number; readonly turn: number }

function tablesOf(
  network: MadeNetwork,
  device: MadeDevice,
  gaps: Gaps,
): Required<Pick<ToldLinks, 'arp' | 'forwarding'>> {
  const vertex = treesOf(network).bridge(device.name)
  const forwarding = device.bridges && vertex !== undefined ? forwardingOf(network, vertex, gaps) : []
  return { arp: arpOf(network, device, gaps), forwarding }
}

function forwardingOf(network: MadeNetwork, bridge: Vertex, gaps: Gaps): NonNullable<ToldLinks['forwarding']> {
  const groups: { port: string; vlan: number; macs: string }[] = []
  let left: number = MAX_LINKS.forwarding
  for (const { vlan, stations } of domainsOf(network).at(bridge)) {
    const byPort = new Map<string, string[]>()
    const gateway = stations.find(({ device }) => device !== undefined && isGateway(network, device))
    const gatewayPort = gateway === undefined ? undefined : portTowards(bridge, gateway)
    for (const station of stations) {
      if (left === 0) break
      const port = portTowards(bridge, station)
      if (port === undefined) continue
      // A station on the far side of the gateway's port is heard only when it calls out to all.
      const aside = port === gatewayPort && station !== gateway
      if (isForgotten(station, gaps, aside ? FORGOTTEN_ASIDE : FORGOTTEN_ON_WAY)) continue
      const list = byPort.get(port) ?? []
      list.push(station.mac.replaceAll(':', ''))
      byPort.set(port, list)
      left--
    }
    for (const [port, macs] of byPort) groups.push({ port, vlan, macs: [...new Set(macs)].join('') })
  }
  return groups
}

const isGateway = (network: MadeNetwork, device: string) => wiringOf(network).devices.get(device)?.routes === true

function isForgotten({ mac }: Station, { seed, turn }: Gaps, share: number): boolean {
  return hash32(hashText(seed, mac), turn) / 0x1_0000_0000 < share
}

/** Gateways know nearly everybody in their networks; others know their gateway. */
function arpOf(network: MadeNetwork, device: MadeDevice, gaps: Gaps): NonNullable<ToldLinks['arp']> {
  const trees = treesOf(network)
  const domains = domainsOf(network)
  const arp: { ip: string; mac: string; port: string }[] = []
  for (const port of device.ports) {
    const vertex = trees.vertexOf(device, port)
    if (port.ip === undefined || port.mac === '' || vertex === undefined) continue
    const domain = domains.of(vertex, port.virtualOf ?? port.vlan ?? 0)
    for (const station of domain?.stations ?? []) {
      if (station.ip === port.ip || arp.length >= MAX_LINKS.arp) continue
      const knows = device.routes
        ? !isForgotten(station, gaps, ARP_GAPS)
        : station.device !== undefined && isGateway(network, station.device)
      if (knows) arp.push({ ip: station.ip, mac: station.mac, port: port.name })
    }
  }
  return arp
}

function routingOf(network: MadeNetwork, device: MadeDevice): ToldLinks['routing'] {
  if (!device.routes) return undefined
  const wiring = wiringOf(network)
  const bgp: { peer: string; remoteAs: number; state: string }[] = []
  const ospf: { neighbor: string; routerId: string; state: string }[] = []
  for (const way of wiring.waysAt.get(device.name) ?? []) {
    const far = way.a.device === device.name ? way.b : way.a
    const routing = way.cables[0]?.routing
    const ip = wiring.port(far)?.ip
    const routerId = wiring.devices.get(far.device)?.address ?? ''
    if (!way.live || routing === undefined || ip === undefined) continue
    if (routing === 'bgp') bgp.push({ peer: ip, remoteAs: asOf(wiring.devices.get(far.device)), state: 'established' })
    else ospf.push({ neighbor: ip, routerId, state: 'full' })
  }
  return bgp.length + ospf.length === 0 ? undefined : { bgp, ospf }
}

/** A private number for each site. */
const asOf = (device: MadeDevice | undefined) => 64_512 + (hashText(0, device?.site ?? '') % 1_000)
