import type { TopologyEventKind } from '@eyenet/shared/api'
import type { DeviceId, EpochMs } from '@eyenet/shared/identity'

export type TopologyTables = {
  links_told: LinksToldRow
  links_first_told: LinksFirstToldRow
  topology_events: TopologyEventRow
  topology_event_devices: TopologyEventDeviceRow
  topology_snapshots: TopologySnapshotRow
  topology_memory: TopologyMemoryRow
  topology_waits: TopologyWaitRow
  endpoints: EndpointRow
  topology_positions: TopologyPositionRow
  topology_views: TopologyViewRow
}

/** One part of a LinksReport as it was told last, JSON. */
export type LinksToldRow = {
  device: DeviceId
  part: string
  told: string
  /** Of neighbors: when each was first told, by its key, and when it went: JSON; `{}` for the rest. */
  since: string
  at: EpochMs
}

/** When a device told of its links for the first time, by the watch clock of the topology. */
export type LinksFirstToldRow = { device: DeviceId; at: EpochMs }

/** A TopologyEvent, JSON. */
export type TopologyEventRow = { seq: number; at: EpochMs; kind: TopologyEventKind; body: string }

/** Which devices an event is about. */
export type TopologyEventDeviceRow = { device: DeviceId; seq: number }

/** The graph as of this event: JSON, compressed by gzip. */
export type TopologySnapshotRow = { seq: number; at: EpochMs; graph: Buffer }

/** What must outlast a restart and is no event, JSON. */
export type TopologyMemoryRow = { name: string; body: string }

/** What is seen and is no event yet, with since when by the watch clock of the topology. */
export type TopologyWaitRow = {
  kind: 'held' | 'shrunk' | 'young' | 'came-up'
  /** Of a node or link, or the key of a port. */
  id: string
  since: EpochMs
  /** shrunk: as what. */
  what: string
}

export type EndpointRow = {
  mac: string
  vlan: number | null
  device: DeviceId | null
  port: string | null
  /** string[] */
  ips: string
  name: string
  first_seen_at: EpochMs
  last_seen_at: EpochMs
  /** Since when it is at this port. */
  placed_at: EpochMs
  /** Endpoint.before */
  before: string
}

export type TopologyPositionRow = { view: string; node: string; x: number; y: number }

/** The revision of the places of a view; that of the view without a name is the last that was given. */
export type TopologyViewRow = { view: string; revision: number }
