import { z } from 'zod'
import { AgentId, DeviceId, EpochMs } from '../identity/identity.ts'

/** Two ids that turned out to be one device. */
export const DeviceMerge = z.object({
  id: z.uuid(),
  /** The device that stays. */
  device: DeviceId,
  merged: z.object({ id: DeviceId, name: z.string(), address: z.string() }),
  /** Why they are one, a sentence each. */
  evidence: z.array(z.string()),
  /** Who merged them; empty where the facts alone decided. */
  by: z.string(),
  at: EpochMs,
  undoneAt: EpochMs.optional(),
  undoneBy: z.string().optional(),
  /** waiting: its samples are being copied to the device that stays. */
  history: z.enum(['waiting', 'done']),
  copiedSamples: z.number().int().nonnegative(),
})
export type DeviceMerge = z.infer<typeof DeviceMerge>

/** GET /api/v1/devices/{id}/identity */
export const DeviceIdentity = z.object({
  /** How its id was chosen (IDENTITY_RANKS). */
  rank: z.string(),
  /** Other ids under which agents tell of it. */
  aliases: z.array(DeviceId),
  /** Which agents see it, at which address, newest first. */
  sightings: z.array(z.object({ agent: AgentId, address: z.string(), firstSeenAt: EpochMs, lastSeenAt: EpochMs })),
  merges: z.array(DeviceMerge),
})
export type DeviceIdentity = z.infer<typeof DeviceIdentity>

/** GET /api/v1/devices/duplicates: devices that may be one. */
export const DuplicateSuggestion = z.object({
  devices: z.tuple([DeviceId, DeviceId]),
  evidence: z.array(z.string()),
  /** What speaks against it. */
  against: z.array(z.string()),
})
export type DuplicateSuggestion = z.infer<typeof DuplicateSuggestion>

/** POST /api/v1/devices/{id}/merge: the other one is merged with it. */
export const MergeDevice = z.strictObject({ other: DeviceId, comment: z.string().trim().max(300).default('') })
export type MergeDevice = z.infer<typeof MergeDevice>
