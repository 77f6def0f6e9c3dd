import type { DeviceState } from '@eyenet/shared/api'
import type { AgentId, DeviceId, EpochMs, SiteName } from '@eyenet/shared/identity'

export type InventoryTables = {
  devices: DeviceRow
  interfaces: InterfaceRow
  device_events: DeviceEventRow
  device_details: DeviceDetailsRow
  device_objects: DeviceObjectRow
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
