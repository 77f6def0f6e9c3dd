import { randomUUID } from 'node:crypto'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import { type CryptoKey, errors, exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { ControlDb, SigningKeyRow } from '../db/db.ts'
import { SEALED, type Vault } from '../vault/vault.ts'
import type { Clock } from './clock.ts'

const ALGORITHM = 'EdDSA'
const ISSUER = 'eyenet'
const AUDIENCE = 'eyenet-api'
const TYPE = 'at+jwt' // RFC 9068
const MAX_TOKEN_LENGTH = 4_096

export const ACCESS_TOKEN_MS = 10 * 60_000
/** A key signs for this long. */
export const KEY_AGE_MS = 30 * 24 * 3_600_000
/** How long an old one still verifies: more than an access token lives. */
const KEY_GRACE_MS = 3_600_000
/** How soon a key that another process removed is forgotten. */
const KEY_CACHE_MS = 5_000

export type AccessClaims = { readonly userId: string; readonly sessionId: string; readonly expiresAt: EpochMs }

export type AccessTokens = {
  issue(of: { userId: string; sessionId: string }): Promise<{ token: string; expiresAt: EpochMs }>
  /** undefined for whatever is not a valid token of ours: forged, expired, of a removed key, malformed. */
  verify(token: string): Promise<AccessClaims | undefined>
}

type Key = { readonly kid: string; readonly sign: CryptoKey; readonly verify: CryptoKey; readonly createdAt: EpochMs }

const PrivateJwk = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string() })
const Claims = z.object({ sub: z.string(), sid: z.string(), exp: z.number() })

export type AccessTokenDeps = { readonly db: ControlDb; readonly clock: Clock; readonly vault: Vault }

/** JWTs (RFC 7519, 9068) by Ed25519 keys in the database, a new one every 30 days. */
export function createAccessTokens({ db, clock, vault }: AccessTokenDeps): AccessTokens {
  let keys: readonly Key[] = []
  let loadedAt: number | undefined

  async function load(): Promise<readonly Key[]> {
    const now = clock.now()
    if (loadedAt !== undefined && Math.abs(now - loadedAt) < KEY_CACHE_MS) return keys
    const rows = await db
      .selectFrom('signing_keys')
      .selectAll()
      .where('created_at', '>', epochMs(now - KEY_AGE_MS - KEY_GRACE_MS))
      .orderBy('created_at', 'desc')
      .execute()
    keys = await Promise.all(
      rows.map(async (row) => keys.find((key) => key.kid === row.kid) ?? (await readKey(row, vault))),
    )
    loadedAt = now
    return keys
  }

  async function signingKey(): Promise<Key> {
    const now = clock.now()
    const newest = (await load())[0]
    if (newest !== undefined && now - newest.createdAt < KEY_AGE_MS) return newest
    const row = await freshKey(vault, now)
    await db.insertInto('signing_keys').values(row).execute()
    await db
      .deleteFrom('signing_keys')
      .where('created_at', '<=', epochMs(now - KEY_AGE_MS - KEY_GRACE_MS))
      .execute()
    loadedAt = undefined
    return readKey(row, vault)
  }

  return {
    async issue({ userId, sessionId }) {
      const key = await signingKey()
      const expires = Math.floor(clock.now() / 1000) + ACCESS_TOKEN_MS / 1000
      const token = await new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: key.kid })
        .setSubject(userId)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt(expires - ACCESS_TOKEN_MS / 1000)
        .setExpirationTime(expires)
        .sign(key.sign)
      return { token, expiresAt: epochMs(expires * 1000) }
    },
    async verify(token) {
      if (token.length > MAX_TOKEN_LENGTH) return undefined
      const found = await load()
      try {
        const pick = (header: { kid?: string }): CryptoKey => {
          const key = found.find((one) => one.kid === header.kid)
          if (key === undefined) throw new errors.JWKSNoMatchingKey()
          return key.verify
        }
        const { payload } = await jwtVerify(token, pick, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: AUDIENCE,
          typ: TYPE,
          currentDate: new Date(clock.now()),
          requiredClaims: ['sub', 'sid', 'exp'],
        })
        const { sub, sid, exp } = Claims.parse(payload)
        return { userId: sub, sessionId: sid, expiresAt: epochMs(exp * 1000) }
      } catch (thrown) {
        if (thrown instanceof errors.JOSEError || thrown instanceof z.ZodError) return undefined
        throw thrown
      }
    },
  }
}

async function freshKey(vault: Vault, now: EpochMs): Promise<SigningKeyRow> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true })
  return {
    kid: randomUUID(),
    sealed: vault.seal(JSON.stringify(await exportJWK(privateKey)), SEALED.accessTokenKeys.about()),
    created_at: now,
  }
}

async function readKey(row: SigningKeyRow, vault: Vault): Promise<Key> {
  const jwk = PrivateJwk.parse(JSON.parse(vault.open(row.sealed, SEALED.accessTokenKeys.about())))
  const { d: _secret, ...publicJwk } = jwk
  return { kid: row.kid, sign: await importKey(jwk), verify: await importKey(publicJwk), createdAt: row.created_at }
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, ALGORITHM)
  if (key instanceof Uint8Array) throw new Error('an OKP key is never symmetric')
  return key
}
