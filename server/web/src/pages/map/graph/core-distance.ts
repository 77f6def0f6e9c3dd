import type { TopologyNode } from '@eyenet/shared/api'
import { type Adjacency, hopsFrom } from './adjacency.ts'

/** What carries the traffic of others. */
const CARRIERS: ReadonlySet<string> = new Set(['router', 'switch', 'firewall', 'load-balancer'])
/** Candidates for the core that are measured: those with the most neighbours. Bounds the work to a few milliseconds. */
const MOST_CANDIDATES = 60
/** Two cores side by side differ by little: within this share of the best both are the core. */
const NEARLY_AS_CENTRAL = 1.03

/**
 * How many hops each node is from the core of its part of the network. The core is what is nearest to everything else,
 * among the devices that carry traffic. Nodes without any link have no entry. Deterministic.
 */
export function coreDistance(nodes: readonly TopologyNode[], beside: Adjacency): ReadonlyMap<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const distance = new Map<string, number>()
  for (const part of connectedParts(beside)) {
    if (part.length === 1) continue
    const carriers = part.filter((id) => isCarrier(byId.get(id), beside))
    const roots = mostCentral(carriers.length > 0 ? carriers : part, beside)
    for (const [id, hops] of hopsFrom(roots, beside)) distance.set(id, hops)
  }
  return distance
}

function isCarrier(node: TopologyNode | undefined, beside: Adjacency): boolean {
  return node !== undefined && node.kind === 'device' && CARRIERS.has(node.role) && (beside.get(node.id)?.size ?? 0) > 1
}

function mostCentral(candidates: readonly string[], beside: Adjacency): readonly string[] {
  const degree = (id: string): number => beside.get(id)?.size ?? 0
  const measured = [...candidates]
    .sort((a, b) => degree(b) - degree(a) || (a < b ? -1 : 1))
    .slice(0, MOST_CANDIDATES)
    .map((id) => {
      let sum = 0
      for (const hops of hopsFrom([id], beside).values()) sum += hops
      return { id, sum }
    })
  const best = Math.min(...measured.map((one) => one.sum))
  const core = measured.filter((one) => one.sum <= best * NEARLY_AS_CENTRAL).map((one) => one.id)
  const twins = measured.filter((one) => core.some((id) => areTwins(id, one.id, beside))).map((one) => one.id)
  return [...new Set([...core, ...twins])]
}

/** A second core has most of its neighbours in common with the first. */
const SHARED_BY_TWINS = 0.6

function areTwins(a: string, b: string, beside: Adjacency): boolean {
  const [ofA, ofB] = [[...(beside.get(a) ?? [])], beside.get(b)]
  if (ofB === undefined || ofB.size < 3) return false
  const shared = ofA.filter((id) => ofB.has(id) || id === b).length
  return shared >= Math.max(ofA.length, ofB.size) * SHARED_BY_TWINS
}

/** Each part in the order of its smallest id. */
function connectedParts(beside: Adjacency): readonly (readonly string[])[] {
  const seen = new Set<string>()
  const parts: string[][] = []
  for (const id of [...beside.keys()].sort()) {
    if (seen.has(id)) continue
    const part = [...hopsFrom([id], beside).keys()]
    for (const one of part) seen.add(one)
    parts.push(part)
  }
  return parts
}
