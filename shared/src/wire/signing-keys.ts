import { z } from 'zod'
import { EpochMs } from '../identity/identity.ts'

/** The public half of a key that signs what agents are told: Ed25519, as JWK (RFC 8037). */
export const SigningKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().min(1).max(64),
  kid: z.string().min(1).max(64),
})
export type SigningKey = z.infer<typeof SigningKey>

/** Why a key ends: another took over, or somebody else may have it. */
export const KeyEnd = z.enum(['replaced', 'compromised'])
export type KeyEnd = z.infer<typeof KeyEnd>

/**
 * One sentence about the keys. A key introduces one successor, ever, and a key ends by the word of one that came after it:
 * who steals a key that has a successor can neither introduce another nor end the successor.
 */
export const KeyAnnouncement = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('successor'), at: EpochMs, key: SigningKey }),
  z.object({ kind: z.literal('ended'), at: EpochMs, kid: z.string().min(1).max(64), why: KeyEnd }),
])
export type KeyAnnouncement = z.infer<typeof KeyAnnouncement>

/** Keys that follow each other; with a new key each month it is five years. */
export const MAX_KEY_ANNOUNCEMENTS = 120

/**
 * What is retained on an agent's `down/keys`: announcements from the oldest to the newest, each a compact JWS (RFC 7515,
 * EdDSA) of the JSON text. They are public, so they are not encrypted.
 */
export const KeyChain = z.object({ announcements: z.array(z.string().max(2_000)).max(MAX_KEY_ANNOUNCEMENTS) })
export type KeyChain = z.infer<typeof KeyChain>

/** `typ` of an announcement. */
export const KEYS_TYPE = 'eyenet-keys+jws'

/** Why an agent does not do what a message says: the label `reason` of agent_refused_commands_total. */
export const REFUSALS = [
  'oversize',
  'unsigned',
  'bad_signature',
  'unknown_key',
  'ended_key',
  'wrong_type',
  'not_encrypted',
  'unreadable',
  'misaddressed',
  'unrunnable',
  'expired',
  'replayed',
  'outdated',
  'too_many',
] as const
export type Refusal = (typeof REFUSALS)[number]
