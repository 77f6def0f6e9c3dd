import type { FeedbackKind } from '@eyenet/shared/api'
import type { AgentId, DeviceId, EpochMs, SiteName } from '@eyenet/shared/identity'
import type { Generated } from 'kysely'

export type AnomalyTables = { anomalies: AnomalyRow; anomaly_feedback: AnomalyFeedbackRow }

/** One verdict; device, series_key, since and trial together are there once. */
export type AnomalyRow = {
  id: string
  agent: AgentId
  site: SiteName
  device: DeviceId
  /** SHA-256 of the key of the series, base64url; empty for the device as a whole. */
  series_key: string
  /** The series' labels with its name, JSON; null for the device as a whole. */
  labels: string | null
  interface: string | null
  since: EpochMs
  ended_at: EpochMs | null
  /** Who ended it; `server` gives way to the agent's own word. */
  closed_by: 'agent' | 'server' | null
  score: number
  reason: string
  value: number | null
  low: number | null
  high: number | null
  detail: number | null
  sentence: string
  model: string | null
  /** The model that is on trial and judged this; empty for what counts. */
  trial: string
  /** 1 once its beginning was told; its figures are those of the beginning then. */
  began: 0 | 1
  noted_at: EpochMs
}

/** What a person said; it goes with its anomaly. */
export type AnomalyFeedbackRow = {
  id: Generated<number>
  anomaly: string
  kind: FeedbackKind
  comment: string
  by: string
  at: EpochMs
  taken_back_at: EpochMs | null
  taken_back_by: string | null
}
