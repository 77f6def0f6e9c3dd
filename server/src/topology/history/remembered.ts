import type { TopologyGraph, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { epochMs } from '@eyenet/shared/identity'
import type { Joined } from './settling.ts'
import { NO_TREES, type Trees } from './trees.ts'

/** What inference makes of the evidence of now. */
export type SeenGraph = Pick<TopologyGraph, 'vlans'> & {
  readonly nodes: readonly TopologyNode[]
  readonly links: readonly TopologyLink[]
}

/** The graph as its events made it. */
export type RememberedGraph = {
  /** Number of the last event in it. */
  readonly seq: number
  readonly at: TopologyGraph['at']
  readonly nodes: ReadonlyMap<string, TopologyNode>
  readonly links: ReadonlyMap<string, TopologyLink>
}

/** The graph, and what is known beside it but is no event yet. */
export type Remembered = {
  readonly graph: RememberedGraph
  /** The watch clock at the last look. What waits has its times by that one. */
  readonly watched: TopologyGraph['at']
  /** The time of day at the last look. */
  readonly lookedAt: TopologyGraph['at']
  /** Links that nobody tells of, by id, with since when. */
  readonly missing: ReadonlyMap<string, TopologyGraph['at']>
  /** Links that have less to them than is remembered: as what, and since when. */
  readonly shrunk: ReadonlyMap<string, { readonly as: string; readonly since: TopologyGraph['at'] }>
  /** Nodes and links that are seen and not believed yet, by id, with since when. */
  readonly held: ReadonlyMap<string, TopologyGraph['at']>
  /** Links to which a cable was moved, by id, with since when, until both ends have told of them. */
  readonly young: ReadonlyMap<string, TopologyGraph['at']>
  /** Ports that came up lately, by the key of their end. */
  readonly cameUp: ReadonlyMap<string, TopologyGraph['at']>
  readonly trees: Trees
  /** Devices that are new in the inventory. */
  readonly joined: Joined
}

export const NOTHING_REMEMBERED: Remembered = {
  graph: { seq: 0, at: epochMs(0), nodes: new Map(), links: new Map() },
  ...{ watched: epochMs(0), lookedAt: epochMs(0) },
  missing: new Map(),
  shrunk: new Map(),
  held: new Map(),
  young: new Map(),
  cameUp: new Map(),
  trees: NO_TREES,
  joined: new Map(),
}

/** As the API has it: nodes and links sorted by id, so that two equal graphs are equal texts. */
export function topologyGraphOf(graph: RememberedGraph, vlans: TopologyGraph['vlans']): TopologyGraph {
  return {
    ...{ at: graph.at, seq: graph.seq },
    nodes: [...graph.nodes.values()].sort(byId),
    links: [...graph.links.values()].sort(byId),
    vlans: [...vlans],
  }
}

export function rememberedOf({ at, seq, nodes, links }: TopologyGraph): RememberedGraph {
  return {
    ...{ at, seq },
    nodes: new Map(nodes.map((node) => [node.id, node])),
    links: new Map(links.map((link) => [link.id, link])),
  }
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}
