import type { AlertState, Severity } from '@eyenet/shared/api'
import type { DeviceId, EpochMs } from '@eyenet/shared/identity'
import type { Generated } from 'kysely'

export type AlertingTables = { alerts: AlertRow; alert_timeline: AlertTimelineRow; notifications: NotificationRow }

export type AlertRow = {
  id: string
  rule_group: string
  rule: string
  /** Key of the alert's labels, as seriesKey gives it. */
  fingerprint: string
  severity: Severity
  state: AlertState
  /** The state machine's state, JSON. */
  machine: string
  started_at: EpochMs
  fired_at: EpochMs | null
  ended_at: EpochMs | null
  since: EpochMs
  /** Labels and annotations are JSON objects of texts. */
  labels: string
  annotations: string
  device: DeviceId | null
  device_name: string | null
  interface: string | null
  value: string
  expr: string
  ack_by: string | null
  ack_at: EpochMs | null
  ack_comment: string | null
  /** When late data showed that it had been; null for those that were seen while they were. */
  found_late_at: EpochMs | null
  /** The incident it tells of, and how many devices that affects beside its cause. */
  incident: string | null
  affected: number | null
}

export type AlertTimelineRow = { id: Generated<number>; alert: string; at: EpochMs; what: string; by: string | null }

/** One change of one alert told through one channel; the id travels as its idempotency key. */
export type NotificationRow = {
  id: string
  alert: string
  channel: string
  change: 'firing' | 'resolved'
  state: 'waiting' | 'sent' | 'failed'
  attempts: number
  created_at: EpochMs
  next_at: EpochMs
  /** When it last changed. */
  at: EpochMs
  error: string | null
  /** AlertNotice, JSON, as it was when the change happened. */
  body: string
}
