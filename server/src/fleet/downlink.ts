import { MODEL_TYPE, SIGNED_TYPES, type SigningKey } from '@eyenet/shared/wire'
import { CompactEncrypt, CompactSign, type CryptoKey, importJWK } from 'jose'
import { z } from 'zod'
import { publicHalf, type SigningKeys } from './signing-keys.ts'

export interface Downlink {
  /** Of the key that signs now. */
  readonly publicKey: SigningKey
  /** Encrypts the message to the agent's key and signs the result: a compact JWS around a compact JWE. */
  protect(type: keyof typeof SIGNED_TYPES, message: unknown, encryptionKey: string): Promise<string>
  /** Signs what goes inside another message, and is kept by its reader: a compact JWS of the JSON text. */
  sign(type: keyof typeof INNER_TYPES, content: unknown): Promise<string>
  /** Signs with the key that is current now; true when it is another than before. */
  reload(): Promise<boolean>
}

const INNER_TYPES = { model: MODEL_TYPE } as const
const EncryptionKey = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() })

type Loaded = { readonly publicKey: SigningKey; readonly signing: CryptoKey | Uint8Array }

/** Opens the key that signs downward messages; makes one when there is none. */
export async function openDownlink(keys: Pick<SigningKeys, 'current'>): Promise<Downlink> {
  let loaded = await load(keys)
  return {
    get publicKey() {
      return loaded.publicKey
    },
    sign: (type, content) => signed(loaded, INNER_TYPES[type], JSON.stringify(content)),
    async protect(type, message, encryptionKey) {
      const recipient = await importJWK(EncryptionKey.parse(JSON.parse(encryptionKey)), 'ECDH-ES')
      const sealed = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(message)))
        .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
        .encrypt(recipient)
      return signed(loaded, SIGNED_TYPES[type], sealed)
    },
    async reload() {
      const before = loaded.publicKey.kid
      loaded = await load(keys)
      return loaded.publicKey.kid !== before
    },
  }
}

function signed({ publicKey, signing }: Loaded, typ: string, text: string): Promise<string> {
  return new CompactSign(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'EdDSA', kid: publicKey.kid, typ })
    .sign(signing)
}

async function load(keys: Pick<SigningKeys, 'current'>): Promise<Loaded> {
  const { kid, key } = await keys.current()
  return { publicKey: publicHalf(kid, key.x), signing: await importJWK(key, 'EdDSA') }
}
