import type {
  AlertChanges,
  Endpoint,
  NewTopologyPositions,
  TopologyDiff,
  TopologyEvent,
  TopologyGraph,
  TopologyHistory,
  TopologyPositions,
} from '@eyenet/shared/api'
import type { DeviceId, EpochMs, SiteName } from '@eyenet/shared/identity'
import type { DiscoveredReport, LinksReport, Peer } from '@eyenet/shared/wire'
import type { EndpointQuery } from './endpoints/endpoints.ts'
import type { EventPage, EventQuery } from './history/history.ts'
import type { AddressOwner } from './trace/trace.ts'

export type EndpointPage = { readonly items: readonly Endpoint[]; readonly total: number; readonly next?: string }

/** What changed before and after a moment, for one device's sake where there is one. */
export type AroundQuery = { readonly at: EpochMs; readonly device?: DeviceId; readonly limit: number }

/** What the API and other rooms may ask of the topology. */
export interface Topology {
  /** Of now, or as it was: EyeNetError `not_found` for a moment before the first graph, or before what is kept. */
  graph(at?: EpochMs): Promise<TopologyGraph>
  /**
   * The graph of now without a wait, the same object while nothing happens; empty until the first one was worked out. Its
   * evidence is as of the last change of each link.
   */
  current(): TopologyGraph
  history(): Promise<TopologyHistory>
  diff(from: EpochMs, to: EpochMs): Promise<TopologyDiff>
  /** Newest first. */
  events(query: EventQuery): Promise<EventPage>
  /** What changed in the hour before a moment and in the minutes after it, nearest to the device first. */
  around(query: AroundQuery): Promise<AlertChanges>
  endpoints(query: EndpointQuery): EndpointPage
  /** The devices that have these IP addresses, those of the site before others; without those that nobody knows. */
  addressOwners(addresses: readonly string[], site: SiteName): ReadonlyMap<string, AddressOwner>
  positions(view: string): Promise<TopologyPositions>
  /**
   * Replaces the places of this view. EyeNetError `limit_exceeded` for too many, `conflict` where they are of another
   * revision than `base` by now.
   */
  savePositions(view: string, positions: NewTopologyPositions): Promise<void>
  /** Each event once it is stored. Answers a function that ends the listening. */
  onEvent(listener: (event: TopologyEvent) => void): () => void
  /** The graph is another one. */
  onGraph(listener: (graph: TopologyGraph) => void): () => void
}

export type TopologyStats = {
  readonly reports: number
  /** Reports about devices that are not in the inventory. */
  readonly strangers: number
  readonly events: number
  /** Events that went before their time because there were too many. */
  readonly eventsForgotten: number
  readonly endpoints: number
  readonly endpointsRefused: number
  readonly endpointsHushed: number
  /** Announced neighbors that are not on the map now: too many at one port. */
  readonly neighborsLeftOut: number
  readonly recomputes: number
  readonly recomputeSeconds: number
  /** Series for which the store had no room. */
  readonly seriesRefused: number
}

/** The topology, with what ingest tells it beside what the API asks. */
export interface TopologyRoom extends Topology {
  /** On disk when it answers; idempotent. EyeNetError `conflict` for a device of another site. */
  receiveLinks(peer: Peer, report: LinksReport): Promise<void>
  /** What was found at the network tells what stations are called. On disk when it answers. */
  receiveFound(peer: Peer, report: DiscoveredReport): Promise<void>
  /** Two devices were one: what the first told, and what is remembered of it, is the second's. */
  deviceMerged(from: DeviceId, into: DeviceId): Promise<void>
  /** Two devices are two again: what each told before is on disk again. */
  devicesParted(devices: readonly DeviceId[]): Promise<void>
  /** Looks at what has changed, and remembers it. By itself once a second at most. */
  work(): Promise<void>
  stats(): TopologyStats
  close(): Promise<void>
}
