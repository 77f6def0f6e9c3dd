/**
 * Keeps secrets encrypted at rest: AES-256-GCM under a key in a file of its own, readable by the server's user alone. It
 * knows every column that holds sealed texts and seals them anew under another key. It does not decide who may read what,
 * and never logs or returns a secret in an error.
 */
import { freshKey, readKeys, stampOf, writeKeys } from './key-file.ts'
import { openText, sealText } from './sealed-text.ts'

export { CREDENTIAL, type KeyFilePlace, keyFileOf } from './key-file.ts'
export { type RotationResult, rotateVault, type VaultStatus, vaultStatus } from './rotation.ts'
export { SEALED, SEALED_COLUMNS, type SealedColumn } from './sealed-columns.ts'

export interface Vault {
  /** `about` is bound to the sealed text: it opens for the same purpose only. */
  seal(secret: string, about: string): Uint8Array
  /** Throws `unavailable` when the text was sealed under another key or for another purpose. */
  open(sealed: Uint8Array, about: string): string
}

/** A vault with the keys of that file; makes the file, for the owner alone, when there is none. */
export function openVault(keyFile: string): Vault {
  let keys = readKeys(keyFile)
  if (keys === undefined) {
    keys = [freshKey()]
    writeKeys(keyFile, keys)
  }
  let stamp = stampOf(keyFile)
  // The command line may change the key while the server runs: what is sealed then must not need the old one.
  const present = (): readonly Uint8Array[] => {
    const seen = stampOf(keyFile)
    if (seen !== stamp && seen !== '') {
      keys = readKeys(keyFile) ?? keys
      stamp = seen
    }
    return keys ?? []
  }
  return vaultWith(present)
}

/** A vault with that key of 32 bytes. */
export function vaultOf(key: Uint8Array): Vault {
  return vaultWith(() => [key])
}

function vaultWith(keys: () => readonly Uint8Array[]): Vault {
  return {
    seal(secret, about) {
      const [first] = keys()
      if (first === undefined) throw new Error('a vault without a key')
      return sealText(secret, about, first)
    },
    open: (sealed, about) => openText(sealed, about, keys()),
  }
}
