import { SIGNED_TYPES } from '@eyenet/shared/wire'
import type { AgentIdentity } from './identity-file.ts'

export type Opened =
  | { readonly kind: 'ok'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly reason: string }

/** Bounds what is decrypted: 5,000 targets are some 2 MiB. */
const MAX_SIGNED_BYTES = 8 * 1024 * 1024

/** Checks the server's signature (JWS, EdDSA) and decrypts with the agent's key (JWE, ECDH-ES with A256GCM). */
export async function openSigned(
  message: string,
  what: keyof typeof SIGNED_TYPES,
  identity: AgentIdentity,
): Promise<Opened> {
  if (message.length > MAX_SIGNED_BYTES) return refused('it is over 8 MiB')
  const jose = await import('jose')
  let sealed: string
  try {
    const key = await jose.importJWK({ ...identity.signingKey }, 'EdDSA')
    const { payload, protectedHeader } = await jose.compactVerify(message, key, { algorithms: ['EdDSA', 'Ed25519'] })
    if (protectedHeader.typ !== SIGNED_TYPES[what]) return refused(`it is not of type ${SIGNED_TYPES[what]}`)
    if (protectedHeader.kid !== identity.signingKey.kid) return refused('it names another signing key')
    sealed = new TextDecoder().decode(payload)
  } catch {
    return refused("it does not carry the server's signature")
  }
  try {
    const key = await jose.importJWK({ ...identity.privateKey }, 'ECDH-ES')
    const { plaintext } = await jose.compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return { kind: 'ok', value: JSON.parse(new TextDecoder().decode(plaintext)) }
  } catch {
    return refused("it is not encrypted to this agent's key")
  }
}

function refused(reason: string): Opened {
  return { kind: 'refused', reason }
}
