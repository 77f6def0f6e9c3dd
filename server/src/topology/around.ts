import type { AlertChanges, TopologyEvent, TopologyGraph } from '@eyenet/shared/api'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { HistoryRecords } from './history/history.ts'
import type { AroundQuery } from './topology-interface.ts'

const BEFORE_MS = 3_600_000
/** A cable that was pulled is often told after the alert. */
const AFTER_MS = 5 * 60_000
/** The newest changes that are ranked. */
const MAX_RANKED = 2_000

/** What changed in the hour before a moment and in five minutes after it: the nearest to the device first, then the newest. */
export async function around(
  { at, device, limit }: AroundQuery,
  { records, graph, now }: { readonly records: HistoryRecords; readonly graph: TopologyGraph; readonly now: EpochMs },
): Promise<AlertChanges> {
  const from = epochMs(at - BEFORE_MS)
  const to = epochMs(Math.min(now, at + AFTER_MS))
  const { items, total } = await records.events({ from, to, limit: MAX_RANKED })
  const hops = device === undefined ? new Map<string, number>() : hopsFrom(device, graph)
  const ranked = items
    .map((event) => {
      const near = Math.min(...nodesOf(event).map((node) => hops.get(node) ?? Number.POSITIVE_INFINITY))
      return { event, near }
    })
    .sort((a, b) => (a.near === b.near ? b.event.seq - a.event.seq : a.near - b.near))
  return {
    ...{ from, to, truncated: total > Math.min(ranked.length, limit) },
    items: ranked.slice(0, limit).map(({ event, near }) => ({ event, ...(Number.isFinite(near) && { hops: near }) })),
  }
}

function nodesOf({ devices, node, link, before, port }: TopologyEvent): readonly string[] {
  const ends = [link, before].flatMap((one) => (one === undefined ? [] : [one.a.node, one.b.node]))
  return [...devices, ...ends, ...(node === undefined ? [] : [node.id]), ...(port === undefined ? [] : [port.node])]
}

/** How many links each node is away. */
function hopsFrom(start: string, { links }: TopologyGraph): ReadonlyMap<string, number> {
  const beside = new Map<string, string[]>()
  const join = (one: string, other: string): void => {
    const known = beside.get(one)
    if (known === undefined) beside.set(one, [other])
    else known.push(other)
  }
  for (const { a, b } of links) {
    join(a.node, b.node)
    join(b.node, a.node)
  }
  const hops = new Map([[start, 0]])
  // Grows while it is walked; each node is in it once.
  for (const [node, away] of hops) {
    for (const next of beside.get(node) ?? []) if (!hops.has(next)) hops.set(next, away + 1)
  }
  return hops
}
