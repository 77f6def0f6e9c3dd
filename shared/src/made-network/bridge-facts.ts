import type { LinksReport } from '../wire/wire.ts'
import type { MadeDevice, MadePort } from './made-device.ts'
import { bridgeId, type Edge, otherEnd, portOfEdge, type Vertex } from './spanning-tree.ts'

/** Priority of a port as it comes from the maker, before its number. */
const PORT_PRIORITY = 0x8000
/** softwareLoopback, propVirtual, l3ipvlan. */
const VIRTUAL_TYPES: readonly number[] = [24, 53, 136]

/** The ports of a bridge as it counts them itself, from 1: neither members of bundles nor virtual interfaces. */
export function bridgePortsOf({ ports }: MadeDevice): readonly MadePort[] {
  return ports.filter(({ bundle, ifType }) => bundle === undefined && !VIRTUAL_TYPES.includes(ifType))
}

/** dot1dBase and dot1dStp of a bridge that takes part in the spanning tree; undefined for one that does not. */
export function bridgeFacts(vertex: Vertex): LinksReport['bridge'] {
  const { device, parent, root, edges } = vertex
  if (device.priority === undefined) return undefined
  const numbers = numbersOf(device)
  const edgeAt = new Map(edges.map((edge) => [portOfEdge(edge, vertex), edge]))
  const ports = device.ports
    .filter(({ ifType, bundle, ip }) => (ifType === 6 || ifType === 161) && bundle === undefined && ip === undefined)
    .map(({ name }) => {
      const edge = edgeAt.get(name)
      const own = { vertex, port: name }
      const designated = edge === undefined ? own : designatedAt(edge, vertex)
      const isOwn = designated.vertex === vertex && designated.port === name
      const number = (isOwn ? numbers : numbersOf(designated.vertex.device)).get(designated.port) ?? 0
      return {
        port: name,
        state: edge === undefined || edge.inTree || isOwn ? 'forwarding' : 'blocking',
        designatedBridge: bridgeId(designated.vertex.device),
        designatedPort: PORT_PRIORITY + number,
      }
    })
  return {
    address: device.chassisMac,
    priority: device.priority,
    root: bridgeId(root.device),
    rootCost: vertex.cost,
    ...(parent !== undefined && { rootPort: portOfEdge(parent, vertex) }),
    ports,
  }
}

const numbersOf = (device: MadeDevice): ReadonlyMap<string, number> =>
  new Map(bridgePortsOf(device).map(({ name }, at) => [name, at + 1]))

type AtBridge = { readonly vertex: Vertex; readonly port: string }

/**
 * Whose configuration messages a bridge hears at one of its ports, or its own. What knows no spanning tree (an unmanaged
 * switch, an access point) passes them on.
 */
function designatedAt(edge: Edge, at: Vertex): AtBridge {
  const own = { vertex: at, port: portOfEdge(edge, at) }
  const other = otherEnd(edge, at)
  if (edge.inTree) return edge === at.parent ? (above(edge, at) ?? own) : own
  if (other.device.priority !== undefined)
    return isBetter(at, other) ? own : { vertex: other, port: portOfEdge(edge, other) }
  return (other.parent === undefined ? undefined : above(other.parent, other)) ?? own
}

/** The next bridge towards the root that knows of the spanning tree. */
function above(edge: Edge, from: Vertex): AtBridge | undefined {
  let [way, at]: [Edge, Vertex] = [edge, from]
  while (true) {
    const next = otherEnd(way, at)
    if (next.device.priority !== undefined) return { vertex: next, port: portOfEdge(way, next) }
    if (next.parent === undefined) return undefined
    ;[way, at] = [next.parent, next]
  }
}

/** Of two ends of a cable that is not in the tree, the worse bridge's blocks. */
function isBetter(one: Vertex, other: Vertex): boolean {
  return one.cost === other.cost ? bridgeId(one.device) < bridgeId(other.device) : one.cost < other.cost
}
