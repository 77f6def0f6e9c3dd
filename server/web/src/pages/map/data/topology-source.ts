/** The network's graph, its events and its incidents from the API, read row by row: a single one that this page does not understand must not hide the others. */
import { Incident, TopologyEvent, TopologyHistory, TopologyLink, TopologyNode } from '@eyenet/shared/api'
import { z } from 'zod'
import type { Parser } from '../../../net/api-client.ts'
import { type Answer, ok } from '../../../net/failure.ts'
import { request } from '../../../session/session.ts'

/** The network at a moment, as far as this page understands it. */
export type KnownGraph = {
  readonly at: number
  readonly nodes: readonly TopologyNode[]
  readonly links: readonly TopologyLink[]
  readonly vlans: readonly { readonly id: number; readonly name: string }[]
}

const Rows = z.array(z.unknown())
const GraphRows = z.object({
  at: z.number(),
  nodes: Rows,
  links: Rows,
  vlans: z.array(z.object({ id: z.number(), name: z.string() })).default([]),
})
const EventPage = z.object({ items: Rows })

function understood<T>(rows: readonly unknown[], parser: Parser<T>): readonly T[] {
  return rows.flatMap((row) => {
    const read = parser.safeParse(row)
    return read.success ? [read.data] : []
  })
}

type GraphWish = {
  /** Both where it is not said. */
  readonly layer?: 'l2' | 'l3'
  readonly at?: number | undefined
  /** Only this node and its neighbours. */
  readonly around?: string
}

export async function fetchGraph({ layer, at, around }: GraphWish, signal?: AbortSignal): Promise<Answer<KnownGraph>> {
  const query = new URLSearchParams({
    ...(layer !== undefined && { layer }),
    ...(at !== undefined && { at: String(at) }),
    ...(around !== undefined && { focus: around, depth: '1' }),
  })
  const answer = await request({
    path: `/api/v1/topology?${query}`,
    answer: GraphRows,
    ...(signal !== undefined && { signal }),
  })
  if (answer.kind === 'failed') return answer
  const { nodes, links, ...rest } = answer.value
  return ok({ ...rest, nodes: understood(nodes, TopologyNode), links: understood(links, TopologyLink) })
}

/** The graph at a moment, or the first one that is known where that moment was before the history. */
export async function fetchEarliest(
  { layer, at }: { readonly layer: 'l2' | 'l3'; readonly at: number },
  signal?: AbortSignal,
): Promise<Answer<KnownGraph>> {
  const answer = await fetchGraph({ layer, at }, signal)
  if (answer.kind === 'ok' || answer.failure.kind !== 'problem' || answer.failure.status !== 404) return answer
  const history = await fetchHistory(signal)
  if (history.kind === 'failed' || history.value.from === undefined) return answer
  return fetchGraph({ layer, at: history.value.from }, signal)
}

/** From when on the graph can be rebuilt. */
export const fetchHistory = (signal?: AbortSignal): Promise<Answer<TopologyHistory>> =>
  request({ path: '/api/v1/topology/history', answer: TopologyHistory, ...(signal !== undefined && { signal }) })

/** More events than this are not drawn on one line. */
const MOST_EVENTS = 500

/** Newest first. */
export async function fetchEvents(
  { from, to, device }: { readonly from: number; readonly to: number; readonly device?: string },
  signal?: AbortSignal,
): Promise<Answer<readonly TopologyEvent[]>> {
  const query = new URLSearchParams({
    from: String(Math.round(from)),
    to: String(Math.round(to)),
    limit: String(MOST_EVENTS),
    ...(device !== undefined && { device }),
  })
  const answer = await request({
    path: `/api/v1/topology/events?${query}`,
    answer: EventPage,
    ...(signal !== undefined && { signal }),
  })
  if (answer.kind === 'failed') return answer
  return ok([...understood(answer.value.items, TopologyEvent)].sort((a, b) => b.at - a.at || b.seq - a.seq))
}

/** What lasts now, newest first. An older server names no causes: there is nothing of the kind then. */
export async function fetchIncidents(signal?: AbortSignal): Promise<Answer<readonly Incident[]>> {
  const answer = await request({
    path: '/api/v1/incidents?state=open',
    answer: EventPage,
    ...(signal !== undefined && { signal }),
  })
  if (answer.kind === 'failed') {
    const absent = answer.failure.kind === 'problem' && answer.failure.status === 404
    return absent ? ok([]) : answer
  }
  const lasting = understood(answer.value.items, Incident).filter((one) => one.endedAt === undefined)
  return ok([...lasting].sort((a, b) => b.since - a.since))
}
