/**
 * Who is who: branded ids, series labels, and the ranking by which a device and an interface keep their identity.
 * Pure; hashing and storing an identity is the caller's.
 */
import { z } from 'zod'

export * from './device-identity.ts'
export * from './interface-identity.ts'
export * from './labels.ts'

export const AgentId = z.uuid().brand<'AgentId'>()
export type AgentId = z.infer<typeof AgentId>

export const DeviceId = z.uuid().brand<'DeviceId'>()
export type DeviceId = z.infer<typeof DeviceId>

/** A site's name, used in MQTT topics and labels: lower case, digits and dashes. */
export const SiteName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, 63 at most')
  .brand<'SiteName'>()
export type SiteName = z.infer<typeof SiteName>

/** Milliseconds since 1970-01-01T00:00:00Z. */
export const EpochMs = z.number().int().brand<'EpochMs'>()
export type EpochMs = z.infer<typeof EpochMs>

/** Brands a number of milliseconds since 1970; fractions are cut. */
export const epochMs = (value: number): EpochMs => Math.trunc(value) as EpochMs

/** Random per outbox file: numbers of one epoch never mix with those of another. 16 hex digits. */
export const OutboxEpoch = z
  .string()
  .regex(/^[0-9a-f]{16}$/)
  .brand<'OutboxEpoch'>()
export type OutboxEpoch = z.infer<typeof OutboxEpoch>
