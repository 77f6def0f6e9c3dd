import type { LaidStep } from '@eyenet/shared/api'
import { carries, shortestWay, type Way, type Ways } from '../depend/depend.ts'

/** A hop that is a node of the graph. */
export type KnownHop = { readonly hop: number; readonly node: string }

type Taken = {
  readonly from: string | undefined
  readonly known: readonly KnownHop[]
  readonly expected: readonly LaidStep[]
}

const ROUTING: ReadonlySet<string> = new Set(['router', 'firewall'])

/**
 * The way of the packets over the graph: from each known hop to the next by the switches between them. Between two hops
 * that follow each other there is no router, for it would have answered. A step without a link is where the graph knows
 * no way on.
 */
export function takenWay(ways: Ways, { from, known, expected }: Taken): readonly LaidStep[] {
  const stops = from === undefined ? known : [{ hop: 0, node: from }, ...known]
  const [first] = stops
  if (first === undefined) return []
  const steps: LaidStep[] = []
  let before = first
  for (const next of stops.slice(1)) {
    if (next.node === before.node) {
      before = next
      continue
    }
    const leg = legBetween(ways, { before, next, expected })
    steps.push(...(leg === undefined ? [{ node: before.node }] : leg.slice(0, -1)))
    before = next
  }
  return [...steps, { node: before.node }]
}

type Leg = { readonly before: KnownHop; readonly next: KnownHop; readonly expected: readonly LaidStep[] }

function legBetween(ways: Ways, { before, next, expected }: Leg): readonly LaidStep[] | undefined {
  const [from, to] = [before.node, next.node]
  const isAdjacent = next.hop - before.hop <= 1
  const isRouter = (node: string): boolean => ROUTING.has(ways.nodes.get(node)?.role ?? '')
  const fits = (leg: readonly LaidStep[]): boolean =>
    !isAdjacent || leg.slice(1, -1).every(({ node }) => !isRouter(node))
  const [start, end] = [from, to].map((node) => expected.findIndex((step) => step.node === node))
  const asExpected = start !== undefined && end !== undefined && start >= 0 ? expected.slice(start, end + 1) : []
  // Of ways that are equally short, the one that is expected is taken for granted.
  if (asExpected.length > 0 && fits(asExpected)) return asExpected
  const passes = ({ to: node }: Way): boolean => node === to || !isRouter(node)
  const tries: readonly ((way: Way) => boolean)[] = [
    ...(isAdjacent ? [(way: Way) => carries(way) && passes(way), passes] : []),
    carries,
    () => true,
  ]
  for (const mayTake of tries) {
    const found = shortestWay(ways, { from, to, carries: mayTake })
    if (found !== undefined) return found
  }
  return undefined
}
