import { SIGNED_TYPES } from '@eyenet/shared/wire'
import type { JWK, JWSHeaderParameters } from 'jose'
import { type KeyRing, knownKey } from './key-ring.ts'
import { type Refused, refusedAs } from './refusal.ts'

export type Opened = { readonly kind: 'ok'; readonly value: unknown } | Refused

export type OpeningKeys = {
  readonly ring: KeyRing
  /** The agent's own key. */
  readonly privateKey: JWK
  /** For what was accepted before and kept on disk: a key that was replaced since still counts. */
  readonly alsoReplaced?: boolean
}

/** Bounds what is decrypted: 5,000 targets are some 2 MiB. */
const MAX_SIGNED_BYTES = 8 * 1024 * 1024
const ALGORITHMS = ['EdDSA', 'Ed25519']

/** What the server has signed, as text: a compact JWS of that `typ`. */
export async function openVouched(jws: string, type: string, keys: Omit<OpeningKeys, 'privateKey'>): Promise<Opened> {
  const opened = await verified(jws, type, keys)
  if (opened.kind === 'refused') return opened
  try {
    return { kind: 'ok', value: JSON.parse(opened.value) }
  } catch {
    return refusedAs('unreadable', 'what it signs is not JSON')
  }
}

/** Checks the server's signature (JWS, EdDSA) and decrypts with the agent's key (JWE, ECDH-ES with A256GCM). */
export async function openSigned(message: string, what: keyof typeof SIGNED_TYPES, keys: OpeningKeys): Promise<Opened> {
  const sealed = await verified(message, SIGNED_TYPES[what], keys)
  if (sealed.kind === 'refused') return sealed
  const jose = await import('jose')
  try {
    const key = await jose.importJWK(keys.privateKey, 'ECDH-ES')
    const { plaintext } = await jose.compactDecrypt(sealed.value, key, {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return { kind: 'ok', value: JSON.parse(new TextDecoder().decode(plaintext)) }
  } catch {
    return refusedAs('not_encrypted', "it is not encrypted to this agent's key")
  }
}

async function verified(
  message: string,
  type: string,
  keys: Omit<OpeningKeys, 'privateKey'>,
): Promise<{ readonly kind: 'ok'; readonly value: string } | Refused> {
  if (message.length > MAX_SIGNED_BYTES) return refusedAs('oversize', 'it is over 8 MiB')
  const jose = await import('jose')
  const header = headerOf(message, jose.decodeProtectedHeader)
  if (header === undefined) return refusedAs('unsigned', "it does not carry the server's signature")
  const known = knownKey(keys.ring, header.kid ?? '')
  if (known === undefined) return refusedAs('unknown_key', 'it names another signing key')
  const counts = known.ended === undefined || (keys.alsoReplaced === true && known.ended === 'replaced')
  if (!counts) return refusedAs('ended_key', `it is signed by the key ${known.key.kid}, which has ended`)
  let payload: string
  try {
    const key = await jose.importJWK({ ...known.key }, 'EdDSA')
    payload = new TextDecoder().decode((await jose.compactVerify(message, key, { algorithms: ALGORITHMS })).payload)
  } catch {
    return refusedAs('bad_signature', "it does not carry the server's signature")
  }
  return header.typ === type ? { kind: 'ok', value: payload } : refusedAs('wrong_type', `it is not of type ${type}`)
}

/** The id of the key that a message names; undefined for what is none. Nothing is checked. */
export function signerOf(message: string): string | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(message.split('.', 1)[0] ?? '', 'base64url').toString())
    const kid = typeof header === 'object' && header !== null && 'kid' in header ? header.kid : undefined
    return typeof kid === 'string' ? kid : undefined
  } catch {
    return undefined
  }
}

type Decode = (message: string) => JWSHeaderParameters

/** undefined for what is no compact JWS of the one algorithm: `none` is no signature. */
function headerOf(message: string, decode: Decode): JWSHeaderParameters | undefined {
  try {
    const header = decode(message)
    return ALGORITHMS.includes(header.alg ?? '') && message.split('.', 4).length === 3 ? header : undefined
  } catch {
    return undefined
  }
}
