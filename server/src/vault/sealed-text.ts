import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { EyeNetError } from '@eyenet/shared/errors'

export const KEY_BYTES = 32
const ID_BYTES = 4
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Before texts named their key: version, nonce, tag, body. Since then: version, key id, nonce, tag, body. */
const VERSION_WITHOUT_KEY = 1
const VERSION = 2

/** Eight hex digits that name a key and say nothing of it. */
export function vaultKeyId(key: Uint8Array): string {
  return createHash('sha256')
    .update('eyenet vault key')
    .update(key)
    .digest('hex')
    .slice(0, ID_BYTES * 2)
}

/** AES-256-GCM; the text opens for the same purpose only. */
export function sealText(secret: string, about: string, key: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about))
  const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(VERSION), Buffer.from(vaultKeyId(key), 'hex'), nonce, cipher.getAuthTag(), body])
}

/** The id of the key that a text names; undefined for one of before texts named their key. */
export function keyIdOf(sealed: Uint8Array): string | undefined {
  return sealed[0] === VERSION ? Buffer.from(sealed.subarray(1, 1 + ID_BYTES)).toString('hex') : undefined
}

/** Tries the keys that may have sealed it. Throws `unavailable` when none did, or for another purpose. */
export function openText(sealed: Uint8Array, about: string, keys: readonly Uint8Array[]): string {
  const named = keyIdOf(sealed)
  const candidates = named === undefined ? keys : keys.filter((key) => vaultKeyId(key) === named)
  const at = sealed[0] === VERSION_WITHOUT_KEY ? 1 : 1 + ID_BYTES
  for (const key of candidates) {
    const text = decrypted(sealed.subarray(at), about, key)
    if (text !== undefined) return text
  }
  throw new EyeNetError(
    'unavailable',
    `a stored secret (${about}) does not open: the key file is not the one it was sealed with; put the right one back, or enter the secret again`,
  )
}

function decrypted(sealed: Uint8Array, about: string, key: Uint8Array): string | undefined {
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(about)).setAuthTag(tag)
    const body = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES))
    return Buffer.concat([body, decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
