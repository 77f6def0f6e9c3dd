import { z } from 'zod'
import { AgentId, EpochMs } from '../identity/identity.ts'
import { DeviceLifecycle } from './device-resource.ts'

/** Kinds of what happens to a device as a whole. */
export const DEVICE_EVENT_KINDS = ['found', 'reach', 'restart', 'lifecycle', 'merged', 'parted'] as const

/** GET /api/v1/devices/{id}/events: what happened to a device, newest first. */
export const DeviceEvent = z.object({
  at: EpochMs,
  /** found: the server knows it from then on; reach: how it answers; restart: it or its counters began anew. */
  kind: z.enum(DEVICE_EVENT_KINDS),
  /** One sentence for people. */
  text: z.string(),
  /** Who did it; absent where nobody did. */
  by: z.string().optional(),
  /** Who told it, where an agent did. */
  agent: AgentId.optional(),
  /** Of the kind lifecycle: what it is from then on. */
  lifecycle: DeviceLifecycle.optional(),
})
export type DeviceEvent = z.infer<typeof DeviceEvent>
