import { randomUUID } from 'node:crypto'
import { type ApiToken, type CreatedApiToken, NewApiToken } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { ApiTokenRow, ControlDb } from '../db/db.ts'
import type { Audit } from './audit.ts'
import type { Clock } from './clock.ts'
import { KnownTokens } from './known-tokens.ts'
import { parseInput } from './parse-input.ts'
import type { Actor, Principal } from './roles.ts'
import { randomSecret, sha256 } from './secrets.ts'

const PREFIX = 'eyn_'
const FORM = /^eyn_[A-Za-z0-9_-]{43}$/
/** Bounds the list that the API answers in one go. */
const MAX_TOKENS = 1_000
/** `lastUsedAt` is this exact; each update is a write to disk. */
const LAST_USED_STEP_MS = 60_000

export type ApiTokens = {
  list(): Promise<readonly ApiToken[]>
  /** EyeNetError('conflict') when the name is taken. The token itself is never to be had again. */
  add(wanted: NewApiToken, by: Actor): Promise<CreatedApiToken>
  remove(id: string, by: Actor): Promise<void>
  /** Whose token it is; undefined when it is unknown or expired. */
  authenticate(token: string): Promise<Principal | undefined>
}

export type ApiTokenDeps = { readonly db: ControlDb; readonly clock: Clock; readonly audit: Audit }

export const looksLikeApiToken = (text: string): boolean => text.startsWith(PREFIX)

export function createApiTokens({ db, clock, audit }: ApiTokenDeps): ApiTokens {
  const known = new KnownTokens(db, clock)
  return {
    async list() {
      return (await db.selectFrom('api_tokens').selectAll().orderBy('name').limit(MAX_TOKENS).execute()).map(tokenOf)
    },
    async add(wanted, by) {
      const { name, role, expiresAt } = parseInput(NewApiToken, wanted)
      if (expiresAt !== undefined && expiresAt <= clock.now()) {
        throw new EyeNetError('invalid', 'expiresAt is in the past')
      }
      const token = PREFIX + randomSecret()
      const row: ApiTokenRow = {
        id: randomUUID(),
        name,
        hash: sha256(token),
        role,
        created_at: clock.now(),
        created_by: by.name,
        expires_at: expiresAt ?? null,
        last_used_at: null,
      }
      await db.transaction().execute(async (tx) => {
        const taken = await tx.selectFrom('api_tokens').select('id').where('name', '=', name).executeTakeFirst()
        if (taken !== undefined) throw new EyeNetError('conflict', `there is a token named ${name} already`)
        const { count } = await tx
          .selectFrom('api_tokens')
          .select((e) => e.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow()
        if (count >= MAX_TOKENS) throw new EyeNetError('limit_exceeded', `there are ${MAX_TOKENS} tokens: remove some`)
        await tx.insertInto('api_tokens').values(row).execute()
      })
      await audit.record(by, `token.add.${role}`, name)
      return { ...tokenOf(row), token }
    },
    async remove(id, by) {
      const row = await db.deleteFrom('api_tokens').where('id', '=', id).returning('name').executeTakeFirst()
      if (row === undefined) throw new EyeNetError('not_found', `there is no token ${id}`)
      known.forget()
      await audit.record(by, 'token.remove', row.name)
    },
    async authenticate(token) {
      if (!FORM.test(token)) return undefined
      const row = await known.find(sha256(token))
      const now = clock.now()
      if (row === undefined || (row.expires_at !== null && row.expires_at <= now)) return undefined
      if (row.last_used_at === null || now - row.last_used_at >= LAST_USED_STEP_MS) {
        known.update({ ...row, last_used_at: now })
        await db.updateTable('api_tokens').set({ last_used_at: now }).where('id', '=', row.id).execute()
      }
      const principal = { kind: 'token', id: row.id, name: row.name, role: row.role } as const
      return row.expires_at === null ? principal : { ...principal, expiresAt: row.expires_at }
    },
  }
}

function tokenOf(row: ApiTokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    createdAt: row.created_at,
    createdBy: row.created_by,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
  }
}
