import { type Ways, waysFrom } from './ways.ts'

/** What a node hangs on, nearest first: a node or a link without which there is no way to it. */
export type Cut = { readonly kind: 'node' | 'link'; readonly id: string; readonly before?: Cut }

/** Every node that can be reached from a root, with its nearest cut; without one where it has none but the root. */
export type Cuts = { readonly root: string; readonly nearest: ReadonlyMap<string, Cut | undefined> }

type Visit = {
  readonly node: string
  readonly by: string | undefined
  readonly from: string | undefined
  readonly order: number
  next: number
  low: number
}

/**
 * The articulation points and bridges between a root and every node, in one walk in depth (Tarjan 1972); linear in nodes
 * and links, and parallel links are no bridges. The cuts of nodes share their tails.
 */
export function cutsFrom(ways: Ways, root: string): Cuts {
  const tree = walk(ways, root)
  const nearest = new Map<string, Cut | undefined>()
  for (const visit of tree.values()) {
    const above = visit.from === undefined ? undefined : tree.get(visit.from)
    if (above === undefined) {
      nearest.set(visit.node, undefined)
      continue
    }
    let cut = nearest.get(above.node)
    if (visit.low >= above.order && above.node !== root) cut = { kind: 'node', id: above.node, ...tail(cut) }
    if (visit.low > above.order && visit.by !== undefined) cut = { kind: 'link', id: visit.by, ...tail(cut) }
    nearest.set(visit.node, cut)
  }
  return { root, nearest }
}

/** The cuts of a node, from the root on. */
export function cutsOf(cuts: Cuts, node: string): readonly Cut[] {
  const found: Cut[] = []
  for (let cut = cuts.nearest.get(node); cut !== undefined; cut = cut.before) found.push(cut)
  return found.reverse()
}

function tail(before: Cut | undefined): { readonly before?: Cut } {
  return before === undefined ? {} : { before }
}

/** Visits in the order they began. */
function walk(ways: Ways, root: string): ReadonlyMap<string, Visit> {
  const seen = new Map<string, Visit>()
  const begin = (node: string, from: string | undefined, by: string | undefined): Visit => {
    const visit = { node, from, by, order: seen.size, next: 0, low: seen.size }
    seen.set(node, visit)
    return visit
  }
  const open = [begin(root, undefined, undefined)]
  for (let visit = open.at(-1); visit !== undefined; visit = open.at(-1)) {
    const way = waysFrom(ways, visit.node)[visit.next]
    visit.next += 1
    if (way === undefined) {
      open.pop()
      const above = open.at(-1)
      if (above !== undefined) above.low = Math.min(above.low, visit.low)
      continue
    }
    if (way.link.id === visit.by) continue
    const there = seen.get(way.to)
    if (there === undefined) open.push(begin(way.to, visit.node, way.link.id))
    else visit.low = Math.min(visit.low, there.order)
  }
  return seen
}
