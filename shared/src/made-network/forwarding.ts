import type { MadeDevice, MadeNetwork } from './made-device.ts'
import { type Edge, otherEnd, portOfEdge, treesOf, type Vertex } from './spanning-tree.ts'
import { wiringOf } from './wiring.ts'

/** One address that sends frames in a VLAN. */
export type Station = {
  readonly mac: string
  readonly ip: string
  readonly vlan: number
  readonly vertex: Vertex
  /** A station at a port of a bridge: the port, where it is no device of its own. */
  readonly port?: string
  readonly device?: string
}

/** Where frames of a VLAN go, in one domain. */
export type VlanDomain = {
  readonly vlan: number
  readonly stations: readonly Station[]
  /** Bridges that see frames of it. */
  readonly bridges: ReadonlySet<Vertex>
}

export type Domains = {
  /** The VLANs that each bridge carries. */
  at(bridge: Vertex): readonly VlanDomain[]
  /** The VLAN's stations that a station at this vertex can reach. */
  of(vertex: Vertex, vlan: number): VlanDomain | undefined
}

const known = new WeakMap<MadeNetwork, Domains>()
const NOBODY = 0

/** Stations and VLANs of each domain, as the cables are now. */
export function domainsOf(network: MadeNetwork): Domains {
  const found = known.get(network)
  if (found !== undefined) return found
  const domains = workOut(network)
  known.set(network, domains)
  return domains
}

function workOut(network: MadeNetwork): Domains {
  const groups = new Map<string, Station[]>()
  const keyed = (vertex: Vertex, vlan: number) => `${vertex.root.id} ${vlan}`
  for (const station of stationsOf(network)) {
    const key = keyed(station.vertex, station.vlan)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [station])
    else group.push(station)
  }
  const domains = new Map<string, VlanDomain>()
  const at = new Map<Vertex, VlanDomain[]>()
  for (const [key, stations] of groups) {
    const domain = { vlan: stations[0]?.vlan ?? NOBODY, stations, bridges: bridgesBetween(stations) }
    domains.set(key, domain)
    for (const bridge of domain.bridges) at.set(bridge, [...(at.get(bridge) ?? []), domain])
  }
  return { at: (bridge) => at.get(bridge) ?? [], of: (vertex, vlan) => domains.get(keyed(vertex, vlan)) }
}

function stationsOf(network: MadeNetwork): readonly Station[] {
  const trees = treesOf(network)
  const wiring = wiringOf(network)
  const stations: Station[] = []
  for (const device of network.devices) {
    if (network.off.has(device.name)) continue
    for (const port of device.ports) {
      const vertex = trees.vertexOf(device, port)
      if (port.ip === undefined || port.mac === '' || vertex === undefined) continue
      if (!wiring.isUp({ device: device.name, port: port.name })) continue
      const vlan = port.virtualOf ?? port.vlan ?? NOBODY
      stations.push({ mac: port.mac, ip: port.ip, vlan, vertex, device: device.name })
    }
  }
  for (const { mac, ip, vlan, device, port } of network.hosts) {
    const vertex = trees.bridge(device)
    if (vertex !== undefined && wiring.isUp({ device, port })) stations.push({ mac, ip, vlan, vertex, port })
  }
  return stations
}

/** The bridges on the way between any two of the stations: those whose branch holds some of them, but not all below one child. */
function bridgesBetween(stations: readonly Station[]): ReadonlySet<Vertex> {
  const below = new Map<Vertex, number>()
  for (const { vertex } of stations) {
    let at: Vertex | undefined = vertex
    while (at !== undefined) {
      below.set(at, (below.get(at) ?? 0) + 1)
      at = at.parent === undefined ? undefined : otherEnd(at.parent, at)
    }
  }
  const own = new Set(stations.map(({ vertex }) => vertex))
  const bridges = new Set<Vertex>()
  for (const [vertex, count] of below) {
    if (!isBridge(vertex)) continue
    const children = vertex.edges.filter((edge) => edge.inTree && edge !== vertex.parent)
    const holding = children.filter((edge) => below.has(otherEnd(edge, vertex))).length
    if (count < stations.length || own.has(vertex) || holding > 1) bridges.add(vertex)
  }
  return bridges
}

const isBridge = ({ device, port }: Vertex) => device.bridges && port === undefined

/** The port through which a bridge reaches a station; undefined for its own. */
export function portTowards(bridge: Vertex, station: Station): string | undefined {
  const { vertex } = station
  if (vertex === bridge) return station.port
  const inBranch = vertex.first > bridge.first && vertex.first <= bridge.last
  if (!inBranch) return bridge.parent === undefined ? undefined : portOfEdge(bridge.parent, bridge)
  const edge = childEdges(bridge)[childAt(bridge, vertex.first)]
  return edge === undefined ? undefined : portOfEdge(edge, bridge)
}

const children = new WeakMap<Vertex, readonly Edge[]>()

/** Edges to the children in the order of the walk. */
function childEdges(bridge: Vertex) {
  const found = children.get(bridge)
  if (found !== undefined) return found
  const edges = bridge.edges
    .filter((edge) => edge.inTree && edge !== bridge.parent)
    .sort((left, right) => otherEnd(left, bridge).first - otherEnd(right, bridge).first)
  children.set(bridge, edges)
  return edges
}

/** The last child whose branch begins at or before the number. */
function childAt(bridge: Vertex, first: number): number {
  const edges = childEdges(bridge)
  let low = 0
  let high = edges.length
  while (low + 1 < high) {
    const middle = (low + high) >>> 1
    const edge = edges[middle]
    if (edge !== undefined && otherEnd(edge, bridge).first <= first) low = middle
    else high = middle
  }
  return low
}

/** VLANs of a bridge, in order. */
export function vlansAt(network: MadeNetwork, device: MadeDevice): readonly number[] {
  const vertex = treesOf(network).bridge(device.name)
  if (vertex === undefined) return []
  const ids = domainsOf(network)
    .at(vertex)
    .map(({ vlan }) => vlan)
  return [...new Set(ids)].filter((vlan) => vlan > NOBODY).sort((left, right) => left - right)
}
