/**
 * Keeps secrets encrypted at rest: AES-256-GCM under a key in a file of its own, readable by the server's user alone.
 * It does not decide who may read what, and never logs or returns a secret in an error.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { EyeNetError } from '@eyenet/shared/errors'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const VERSION = 1

export interface Vault {
  /** `about` is bound to the sealed text: it opens for the same purpose only. */
  seal(secret: string, about: string): Uint8Array
  /** Throws `unavailable` when the text was sealed under another key or for another purpose. */
  open(sealed: Uint8Array, about: string): string
}

/** A vault with the key of that file; makes the file, for the owner alone, when there is none. */
export function openVault(keyFile: string): Vault {
  return vaultOf(readKey(keyFile) ?? createKey(keyFile))
}

/** A vault with that key of 32 bytes. */
export function vaultOf(key: Uint8Array): Vault {
  return {
    seal(secret, about) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about))
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body])
    },
    open(sealed, about) {
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES)
      const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES)
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
        decipher.setAAD(Buffer.from(about)).setAuthTag(tag)
        const body = decipher.update(sealed.subarray(1 + NONCE_BYTES + TAG_BYTES))
        return Buffer.concat([body, decipher.final()]).toString('utf8')
      } catch {
        throw new EyeNetError(
          'unavailable',
          `a stored secret (${about}) does not open: the key file is not the one it was sealed with; put the right one back, or enter the secret again`,
        )
      }
    },
  }
}

function readKey(keyFile: string): Uint8Array | undefined {
  let key: Buffer
  try {
    key = readFileSync(keyFile)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new EyeNetError('unavailable', `the key file ${keyFile} cannot be read; check its owner and mode`, { cause })
  }
  if (key.length !== KEY_BYTES) {
    throw new EyeNetError(
      'unavailable',
      `the key file ${keyFile} must hold ${KEY_BYTES} bytes; restore it from a backup`,
    )
  }
  return key
}

function createKey(keyFile: string): Uint8Array {
  const key = randomBytes(KEY_BYTES)
  // Whole or not at all: half a key, left by a full disk, would stop every later start.
  const fresh = `${keyFile}.new`
  const file = openSync(fresh, 'w', 0o600)
  try {
    writeSync(file, key)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(fresh, keyFile)
  return key
}
