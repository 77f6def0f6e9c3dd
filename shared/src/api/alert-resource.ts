import { z } from 'zod'
import { DeviceId, EpochMs } from '../identity/identity.ts'

/** `unknown`: it was firing or pending, and the data to tell is missing; it is never taken for resolved. */
export const ALERT_STATES = ['pending', 'firing', 'unknown', 'resolved'] as const
export const AlertState = z.enum(ALERT_STATES)
export type AlertState = z.infer<typeof AlertState>
export const SEVERITIES = ['critical', 'warning', 'info'] as const
export const Severity = z.enum(SEVERITIES)
export type Severity = z.infer<typeof Severity>

/** One alert from its beginning to its end: GET /api/v1/alerts/history, /api/v1/alerts/{id}. */
export const AlertResource = z.object({
  id: z.uuid(),
  rule: z.string(),
  group: z.string(),
  severity: Severity,
  state: AlertState,
  /** When the condition first held; when it fired; when it was resolved. */
  startedAt: EpochMs,
  firedAt: EpochMs.optional(),
  endedAt: EpochMs.optional(),
  /** When it was found in data that came late: it was over by then, and nobody was told. */
  foundLateAt: EpochMs.optional(),
  /** Since when it is in its present state. */
  since: EpochMs,
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  device: DeviceId.optional(),
  deviceName: z.string().optional(),
  interface: z.string().optional(),
  /** The incident that it tells of, and how many devices that one affects. */
  incident: z.string().optional(),
  affected: z.number().int().nonnegative().optional(),
  value: z.string(),
  expr: z.string(),
  acknowledgement: z.object({ by: z.string(), at: EpochMs, comment: z.string() }).optional(),
  /** Who was told, how, and whether it arrived. */
  notifications: z.array(
    z.object({
      channel: z.string(),
      change: z.enum(['firing', 'resolved']),
      state: z.enum(['waiting', 'sent', 'failed']),
      attempts: z.number().int(),
      at: EpochMs,
      error: z.string().optional(),
    }),
  ),
  timeline: z.array(z.object({ at: EpochMs, what: z.string(), by: z.string().optional() })),
})
export type AlertResource = z.infer<typeof AlertResource>

/** POST /api/v1/alerts/{id}/acknowledge; DELETE on the same path takes it back. */
export const AcknowledgeRequest = z.strictObject({ comment: z.string().max(1000).default('') })
export type AcknowledgeRequest = z.infer<typeof AcknowledgeRequest>
