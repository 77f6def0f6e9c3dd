import { KEYS_TYPE, KeyAnnouncement, KeyChain } from '@eyenet/shared/wire'
import { type KeyRing, knownKey, nextRing, type RingChange } from './key-ring.ts'
import { refusedAs } from './refusal.ts'

/** 120 announcements of 2,000 characters, and what is around them. */
const MAX_CHAIN_BYTES = 256 * 1024

/**
 * Follows the announcements of a `down/keys` message from a key that the ring knows. What comes before the first known key
 * is skipped: an agent that enrolled later cannot check it and need not.
 */
export async function followChain(message: string, ring: KeyRing): Promise<RingChange> {
  const announcements = announcementsOf(message)
  if (announcements === undefined) return refusedAs('unreadable', 'it is no list of key announcements')
  let reached = ring
  let isLinked = announcements.length === 0
  for (const announcement of announcements) {
    const change = await follow(announcement, reached)
    if (change === undefined) continue
    if (change.kind === 'refused') return change
    isLinked = true
    if (change.kind === 'changed') reached = change.ring
  }
  if (!isLinked)
    return refusedAs('unknown_key', 'no announcement leads on from a key that this agent knows; enrol it again')
  return reached === ring ? { kind: 'known' } : { kind: 'changed', ring: reached }
}

function announcementsOf(message: string): readonly string[] | undefined {
  if (message.length > MAX_CHAIN_BYTES) return undefined
  try {
    return KeyChain.safeParse(JSON.parse(message)).data?.announcements
  } catch {
    return undefined
  }
}

/** undefined: signed by a key that the ring does not know. */
async function follow(jws: string, ring: KeyRing): Promise<RingChange | undefined> {
  const jose = await import('jose')
  let signer: string
  let said: unknown
  try {
    const { kid, typ } = jose.decodeProtectedHeader(jws)
    const known = knownKey(ring, kid ?? '')
    if (typ !== KEYS_TYPE) return refusedAs('wrong_type', `an announcement is not of type ${KEYS_TYPE}`)
    if (known === undefined) return undefined
    signer = known.key.kid
    const key = await jose.importJWK({ ...known.key }, 'EdDSA')
    const { payload } = await jose.compactVerify(jws, key, { algorithms: ['EdDSA', 'Ed25519'] })
    said = JSON.parse(new TextDecoder().decode(payload))
  } catch {
    return refusedAs('bad_signature', 'an announcement does not carry the signature of the key that it names')
  }
  const announcement = KeyAnnouncement.safeParse(said)
  // A newer server may announce more than this agent understands.
  return announcement.success ? nextRing(ring, signer, announcement.data) : { kind: 'known' }
}
