import { devices } from '../../live/site.ts'
import type { FoldTree } from './graph/fold-tree.ts'
import { type NodeState, stateOf } from './graph/node-state.ts'

export type FoundNode = {
  readonly id: string
  readonly name: string
  readonly where: string
  readonly state: NodeState
}

/** More typing narrows. */
const MOST_FOUND = 8

/** Nodes where every typed word is in the name, address, site, place, role or maker; names that begin so come first. */
export function findNodes(tree: FoldTree, typed: string): readonly FoundNode[] {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const [first] = words
  if (first === undefined) return []
  const known = devices.peek()
  const found: FoundNode[] = []
  for (const node of tree.nodes.values()) {
    const device = node.device === undefined || known.kind !== 'ready' ? undefined : known.value.get(node.device)
    const text = [node.name, node.site, node.place, node.role, device?.address, device?.vendor, device?.model].join(' ')
    if (!words.every((word) => text.toLowerCase().includes(word))) continue
    const where = [node.site, node.place].filter((part) => part !== undefined && part !== '').join(', ')
    found.push({ id: node.id, name: node.name, where, state: stateOf(tree.states, node) })
  }
  const begins = (one: FoundNode): number => Number(one.name.toLowerCase().startsWith(first))
  return found
    .sort((a, b) => begins(b) - begins(a) || a.name.localeCompare(b.name, 'en', { numeric: true }))
    .slice(0, MOST_FOUND)
}
