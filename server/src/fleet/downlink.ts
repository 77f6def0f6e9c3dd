import { randomUUID } from 'node:crypto'
import type { EpochMs } from '@eyenet/shared/identity'
import { SIGNED_TYPES } from '@eyenet/shared/wire'
import { CompactEncrypt, CompactSign, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { z } from 'zod'
import type { ControlDb } from '../db/db.ts'
import type { Vault } from '../vault/vault.ts'

/** The public half of the key that signs what agents are told (Ed25519, RFC 8037). */
export type SigningKey = { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string; readonly kid: string }

export interface Downlink {
  readonly publicKey: SigningKey
  /** Encrypts the message to the agent's key and signs the result: a compact JWS around a compact JWE. */
  protect(type: keyof typeof SIGNED_TYPES, message: unknown, encryptionKey: string): Promise<string>
}

const PURPOSE = 'downlink key'
const PrivateKey = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string() })
const EncryptionKey = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() })

/** Opens the key that signs downward messages; makes one when there is none. */
export async function openDownlink(db: ControlDb, vault: Vault, now: EpochMs): Promise<Downlink> {
  const { kid, key } = (await newestKey(db, vault)) ?? (await createKey(db, vault, now))
  const signing = await importJWK(key, 'EdDSA')
  return {
    publicKey: { kty: 'OKP', crv: 'Ed25519', x: key.x, kid },
    async protect(type, message, encryptionKey) {
      const recipient = await importJWK(EncryptionKey.parse(JSON.parse(encryptionKey)), 'ECDH-ES')
      const sealed = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(message)))
        .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
        .encrypt(recipient)
      return new CompactSign(new TextEncoder().encode(sealed))
        .setProtectedHeader({ alg: 'EdDSA', kid, typ: SIGNED_TYPES[type] })
        .sign(signing)
    },
  }
}

type Key = { readonly kid: string; readonly key: z.infer<typeof PrivateKey> }

async function newestKey(db: ControlDb, vault: Vault): Promise<Key | undefined> {
  const row = await db.selectFrom('downlink_keys').selectAll().orderBy('created_at', 'desc').executeTakeFirst()
  if (row === undefined) return undefined
  return { kid: row.kid, key: PrivateKey.parse(JSON.parse(vault.open(row.sealed, PURPOSE))) }
}

async function createKey(db: ControlDb, vault: Vault, now: EpochMs): Promise<Key> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const jwk: JWK = await exportJWK(privateKey)
  const key = PrivateKey.parse(jwk)
  const kid = randomUUID()
  await db
    .insertInto('downlink_keys')
    .values({ kid, sealed: vault.seal(JSON.stringify(key), PURPOSE), created_at: now })
    .execute()
  return { kid, key }
}
