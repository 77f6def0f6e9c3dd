import { z } from 'zod'
import { EpochMs } from '../identity/identity.ts'

/** A key that signs what agents are told: GET /api/v1/signing-keys. */
export const SigningKeyResource = z.object({
  kid: z.string(),
  /** next: announced, signs nothing yet. replaced, compromised: agents no longer believe it. */
  state: z.enum(['next', 'current', 'replaced', 'compromised']),
  createdAt: EpochMs,
  endedAt: EpochMs.optional(),
  /** Agents that are connected and say that they trust it, of so many that are connected. */
  trustedBy: z.number().int().nonnegative(),
  connectedAgents: z.number().int().nonnegative(),
})
export type SigningKeyResource = z.infer<typeof SigningKeyResource>

/** POST /api/v1/signing-keys/rotate. */
export const KeyRotation = z.strictObject({
  /** Do not wait until all connected agents know the new key: those that follow no announcements are lost. */
  atOnce: z.boolean().default(false),
})
