import { SIGNED_TYPES, type SigningKey } from '@eyenet/shared/wire'
import { CompactEncrypt, CompactSign, type CryptoKey, importJWK } from 'jose'
import { z } from 'zod'
import { publicHalf, type SigningKeys } from './signing-keys.ts'

export interface Downlink {
  /** Of the key that signs now. */
  readonly publicKey: SigningKey
  /** Encrypts the message to the agent's key and signs the result: a compact JWS around a compact JWE. */
  protect(type: keyof typeof SIGNED_TYPES, message: unknown, encryptionKey: string): Promise<string>
  /** Signs with the key that is current now; true when it is another than before. */
  reload(): Promise<boolean>
}

const EncryptionKey = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() })

type Loaded = { readonly publicKey: SigningKey; readonly signing: CryptoKey | Uint8Array }

/** Opens the key that signs downward messages; makes one when there is none. */
export async function openDownlink(keys: Pick<SigningKeys, 'current'>): Promise<Downlink> {
  let loaded = await load(keys)
  return {
    get publicKey() {
      return loaded.publicKey
    },
    async protect(type, message, encryptionKey) {
      const { publicKey, signing } = loaded
      const recipient = await importJWK(EncryptionKey.parse(JSON.parse(encryptionKey)), 'ECDH-ES')
      const sealed = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(message)))
        .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
        .encrypt(recipient)
      return new CompactSign(new TextEncoder().encode(sealed))
        .setProtectedHeader({ alg: 'EdDSA', kid: publicKey.kid, typ: SIGNED_TYPES[type] })
        .sign(signing)
    },
    async reload() {
      const before = loaded.publicKey.kid
      loaded = await load(keys)
      return loaded.publicKey.kid !== before
    },
  }
}

async function load(keys: Pick<SigningKeys, 'current'>): Promise<Loaded> {
  const { kid, key } = await keys.current()
  return { publicKey: publicHalf(kid, key.x), signing: await importJWK(key, 'EdDSA') }
}
