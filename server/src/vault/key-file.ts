import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { KEY_BYTES } from './sealed-text.ts'

/** Keys in one file: the one that seals, and those that go on opening what they sealed. */
const MAX_KEYS = 8
/** The systemd credential that holds the key (LoadCredential= or LoadCredentialEncrypted=). */
export const CREDENTIAL = 'eyenet-vault-key'

export type KeyFilePlace = {
  readonly dataFolder: string
  /** From the configuration. */
  readonly configured?: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** The configured file, else the systemd credential where there is one, else secret.key in the data folder. */
export function keyFileOf({ dataFolder, configured, environment }: KeyFilePlace): string {
  if (configured !== undefined) return configured
  const credential = environment.CREDENTIALS_DIRECTORY
  const file = credential === undefined ? undefined : join(credential, CREDENTIAL)
  return file !== undefined && existsSync(file) ? file : join(dataFolder, 'secret.key')
}

/** The keys of the file, the first one seals; undefined when there is no such file. */
export function readKeys(keyFile: string): readonly Uint8Array[] | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(keyFile)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new EyeNetError('unavailable', `the key file ${keyFile} cannot be read; check its owner and mode`, { cause })
  }
  const count = bytes.length / KEY_BYTES
  if (!Number.isInteger(count) || count < 1 || count > MAX_KEYS) {
    const message = `the key file ${keyFile} must hold ${KEY_BYTES} bytes for each key, 1 to ${MAX_KEYS} of them; restore it from a backup`
    throw new EyeNetError('unavailable', message)
  }
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * KEY_BYTES, (at + 1) * KEY_BYTES))
}

export const freshKey = (): Uint8Array => randomBytes(KEY_BYTES)

/** Whole or not at all: half a key, left by a full disk, would stop every later start. */
export function writeKeys(keyFile: string, keys: readonly Uint8Array[]): void {
  const fresh = `${keyFile}.new`
  try {
    const file = openSync(fresh, 'w', 0o600)
    try {
      writeSync(file, Buffer.concat(keys))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(fresh, keyFile)
    syncFolder(dirname(keyFile))
  } catch (cause) {
    throw new EyeNetError('unavailable', `cannot write the key file ${keyFile}: ${messageOf(cause)}`, { cause })
  }
}

/** Without it a power cut may bring the old name back. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Another text whenever the file is another one. */
export function stampOf(keyFile: string): string {
  const found = statSync(keyFile, { throwIfNoEntry: false })
  return found === undefined ? '' : `${found.ino} ${found.mtimeMs} ${found.size}`
}
