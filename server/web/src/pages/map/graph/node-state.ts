import type { TopologyNode } from '@eyenet/shared/api'

/** How a node is shown. `plain`: nobody asks it, or the moment is past and its state of then is not known. */
export const NODE_STATES = ['critical', 'warning', 'unknown', 'behind-failure', 'ok', 'plain'] as const
export type NodeState = (typeof NODE_STATES)[number]

export const STATE_RANK: Readonly<Record<NodeState, number>> = {
  critical: 0,
  warning: 1,
  unknown: 2,
  'behind-failure': 3,
  ok: 4,
  plain: 5,
}

/** Something is the matter with it itself. */
export const isBroken = (state: NodeState): boolean => STATE_RANK[state] < STATE_RANK['behind-failure']

export const worse = (a: NodeState, b: NodeState): NodeState => (STATE_RANK[b] < STATE_RANK[a] ? b : a)

export type StateCounts = Readonly<Record<NodeState, number>>

export function countStates(states: Iterable<NodeState>): StateCounts {
  const counts = { critical: 0, warning: 0, unknown: 0, 'behind-failure': 0, ok: 0, plain: 0 }
  for (const state of states) counts[state] += 1
  return counts
}

export const worstOf = (counts: StateCounts): NodeState =>
  NODE_STATES.find((state) => state !== 'plain' && counts[state] > 0) ?? 'plain'

/** State by node id; nodes without an entry are plain. */
export type StatesById = ReadonlyMap<string, NodeState>

export const stateOf = (states: StatesById, node: TopologyNode): NodeState => states.get(node.id) ?? 'plain'
