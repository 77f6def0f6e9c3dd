import { randomUUID } from 'node:crypto'
import type { SigningKeyResource } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import {
  KEYS_TYPE,
  type KeyAnnouncement,
  type KeyEnd,
  MAX_KEY_ANNOUNCEMENTS,
  type SigningKey,
} from '@eyenet/shared/wire'
import { CompactSign, exportJWK, generateKeyPair, importJWK } from 'jose'
import { z } from 'zod'
import type { ControlDb, DownlinkKeyRow } from '../db/db.ts'
import { SEALED, type Vault } from '../vault/vault.ts'

const PrivateKey = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string() })
export type PrivateKey = z.infer<typeof PrivateKey>

export type SigningKeysOptions = { readonly db: ControlDb; readonly vault: Vault; readonly now: () => EpochMs }

/**
 * The keys that sign what agents are told, and their succession: a key is announced by the one before it, takes over, and
 * ends the one before. Everything is in the database, so that the command line may do it beside a running server.
 */
export class SigningKeys {
  readonly #options: SigningKeysOptions

  constructor(options: SigningKeysOptions) {
    this.#options = options
  }

  /** The key that signs; made when there is none. */
  current(): Promise<{ readonly kid: string; readonly key: PrivateKey }> {
    return this.#inTransaction(async (db) => {
      const row = (await rowOf(db, 'current')) ?? (await this.#make(db, 'current'))
      return { kid: row.kid, key: this.#open(row) }
    })
  }

  /** Newest first. */
  async list(): Promise<readonly Pick<SigningKeyResource, 'kid' | 'state' | 'createdAt' | 'endedAt'>[]> {
    const rows = await this.#options.db
      .selectFrom('downlink_keys')
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('kid')
      .execute()
    return rows.map(({ kid, state, created_at, ended_at }) => ({
      ...{ kid, state, createdAt: created_at },
      ...(ended_at !== null && { endedAt: ended_at }),
    }))
  }

  /** What agents are told, oldest first; each a compact JWS. */
  async announcements(): Promise<readonly string[]> {
    const rows = await this.#options.db.selectFrom('key_announcements').select('jws').orderBy('seq').execute()
    return rows.map(({ jws }) => jws)
  }

  /** Makes and announces the next key; it signs nothing yet. EyeNetError `conflict` when one is announced already. */
  announceNext(): Promise<string> {
    return this.#inTransaction(async (db) => (await this.#next(db)).kid)
  }

  /** The announced key takes over, and the one before ends. False when none is announced. */
  takeOver(): Promise<boolean> {
    return this.#inTransaction(async (db) => {
      if ((await rowOf(db, 'next')) === undefined) return false
      await this.#switch(db, 'replaced')
      return true
    })
  }

  /** A new key takes over at once. */
  replaceAtOnce(): Promise<void> {
    return this.#inTransaction(async (db) => {
      if ((await rowOf(db, 'next')) === undefined) await this.#next(db)
      await this.#switch(db, 'replaced')
    })
  }

  /** Nobody shall believe this key again; where it signs, a new one takes over. EyeNetError `not_found` for an unknown one. */
  revoke(kid: string): Promise<void> {
    return this.#inTransaction(async (db) => {
      const row = await db.selectFrom('downlink_keys').select('state').where('kid', '=', kid).executeTakeFirst()
      if (row === undefined) {
        throw new EyeNetError('not_found', `there is no signing key ${kid}; eyenet-server keys list names them`)
      }
      if (row.state === 'compromised') return
      // Only a key that came later can end one: the announced key takes over before it is replaced itself.
      if (row.state === 'next') await this.#switch(db, 'replaced')
      if (row.state === 'replaced') await this.#end(db, { kid, why: 'compromised' })
      else {
        if ((await rowOf(db, 'next')) === undefined) await this.#next(db)
        await this.#switch(db, 'compromised')
      }
    })
  }

  async #next(db: ControlDb): Promise<DownlinkKeyRow> {
    const waiting = await rowOf(db, 'next')
    if (waiting !== undefined) {
      const message = `the key ${waiting.kid} is announced already; it takes over once all connected agents know it`
      throw new EyeNetError('conflict', message)
    }
    if ((await rowOf(db, 'current')) === undefined) await this.#make(db, 'current')
    const row = await this.#make(db, 'next')
    await this.#announce(db, { kind: 'successor', at: this.#options.now(), key: publicHalf(row.kid, row.x) })
    return row
  }

  async #switch(db: ControlDb, why: KeyEnd): Promise<void> {
    const before = await rowOf(db, 'current')
    if (before === undefined) return
    await db.updateTable('downlink_keys').set({ state: why }).where('kid', '=', before.kid).execute()
    await db.updateTable('downlink_keys').set({ state: 'current' }).where('state', '=', 'next').execute()
    await this.#end(db, { kid: before.kid, why })
  }

  async #end(db: ControlDb, { kid, why }: { readonly kid: string; readonly why: KeyEnd }): Promise<void> {
    const at = this.#options.now()
    await db
      .updateTable('downlink_keys')
      .set({ state: why, ended_at: at, sealed: new Uint8Array() })
      .where('kid', '=', kid)
      .execute()
    await this.#announce(db, { kind: 'ended', at, kid, why })
  }

  async #make(db: ControlDb, state: 'current' | 'next'): Promise<DownlinkKeyRow> {
    const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
    const key = PrivateKey.parse(await exportJWK(privateKey))
    const row: DownlinkKeyRow = {
      kid: randomUUID(),
      sealed: this.#options.vault.seal(JSON.stringify(key), SEALED.downlinkKeys.about()),
      created_at: this.#options.now(),
      state,
      x: key.x,
      ended_at: null,
    }
    await db.insertInto('downlink_keys').values(row).execute()
    return row
  }

  /** Signed by the key that signs now. */
  async #announce(db: ControlDb, announcement: KeyAnnouncement): Promise<void> {
    const row = await rowOf(db, 'current')
    if (row === undefined) throw new EyeNetError('unavailable', 'there is no signing key to announce with')
    const jws = await new CompactSign(new TextEncoder().encode(JSON.stringify(announcement)))
      .setProtectedHeader({ alg: 'EdDSA', kid: row.kid, typ: KEYS_TYPE })
      .sign(await importJWK(this.#open(row), 'EdDSA'))
    await db.insertInto('key_announcements').values({ jws }).execute()
    const oldest = db.selectFrom('key_announcements').select('seq').orderBy('seq', 'desc').limit(MAX_KEY_ANNOUNCEMENTS)
    await db.deleteFrom('key_announcements').where('seq', 'not in', oldest).execute()
  }

  #open({ sealed }: Pick<DownlinkKeyRow, 'sealed'>): PrivateKey {
    return PrivateKey.parse(JSON.parse(this.#options.vault.open(sealed, SEALED.downlinkKeys.about())))
  }

  #inTransaction<T>(work: (db: ControlDb) => Promise<T>): Promise<T> {
    return this.#options.db.transaction().execute(work)
  }
}

export const publicHalf = (kid: string, x: string): SigningKey => ({ kty: 'OKP', crv: 'Ed25519', x, kid })

function rowOf(db: ControlDb, state: 'current' | 'next'): Promise<DownlinkKeyRow | undefined> {
  return db.selectFrom('downlink_keys').selectAll().where('state', '=', state).executeTakeFirst()
}
