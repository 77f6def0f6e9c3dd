import type { AgentId, DeviceId, EpochMs, OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import type { Generated } from 'kysely'

export type FleetTables = {
  agents: AgentRow
  enrolment_tokens: EnrolmentTokenRow
  targets: TargetRow
  agent_series: AgentSeriesRow
  agent_notices: AgentNoticeRow
  downlink_keys: DownlinkKeyRow
  key_announcements: KeyAnnouncementRow
  sensor_choices: SensorChoiceRow
  mib_files: MibFileRow
  mib_deliveries: MibDeliveryRow
}

export type AgentRow = {
  id: AgentId
  name: string
  site: SiteName
  /** SHA-256 of a random password of 256 bits, base64url. */
  password_hash: string
  /** Public JWK, JSON. */
  encryption_key: string
  hostname: string
  version: string
  enrolled_at: EpochMs
  state: 'connected' | 'disconnected' | 'never'
  state_since: EpochMs
  desired_revision: number
  actual_revision: number
  ping: 'raw-socket' | 'ping-program' | 'none' | null
  clock_skew_ms: number | null
  /** Its credentials ended then. */
  revoked_at: EpochMs | null
  group_name: string | null
  /** Whether it takes settings and profiles, as its birth says. 0: none, 1: yes, 2: how often links are read too. */
  takes_settings: 0 | 1 | 2
  /** AppliedRevision, RejectedRevision, SettingPath[]; JSON. */
  applied: string | null
  rejected: string | null
  file_rules: string | null
  /** How often a revision that it left by itself was sent again since the last that it confirmed. */
  resends: number
}

export type EnrolmentTokenRow = {
  /** SHA-256, base64url. */
  hash: string
  site: SiteName
  name: string | null
  expires_at: EpochMs
  used_at: EpochMs | null
  created_by: string
}

/** A device that an agent watches on the server's word; the sealed text is the JSON of a Target. */
export type TargetRow = {
  device: DeviceId
  agent: AgentId
  sealed: Uint8Array
  interval_seconds: number | null
  created_at: EpochMs
}

/** What an agent's series id means; labels are JSON. */
export type AgentSeriesRow = { agent: AgentId; epoch: OutboxEpoch; id: number; labels: string }

/** The key makes a notice that arrives twice one row. */
export type AgentNoticeRow = { key: string; agent: AgentId; at: EpochMs; code: string; message: string }

/** A key that signs what agents are told. Once it has ended its private half is gone: `sealed` is empty. */
export type DownlinkKeyRow = {
  kid: string
  sealed: Uint8Array
  created_at: EpochMs
  state: 'next' | 'current' | 'replaced' | 'compromised'
  /** The public half, base64url; empty for keys made before this was kept. */
  x: string
  ended_at: EpochMs | null
}

/** What agents are told of the keys, in this order; a compact JWS. */
export type KeyAnnouncementRow = { seq: Generated<number>; jws: string }

export type SensorChoiceRow = { family: string; object: string; enabled: 0 | 1; by: string; at: EpochMs }

/** A MIB file as it was given; the hash is that of its name and text. */
export type MibFileRow = { name: string; hash: string; bytes: number; gzip: Uint8Array; by: string; at: EpochMs }

/** What became of one file at one agent. Without an outcome it is being tried, so many times by now. */
export type MibDeliveryRow = {
  agent: AgentId
  hash: string
  /** Of the agent, for which attempts are counted. */
  version: string
  attempts: number
  /** When another version was last a reason to count anew; 0 before. */
  reopened_at: number
  /** MibOutcome, JSON. */
  outcome: string | null
}
