import { randomBytes } from 'node:crypto'
import type { UserCredential } from './credential.ts'
import { type Authenticator, authenticator } from './usm-auth.ts'
import { localizedKeys } from './usm-keys.ts'
import { V3Encoder } from './usm-message.ts'
import { type Privacy, privacy } from './usm-privacy.ts'
import type { EngineTime } from './usm-time.ts'

/** A device's SNMP engine as we know it: who it is, what its clock says, and the keys that it shares with our user. */
export type UsmEngine = {
  readonly id: Buffer
  readonly auth: Authenticator | null
  readonly privacy: Privacy | null
  readonly encoder: V3Encoder
  /** Another one for each message: a salt that came twice would tell how two messages differ. */
  nextSalt(): Uint8Array
  time: EngineTime
}

export function usmEngine(id: Buffer, credential: UserCredential, time: EngineTime): UsmEngine {
  const { authProtocol, privProtocol } = credential
  const keys = localizedKeys(credential, id)
  const auth = keys.auth && authProtocol ? authenticator(authProtocol, keys.auth) : null
  const hiding = keys.priv && privProtocol ? privacy(privProtocol, keys.priv) : null
  const encoder = new V3Encoder({ engineId: id, user: Buffer.from(credential.user), auth, privacy: hiding })
  return { id, auth, privacy: hiding, encoder, nextSalt: salts(), time }
}

/** Counts from a random start (RFC 3826, 3.1.2.1). The octets are those of the counter itself: valid until the next one. */
function salts(): () => Uint8Array {
  const salt = randomBytes(8)
  return () => {
    for (let at = 7; at >= 0; at--) {
      salt[at] = ((salt[at] ?? 0) + 1) & 0xff
      if (salt[at] !== 0) break
    }
    return salt
  }
}
