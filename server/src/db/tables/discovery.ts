import type { InboxState } from '@eyenet/shared/api'
import type { AgentId, DeviceId, EpochMs, SiteName } from '@eyenet/shared/identity'

export type DiscoveryTables = {
  discovery_agents: DiscoveryAgentRow
  discovery_credentials: DiscoveryCredentialRow
  discovery_runs: DiscoveryRunRow
  discovery_rules: DiscoveryRuleRow
  discovered: DiscoveredRow
  discovered_keys: DiscoveredKeyRow
  device_lifecycles: DeviceLifecycleRow
}

/** What an agent's birth says of discovery, and what people planned for it. */
export type DiscoveryAgentRow = {
  agent: AgentId
  able: 0 | 1
  /** Networks of its own, JSON. */
  offered: string
  /** Networks that its file confines it to, JSON; null: it does not. */
  within: string | null
  /** DiscoveryPlan, JSON; null where nobody planned. */
  plan: string | null
  planned_at: EpochMs | null
  planned_by: string | null
}

/** The sealed text is the JSON of an SnmpCredential. */
export type DiscoveryCredentialRow = {
  id: string
  name: string
  version: '1' | '2c' | '3'
  user: string | null
  port: number | null
  sealed: Uint8Array
  created_at: EpochMs
  changed_at: EpochMs
  changed_by: string
}

export type DiscoveryRunRow = {
  run: string
  agent: AgentId
  started_at: EpochMs
  told_at: EpochMs
  by: string | null
  /** DiscoveryProgress, JSON. */
  progress: string
}

/** A DiscoveryRule, JSON; in the order of `place`. */
export type DiscoveryRuleRow = { place: number; rule: string; changed_at: EpochMs; changed_by: string }

/** One thing that was found. */
export type DiscoveredRow = {
  id: string
  site: SiteName
  agent: AgentId
  state: InboxState
  /** What it is watched as. */
  device: DeviceId | null
  /** Nobody has had an answer of it: it was only heard of. */
  silent: 0 | 1
  first_seen_at: EpochMs
  last_seen_at: EpochMs
  decided_at: EpochMs | null
  decided_by: string | null
  role: string
  snmp: 0 | 1
  /** What people search in, in lower case. */
  search: string
  /** Evidence of the inbox, JSON. */
  evidence: string
}

/** `address ...`, `mac ...` or `device ...`: what it is recognised by within its site. */
export type DiscoveredKeyRow = { site: SiteName; key: string; entry: string; at: EpochMs }

export type DeviceLifecycleRow = {
  device: DeviceId
  lifecycle: 'active' | 'stale' | 'retired'
  since: EpochMs
  /** Who did it; empty: the server by itself. */
  by: string
  /** When it answered last, to about an hour. */
  answered_at: EpochMs | null
}
