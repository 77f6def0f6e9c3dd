import type { TopologyGraph, TopologyLink, TopologyNode } from '@eyenet/shared/api'

/** Below it a link is doubtful: it counts only where nothing better is known of a node. */
export const SURE_CONFIDENCE = 0.7

/** One link as a way from a node to its neighbour. */
export type Way = {
  readonly to: string
  readonly link: TopologyLink
  /** The port at this end. */
  readonly port: string | undefined
}

/** The links over which things are reached, as a graph of neighbours. */
export type Ways = {
  readonly nodes: ReadonlyMap<string, TopologyNode>
  readonly from: ReadonlyMap<string, readonly Way[]>
  readonly links: ReadonlyMap<string, TopologyLink>
}

const NONE: readonly Way[] = []

/** The ways from a node; none where it is not known. */
export function waysFrom(ways: Ways, node: string): readonly Way[] {
  return ways.from.get(node) ?? NONE
}

/** Whether a node is a device that is asked; the others only pass on. */
export function isDeviceNode(ways: Ways, node: string): boolean {
  return ways.nodes.get(node)?.kind === 'device'
}

/**
 * Which links count. Cables count where they are sure; a doubtful one counts for a node that has no sure one, and one that
 * is lost between parts that no other joins. Neighbours
 * by routing or a shared point-to-point network count between parts that no cable joins (a provider's line is seen by
 * nobody). A device that nothing else places, an agent's machine say, hangs on the routers of its networks. A link that is down or blocked counts: over it things
 * were reached, or will be.
 */
export function waysOf(graph: Pick<TopologyGraph, 'nodes' | 'links'>): Ways {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]))
  const parts = new Parts()
  const chosen = new Map<string, TopologyLink>()
  const degree = new Map<string, number>()
  const choose = (link: TopologyLink): void => {
    chosen.set(link.id, link)
    for (const { node } of [link.a, link.b]) degree.set(node, (degree.get(node) ?? 0) + 1)
    parts.join(link.a.node, link.b.node)
  }
  const known = graph.links.filter(({ a, b }) => nodes.has(a.node) && nodes.has(b.node) && a.node !== b.node)
  const cables = known.filter(({ layer }) => layer === 'l2')
  const without = (node: string): boolean => (degree.get(node) ?? 0) === 0
  for (const link of cables) if (trustOf(link) === 'sure') choose(link)
  const doubtful = cables.filter(
    (link) => trustOf(link) === 'doubtful' && (without(link.a.node) || without(link.b.node)),
  )
  for (const link of doubtful) choose(link)
  const lost = cables.filter((link) => trustOf(link) === 'lost' && !parts.areJoined(link.a.node, link.b.node))
  for (const link of lost) choose(link)
  // Decided before any of them joins parts: parallel lines between two parts are all ways.
  const isSegment = ({ a, b }: TopologyLink): boolean =>
    nodes.get(a.node)?.kind === 'segment' || nodes.get(b.node)?.kind === 'segment'
  const routed = known.filter((link) => link.layer === 'l3' && link.kind !== 'bgp')
  const lines = routed.filter((link) => !isSegment(link) && !parts.areJoined(link.a.node, link.b.node))
  for (const link of lines) choose(link)
  for (const link of toRouters(routed.filter(isSegment), { nodes, without })) choose(link)
  return { nodes, links: chosen, from: neighbours(chosen.values()) }
}

/** A lost link was there: it is the last that is known of what is away for long, and no second way. */
function trustOf({ state, confidence }: TopologyLink): 'sure' | 'doubtful' | 'lost' {
  if (state === 'lost') return 'lost'
  return confidence >= SURE_CONFIDENCE ? 'sure' : 'doubtful'
}

type Known = {
  readonly nodes: ReadonlyMap<string, TopologyNode>
  readonly without: (node: string) => boolean
}

const ROUTING: ReadonlySet<string> = new Set(['router', 'firewall'])

/** The lines of shared networks that tie a device without any other to a router: the rest of a network is elsewhere already. */
function toRouters(lines: readonly TopologyLink[], { nodes, without }: Known): readonly TopologyLink[] {
  const both = lines.map((link) => {
    const isA = nodes.get(link.a.node)?.kind === 'segment'
    return { link, segment: isA ? link.a.node : link.b.node, member: isA ? link.b.node : link.a.node }
  })
  const isLonely = (node: string): boolean => nodes.get(node)?.kind === 'device' && without(node)
  const isRouter = (node: string): boolean => ROUTING.has(nodes.get(node)?.role ?? '')
  const lonely = new Set(both.filter(({ member }) => isLonely(member)).map(({ segment }) => segment))
  return both
    .filter(({ segment, member }) => lonely.has(segment) && (isLonely(member) || isRouter(member)))
    .map(({ link }) => link)
}

/** Each link as a way from both of its nodes. */
export function neighbours(links: Iterable<TopologyLink>): ReadonlyMap<string, readonly Way[]> {
  const from = new Map<string, Way[]>()
  const add = (node: string, way: Way): void => {
    const list = from.get(node)
    if (list === undefined) from.set(node, [way])
    else list.push(way)
  }
  for (const link of links) {
    add(link.a.node, { to: link.b.node, link, port: link.a.port })
    add(link.b.node, { to: link.a.node, link, port: link.b.port })
  }
  return from
}

/** Which nodes hang together. */
class Parts {
  readonly #over = new Map<string, string>()

  join(a: string, b: string): void {
    this.#over.set(this.#top(a), this.#top(b))
  }

  areJoined(a: string, b: string): boolean {
    return this.#top(a) === this.#top(b)
  }

  #top(node: string): string {
    let top = node
    for (let next = this.#over.get(top); next !== undefined && next !== top; next = this.#over.get(top)) {
      const above = this.#over.get(next)
      // Half the way up at each look, so that no chain grows long.
      if (above !== undefined) this.#over.set(top, above)
      top = next
    }
    return top
  }
}
