import { PageQuery, pageOf, TOPOLOGY_EVENT_KINDS, TopologyEventKind, type TopologyGraph } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { DeviceId, type EpochMs, epochMs, SiteName } from '@eyenet/shared/identity'
import { z } from 'zod'
import type { Alerting } from '../../alerting/alerting.ts'
import type { Audit } from '../../auth/auth.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import {
  DEFAULT_DEPTH,
  type EventQuery,
  EXPORT_FORMATS,
  exportGraph,
  filterGraph,
  type Topology,
  wayBetween,
} from '../../topology/topology.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import {
  AlertChanges,
  TopologyGraph as Graph,
  IdPath,
  Moment,
  NewTopologyPositions,
  TopologyDiff,
  TopologyEvent,
  TopologyHistory,
  TopologyPath,
  TopologyPositions,
} from '../shapes.ts'
import { csvResponse, textResponse } from '../text-response.ts'
import { topologyEventsCsv } from './topology-csv.ts'

export type TopologyDeps = {
  readonly topology: Topology
  readonly inventory: Pick<Inventory, 'list'>
  readonly alerting: Pick<Alerting, 'get'>
  readonly audit: Audit
}

/** Lines of one file; more are asked for by time. */
const MAX_CSV_LINES = 10_000
const CSV_PAGE = 1_000
const MAX_DEPTH = 20
/** Five thousand places with long ids. */
const MAX_POSITIONS_BYTES = 2 * 1024 * 1024

const GraphQuery = z.object({
  at: Moment.optional().describe('As it was then; now without it. Milliseconds since 1970 or RFC 3339.'),
  site: SiteName.optional(),
  layer: z.enum(['l2', 'l3']).optional(),
  vlan: z.coerce.number().int().min(1).max(4_094).optional().describe('Links that it is known to pass.'),
  focus: z.string().max(300).optional().describe('A node: it, and what is near it.'),
  depth: z.coerce.number().int().min(0).max(MAX_DEPTH).default(DEFAULT_DEPTH).describe('How many links away from it.'),
})

const EventsQuery = PageQuery.extend({
  from: Moment.optional(),
  to: Moment.optional(),
  device: DeviceId.optional(),
  kind: z
    .string()
    .max(300)
    .transform((text) => text.split(','))
    .pipe(z.array(TopologyEventKind).max(TOPOLOGY_EVENT_KINDS.length))
    .optional()
    .describe(`One or several, with commas between: ${TOPOLOGY_EVENT_KINDS.join(', ')}.`),
  format: z.enum(['json', 'csv']).default('json'),
})

const viewer = { method: 'get', access: 'viewer', tag: 'topology' } as const

export function topologyEndpoints(deps: TopologyDeps): readonly Endpoint[] {
  const { topology } = deps
  return [
    endpoint({
      ...viewer,
      path: '/api/v1/topology',
      summary: 'The network: nodes and links with their evidence, now or as it was',
      query: GraphQuery,
      answer: Graph,
      handle: async ({ query }) => filtered(await graphOf(deps, momentOf(query.at)), query),
    }),
    endpoint({
      ...viewer,
      path: '/api/v1/topology/history',
      summary: 'From when on the network can be looked at as it was',
      answer: TopologyHistory,
      handle: () => topology.history(),
    }),
    endpoint({
      ...viewer,
      path: '/api/v1/topology/diff',
      summary: 'What is other at one moment than it was at another',
      query: z.object({ from: Moment, to: Moment }),
      answer: TopologyDiff,
      handle({ query: { from, to } }) {
        expectOrder(from, to)
        return topology.diff(epochMs(from), epochMs(to))
      },
    }),
    endpoint({
      ...viewer,
      path: '/api/v1/topology/events',
      summary: 'What changed, newest first',
      remark: `With format=csv, one line for each, ${MAX_CSV_LINES} at most.`,
      query: EventsQuery,
      answer: pageOf(TopologyEvent),
      async handle({ query: { format, ...asked } }) {
        const query = eventQueryOf(asked)
        if (format === 'csv') return csvResponse('topology-events.csv', topologyEventsCsv(await upTo(topology, query)))
        const { items, ...page } = await topology.events(query)
        return { ...page, items: [...items] }
      },
    }),
    ...wayEndpoints(topology),
    ...alertEndpoints(deps),
    ...positionEndpoints(deps),
  ]
}

function wayEndpoints(topology: Topology): readonly Endpoint[] {
  return [
    endpoint({
      ...viewer,
      path: '/api/v1/topology/path',
      summary: 'The way between two nodes, and what every way between them has',
      remark: 'Over cables where they are known, else over the networks that devices share.',
      query: z.object({ from: z.string().min(1).max(300), to: z.string().min(1).max(300), at: Moment.optional() }),
      answer: TopologyPath,
      async handle({ query: { from, to, at } }) {
        const graph = await topology.graph(momentOf(at))
        for (const node of [from, to]) expectNode(graph, node)
        return wayBetween(graph, from, to)
      },
    }),
    endpoint({
      ...viewer,
      path: '/api/v1/topology/export',
      summary: 'The network as a file: GraphML, DOT of Graphviz, or JSON',
      query: GraphQuery.extend({ format: z.enum(EXPORT_FORMATS) }),
      media: 'application/graphml+xml',
      async handle({ query: { format, ...query } }) {
        const { text, mediaType, file } = exportGraph(filtered(await topology.graph(momentOf(query.at)), query), format)
        const disposition = `attachment; filename="${file}"`
        return textResponse(text, { headers: { 'content-type': mediaType, 'content-disposition': disposition } })
      },
    }),
  ]
}

function alertEndpoints({ topology, alerting }: TopologyDeps): readonly Endpoint[] {
  return [
    endpoint({
      ...viewer,
      path: '/api/v1/alerts/{id}/changes',
      summary: 'What changed in the network in the hour before an alert, and in five minutes after it',
      remark: 'The nearest to the device of the alert first.',
      params: IdPath,
      query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
      answer: AlertChanges,
      async handle({ params, query }) {
        const alert = await alerting.get(params.id)
        if (alert === undefined) throw new EyeNetError('not_found', `there is no alert ${params.id}`)
        const { startedAt: at, device } = alert
        return topology.around({ at, limit: query.limit, ...(device !== undefined && { device }) })
      },
    }),
  ]
}

function positionEndpoints({ topology, audit }: TopologyDeps): readonly Endpoint[] {
  const one = { path: '/api/v1/topology/positions', tag: 'topology' } as const
  const query = z.object({ view: z.string().trim().min(1).max(100).default('default') })
  return [
    endpoint({
      ...one,
      ...{ method: 'get', access: 'viewer', query, answer: TopologyPositions },
      summary: 'Where people put the nodes of a view',
      handle: ({ query: { view } }) => topology.positions(view),
    }),
    endpoint({
      ...one,
      ...{ method: 'put', access: 'operator', query, body: NewTopologyPositions, maxBodyBytes: MAX_POSITIONS_BYTES },
      summary: 'Save where the nodes of a view are, for everybody',
      remark: 'With `base`, the revision that was edited, 409 where somebody has saved since.',
      async handle({ query: { view }, body, actor }) {
        await topology.savePositions(view, body)
        await audit.record(actor, 'topology.positions', view)
      },
    }),
  ]
}

/** Of now, with how each device is. */
async function graphOf({ topology, inventory }: TopologyDeps, at: EpochMs | undefined): Promise<TopologyGraph> {
  const graph = await topology.graph(at)
  if (at !== undefined) return graph
  const states = new Map((await inventory.list()).map(({ id, state }) => [id, state]))
  const nodes = graph.nodes.map((node) => {
    const state = node.device === undefined ? undefined : states.get(node.device)
    return state === undefined ? node : { ...node, state }
  })
  return { ...graph, nodes }
}

function filtered(
  graph: TopologyGraph,
  { site, layer, vlan, focus, depth }: z.output<typeof GraphQuery>,
): TopologyGraph {
  if (focus !== undefined) expectNode(graph, focus)
  return filterGraph(graph, {
    ...(site !== undefined && { site }),
    ...(layer !== undefined && { layer }),
    ...(vlan !== undefined && { vlan }),
    ...(focus !== undefined && { focus, depth }),
  })
}

function expectNode({ nodes }: TopologyGraph, node: string): void {
  if (nodes.some(({ id }) => id === node)) return
  throw new EyeNetError('not_found', `there is no node ${node.slice(0, 100)} in the topology of that moment`)
}

function expectOrder(from: number | undefined, to: number | undefined): void {
  if (from !== undefined && to !== undefined && from > to) throw new EyeNetError('invalid', '`from` is after `to`')
}

function momentOf(at: number | undefined): EpochMs | undefined {
  return at === undefined ? undefined : epochMs(at)
}

function eventQueryOf({
  from,
  to,
  device,
  kind,
  limit,
  cursor,
}: Omit<z.output<typeof EventsQuery>, 'format'>): EventQuery {
  expectOrder(from, to)
  return {
    limit,
    ...(from !== undefined && { from: epochMs(from) }),
    ...(to !== undefined && { to: epochMs(to) }),
    ...(device !== undefined && { device }),
    ...(kind !== undefined && { kinds: kind }),
    ...(cursor !== undefined && { cursor }),
  }
}

async function upTo(topology: Topology, query: EventQuery) {
  const all: z.output<typeof TopologyEvent>[] = []
  let { cursor } = query
  do {
    const page = await topology.events({ ...query, limit: CSV_PAGE, ...(cursor !== undefined && { cursor }) })
    all.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined && all.length < MAX_CSV_LINES)
  return all
}
