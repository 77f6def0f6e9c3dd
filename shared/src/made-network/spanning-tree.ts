import type { MadeDevice, MadeNetwork, MadePort } from './made-device.ts'
import { type Way, type Wiring, wiringOf } from './wiring.ts'

/** One place where frames come together: a bridge, or a port that is nobody's bridge. */
export type Vertex = {
  readonly id: number
  readonly device: MadeDevice
  /** The interface, where the device does not bridge between its ports. */
  readonly port?: MadePort
  readonly edges: Edge[]
  /** The edge towards the root, and how far it is. */
  parent?: Edge
  cost: number
  /** Numbers of the first and last vertex of its branch, in the order of a walk. */
  first: number
  last: number
  root: Vertex
}

export type Edge = { readonly way: Way; readonly a: Vertex; readonly b: Vertex; inTree: boolean }

/** The broadcast domains: a tree each, rooted in its root bridge. */
export type Trees = {
  /** The vertex of an interface. */
  vertexOf(device: MadeDevice, port: MadePort): Vertex | undefined
  /** The vertex of a bridge. */
  bridge(device: string): Vertex | undefined
  /** Vertices in the order of a walk from each root down. */
  readonly walk: readonly Vertex[]
}

export const otherEnd = (edge: Edge, from: Vertex): Vertex => (edge.a === from ? edge.b : edge.a)
/** The interface of the edge at a vertex. */
export const portOfEdge = (edge: Edge, at: Vertex): string => (edge.a === at ? edge.way.a.port : edge.way.b.port)

const known = new WeakMap<MadeNetwork, Trees>()

/** The spanning trees of a network as it stands (IEEE 802.1D: the root has the lowest priority and address). */
export function treesOf(network: MadeNetwork): Trees {
  const found = known.get(network)
  if (found !== undefined) return found
  const trees = growTrees(network, wiringOf(network))
  known.set(network, trees)
  return trees
}

/** Bridges are compared by this text. */
export function bridgeId(device: MadeDevice): string {
  const priority = device.priority ?? 0xffff
  return `${priority.toString(16).padStart(4, '0')}-${device.chassisMac}`
}

const isRouted = (port: MadePort | undefined) => port?.ip !== undefined && port.virtualOf === undefined

function growTrees(network: MadeNetwork, wiring: Wiring): Trees {
  const vertices = new Map<string, Vertex>()
  const keyed = (device: MadeDevice, port: MadePort) => {
    const alone = !device.bridges || isRouted(port)
    return alone ? `${device.name}\n${port.over ?? port.name}` : device.name
  }
  const vertexFor = (device: MadeDevice, port: MadePort): Vertex => {
    const key = keyed(device, port)
    const found = vertices.get(key) ?? createVertex(vertices.size, device, key === device.name ? undefined : port)
    vertices.set(key, found)
    return found
  }
  for (const device of network.devices) for (const port of device.ports) vertexFor(device, port)
  for (const way of wiring.ways) {
    if (!way.live) continue
    const [a, b] = [way.a, way.b].map((end) => {
      const [device, port] = [wiring.devices.get(end.device), wiring.port(end)]
      return device === undefined || port === undefined ? undefined : vertexFor(device, port)
    })
    if (a === undefined || b === undefined || a === b) continue
    const edge: Edge = { way, a, b, inTree: false }
    a.edges.push(edge)
    b.edges.push(edge)
  }
  return {
    vertexOf: (device, port) => vertices.get(keyed(device, port)),
    bridge: (device) => vertices.get(device),
    walk: walkTrees([...vertices.values()]),
  }
}

function createVertex(id: number, device: MadeDevice, port: MadePort | undefined): Vertex {
  const vertex: Omit<Vertex, 'root'> & { root?: Vertex } = {
    ...{ id, device, edges: [], cost: Number.POSITIVE_INFINITY, first: 0, last: 0 },
    ...(port !== undefined && { port }),
  }
  return Object.assign(vertex, { root: vertex as Vertex })
}

/** Path costs of IEEE 802.1D-1998. */
const costOf = (speedBps: number): number => (speedBps >= 100e9 ? 1 : speedBps >= 10e9 ? 2 : speedBps >= 1e9 ? 4 : 19)

function walkTrees(vertices: readonly Vertex[]): readonly Vertex[] {
  // Bridges first, best first: so the first unreached vertex is the root of its domain.
  const order = [...vertices].sort((left, right) => rankOf(left).localeCompare(rankOf(right)))
  const walk: Vertex[] = []
  for (const root of order) {
    if (root.cost !== Number.POSITIVE_INFINITY) continue
    reach(root)
    number(root, walk)
  }
  return walk
}

const rankOf = (vertex: Vertex) =>
  vertex.port === undefined && vertex.device.bridges ? `0 ${bridgeId(vertex.device)}` : `1 ${vertex.id}`

/** Dijkstra's way from the root; a vertex takes the cheaper neighbour, then the better bridge, then the earlier cable. */
function reach(root: Vertex): void {
  root.cost = 0
  let edge: Vertex[] = [root]
  while (edge.length > 0) {
    const next = new Set<Vertex>()
    for (const from of edge) {
      for (const one of from.edges) {
        const to = otherEnd(one, from)
        const cost = from.cost + costOf(one.way.speedBps)
        if (cost < to.cost || (cost === to.cost && isBetter(from, to))) {
          to.cost = cost
          to.parent = one
          to.root = root
          next.add(to)
        }
      }
    }
    edge = [...next]
  }
}

function isBetter(from: Vertex, to: Vertex): boolean {
  const before = to.parent === undefined ? undefined : otherEnd(to.parent, to)
  return before !== undefined && before !== from && rankOf(from) < rankOf(before)
}

/** Numbers a tree depth first, without recursion: a ring of thousands is deep. */
function number(root: Vertex, walk: Vertex[]): void {
  const open: { readonly vertex: Vertex; next: number }[] = [{ vertex: root, next: 0 }]
  root.first = walk.push(root) - 1
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const edge = top.vertex.edges[top.next++]
    if (edge === undefined) {
      top.vertex.last = walk.length - 1
      open.pop()
      continue
    }
    const child = otherEnd(edge, top.vertex)
    if (child.parent !== edge) continue
    edge.inTree = true
    child.first = walk.push(child) - 1
    open.push({ vertex: child, next: 0 })
  }
}
