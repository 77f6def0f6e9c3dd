import { type KeyAnnouncement, KeyEnd, MAX_KEY_ANNOUNCEMENTS, SigningKey } from '@eyenet/shared/wire'
import { z } from 'zod'
import { type Refused, refusedAs } from './refusal.ts'

/** Ended keys stay known, so that what they said before is not taken for a stranger's word. */
const KnownKey = z.object({ key: SigningKey, ended: KeyEnd.optional() })
type KnownKey = z.infer<typeof KnownKey>

/** The server's keys in the order in which they followed each other; never empty. */
export const KeyRing = z
  .array(KnownKey)
  .min(1)
  .max(MAX_KEY_ANNOUNCEMENTS + 1)
  .readonly()
export type KeyRing = z.infer<typeof KeyRing>

export const ringOf = (key: SigningKey): KeyRing => [{ key }]

/** Ids of the keys whose word counts. */
export function trustedIn(ring: KeyRing): readonly string[] {
  return ring.filter((one) => one.ended === undefined).map((one) => one.key.kid)
}

export function knownKey(ring: KeyRing, kid: string): KnownKey | undefined {
  return ring.find((one) => one.key.kid === kid)
}

export type RingChange = { readonly kind: 'changed'; readonly ring: KeyRing } | { readonly kind: 'known' } | Refused

/** The ring after a key of it has said something. Pure; the signature has been checked. */
export function nextRing(ring: KeyRing, signer: string, said: KeyAnnouncement): RingChange {
  const at = ring.findIndex((one) => one.key.kid === signer)
  return said.kind === 'successor' ? withSuccessor(ring, at, said.key) : withEnd(ring, at, said)
}

function withSuccessor(ring: KeyRing, at: number, key: SigningKey): RingChange {
  const successor = ring[at + 1]?.key
  if (successor?.kid === key.kid && successor.x === key.x) return { kind: 'known' }
  if (successor !== undefined) return refusedAs('unknown_key', 'it names a second successor of a key that has one')
  if (ring[at]?.ended !== undefined) return refusedAs('ended_key', 'a key that has ended names a successor')
  if (ring.some((one) => one.key.kid === key.kid || one.key.x === key.x)) {
    return refusedAs('replayed', 'it names a key that was there before')
  }
  // The oldest go first; they have ended, unless the server never ended one in years.
  return { kind: 'changed', ring: [...ring, { key }].slice(-MAX_KEY_ANNOUNCEMENTS) }
}

function withEnd(ring: KeyRing, at: number, { kid, why }: Extract<KeyAnnouncement, { kind: 'ended' }>): RingChange {
  const ending = ring.findIndex((one) => one.key.kid === kid)
  const known = ring[ending]
  if (known === undefined || known.ended === why || known.ended === 'compromised') return { kind: 'known' }
  if (ring[at]?.ended !== undefined) return refusedAs('ended_key', 'a key that has ended wants to end another')
  if (ending >= at) return refusedAs('bad_signature', 'a key is ended by one that came after it only')
  return { kind: 'changed', ring: ring.with(ending, { key: known.key, ended: why }) }
}
