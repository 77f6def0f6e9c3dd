import type { TopologyPath } from '@eyenet/shared/api'
import { cutsFrom, cutsOf } from './cuts.ts'
import { type Way, type Ways, waysFrom } from './ways.ts'

/** Whether a link carries anything now, as far as is known. */
export const carries = ({ link }: Way): boolean => link.state === 'up' || link.state === 'unknown'

/** The shortest way between two nodes that carries now, or else the shortest that would; and what every way has. */
export function pathBetween(ways: Ways, from: string, to: string): TopologyPath {
  const hops = shortestWay(ways, { from, to, carries }) ?? shortestWay(ways, { from, to, carries: () => true }) ?? []
  const cuts = hops.length === 0 ? [] : cutsOf(cutsFrom(ways, from), to).map(({ id }) => id)
  return { from, to, hops: [...hops], cuts }
}

type Search = { readonly from: string; readonly to: string; readonly carries: (way: Way) => boolean }

/** The shortest way over links that may be taken; undefined where there is none. */
export function shortestWay(ways: Ways, { from, to, carries: mayTake }: Search): TopologyPath['hops'] | undefined {
  if (!ways.nodes.has(from) || !ways.nodes.has(to)) return undefined
  const cameBy = new Map<string, { readonly node: string; readonly link: string } | undefined>([[from, undefined]])
  const queue = [from]
  for (const node of queue) {
    if (node === to) break
    for (const way of waysFrom(ways, node)) {
      if (cameBy.has(way.to) || !mayTake(way)) continue
      cameBy.set(way.to, { node, link: way.link.id })
      queue.push(way.to)
    }
  }
  if (!cameBy.has(to)) return undefined
  const hops: TopologyPath['hops'] = []
  // A hop's link is the one that leads on from it.
  for (let at: string | undefined = to, link: string | undefined; at !== undefined; ) {
    hops.push({ node: at, ...(link !== undefined && { link }) })
    const before = cameBy.get(at)
    at = before?.node
    link = before?.link
  }
  return hops.reverse()
}
