import { z } from 'zod'
import { DeviceId, EpochMs, OutboxEpoch } from '../identity/identity.ts'

const reading = z.number().nullable()

/**
 * A verdict about one series, or about a device as a whole, begins or ends. One anomaly is known by its device, its series
 * and `since`: both of its reports have these alike.
 */
export const AnomalyReport = z.object({
  epoch: OutboxEpoch,
  seq: z.number().int().nonnegative(),
  at: EpochMs,
  kind: z.literal('anomaly'),
  device: DeviceId,
  phase: z.enum(['began', 'ended']),
  since: EpochMs,
  /** Absent: the device as a whole. `labels` are all but the metric's name. */
  series: z
    .object({ name: z.string().max(255), labels: z.record(z.string().max(255), z.string().max(2_048)) })
    .optional(),
  interface: z.string().max(255).optional(),
  /** 0 to 1; 0.5 and more is an anomaly. */
  score: z.number().min(0).max(1),
  /** One of the judge's REASONS; an agent that is newer may know more of them. */
  reason: z.string().regex(/^[a-z-]{1,32}$/),
  /** What was read, as a rate per second where the series counts; null where nothing came. */
  value: reading,
  /** The usual range; null while it is not known. */
  low: reading,
  high: reading,
  /** The number in the sentence, where it has one. */
  detail: reading,
  sentence: z.string().max(300),
  /** The model that had a say; absent where the detectors judged alone. */
  model: z.string().max(80).optional(),
  /** Found by a model on trial: it alerts nobody. */
  shadow: z.literal(true).optional(),
})
export type AnomalyReport = z.infer<typeof AnomalyReport>
