import type { DeviceState } from '@eyenet/shared/api'
import type { AgentId, DeviceId, EpochMs, SiteName } from '@eyenet/shared/identity'

export type InventoryTables = {
  devices: DeviceRow
  interfaces: InterfaceRow
  device_events: DeviceEventRow
  device_details: DeviceDetailsRow
  device_objects: DeviceObjectRow
  device_merges: DeviceMergeRow
  device_sightings: DeviceSightingRow
}

export type DeviceRow = {
  id: DeviceId
  agent: AgentId
  site: SiteName
  name: string
  address: string
  kind: 'snmp' | 'ping' | 'host'
  interval_seconds: number
  identity_rank: string
  /** FactsReport.identity, JSON. */
  identity: string
  /** DeviceReach, JSON, as of reach_at. */
  reach: string
  reach_at: EpochMs
  state: DeviceState
  state_since: EpochMs
  first_seen_at: EpochMs
  facts_at: EpochMs
}

/** ReportedInterface, JSON. */
export type InterfaceRow = { device: DeviceId; interface: string; facts: string }

/** An EventReport, JSON; the key makes one that arrives twice one row. */
export type DeviceEventRow = { key: string; device: DeviceId; at: EpochMs; body: string }

/** DeviceDetails by what is asked for together, each JSON; the digest is of the whole report. */
export type DeviceDetailsRow = {
  device: DeviceId
  digest: string
  family: string
  truncated: 0 | 1
  /** ReportedSensor[] */
  sensors: string
  /** Processors, memory, storage, parts and supplies. */
  hardware: string
  /** Neighbors, addresses, VLANs and peers. */
  network: string
}

/** Objects that the sensors of a device are read from: what choices are about. */
export type DeviceObjectRow = { device: DeviceId; family: string; object: string }

/** Two ids that were one device: `merged` is known as `device` since, until it is undone. */
export type DeviceMergeRow = {
  id: string
  device: DeviceId
  merged: DeviceId
  merged_name: string
  merged_address: string
  /** string[], JSON. */
  evidence: string
  /** Empty where the facts alone decided. */
  by: string
  at: EpochMs
  undone_at: EpochMs | null
  undone_by: string | null
  /** What was known of `merged` alone, JSON: put back when the merge is undone. */
  kept: string
  /** Whether its samples stand under `device` too. */
  history: 'waiting' | 'done'
  copied_samples: number
}

/** A device as one agent sees it. */
export type DeviceSightingRow = {
  device: DeviceId
  agent: AgentId
  address: string
  first_seen_at: EpochMs
  last_seen_at: EpochMs
}
