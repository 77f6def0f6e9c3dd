import { randomUUID } from 'node:crypto'
import type { Session } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { ControlDb, UserRow } from '../db/db.ts'
import type { AccessTokens } from './access-tokens.ts'
import { type AttemptLimit, createAttemptLimit, senderKey } from './attempt-limit.ts'
import type { Audit } from './audit.ts'
import type { Clock } from './clock.ts'
import type { Passwords } from './passwords.ts'
import type { Principal } from './roles.ts'
import { randomSecret, sha256 } from './secrets.ts'
import { userOf } from './users.ts'

/** A login ends when it was not used for this long... */
export const REFRESH_TOKEN_MS = 7 * 24 * 3_600_000
/** ...and in any case after this long. */
export const SESSION_MS = 30 * 24 * 3_600_000
/** Logins of one user at a time; the oldest end. */
const MAX_SESSIONS = 50
/** Failed logins, per user and per sender. A few people may share an address. */
const LIMIT_WINDOW_MS = 5 * 60_000
const MAX_FAILURES_PER_USER = 10
const MAX_FAILURES_PER_SENDER = 50
/** Bounds each limit's table: about 1 MB. */
const LIMIT_KEYS = 10_000

/** What a login gives: the session for the body, the refresh token for the cookie. */
export type LoggedIn = { readonly session: Session; readonly refreshToken: string; readonly refreshExpiresAt: EpochMs }

export type SessionStats = {
  readonly failed: number
  /** Refused by a limit, unseen. */
  readonly limited: number
  readonly limitKeysForgotten: number
  /** Logins ended because an old refresh token was shown again. */
  readonly reused: number
}

export type Sessions = {
  /** EyeNetError('unauthenticated'), the same for a wrong name and a wrong password; EyeNetError('too_many'). */
  login(request: { username: string; password: string }, address: string): Promise<LoggedIn>
  /** A new session for a user whose right to it is known already. */
  open(userId: string): Promise<LoggedIn>
  /** Uses the token up; undefined when it is not valid. One that was used before ends its whole login. */
  refresh(refreshToken: string, address: string): Promise<LoggedIn | undefined>
  logout(refreshToken: string, address: string): Promise<void>
  /** Whose access token it is, with the role of this moment; undefined when it or its login has ended. */
  authenticate(accessToken: string): Promise<Principal | undefined>
  stats(): SessionStats
}

export type SessionDeps = {
  readonly db: ControlDb
  readonly clock: Clock
  readonly passwords: Passwords
  readonly accessTokens: AccessTokens
  readonly audit: Audit
}

const newLimit = (max: number): AttemptLimit => createAttemptLimit({ max, windowMs: LIMIT_WINDOW_MS, keys: LIMIT_KEYS })

export function createSessions(deps: SessionDeps): Sessions {
  const { db, clock, audit } = deps
  const perUser = newLimit(MAX_FAILURES_PER_USER)
  const perSender = newLimit(MAX_FAILURES_PER_SENDER)
  let failed = 0
  let reused = 0

  const open = (userId: string): Promise<LoggedIn> => openSession(deps, userId)
  return {
    async login({ username, password }, address) {
      const user = username.toLowerCase()
      const sender = senderKey(address)
      if (!perSender.take(sender, clock.now()) || !perUser.take(user, clock.now())) {
        throw new EyeNetError('too_many', 'too many failed logins: try again in five minutes')
      }
      const row = await db.selectFrom('users').selectAll().where('username_key', '=', user).executeTakeFirst()
      if (!(await deps.passwords.verify(row?.password_hash, password)) || row === undefined) {
        failed += 1
        // Whoever types the password into the field of the name shall not find it in the log.
        await audit.record({ name: row?.username ?? '(unknown)', address }, 'login.failed', '')
        throw new EyeNetError('unauthenticated', 'wrong name or password')
      }
      perSender.giveBack(sender)
      perUser.giveBack(user)
      const loggedIn = await open(row.id)
      await audit.record({ name: row.username, address }, 'login', '')
      return loggedIn
    },
    open,
    async refresh(refreshToken, address) {
      const outcome = await useUp(deps, refreshToken)
      if (outcome.kind === 'reused') {
        reused += 1
        await audit.record({ name: outcome.username, address }, 'session.reuse', outcome.sessionId)
      }
      return outcome.kind === 'rotated' ? outcome.loggedIn : undefined
    },
    async logout(refreshToken, address) {
      const row = await findRefreshToken(db, refreshToken)
      if (row === undefined) return
      await db.deleteFrom('sessions').where('id', '=', row.session_id).execute()
      await audit.record({ name: row.username, address }, 'logout', '')
    },
    authenticate: (accessToken) => whoHas(deps, accessToken),
    stats: () => ({
      failed,
      limited: perUser.stats().refused + perSender.stats().refused,
      limitKeysForgotten: perUser.stats().forgotten + perSender.stats().forgotten,
      reused,
    }),
  }
}

async function openSession(deps: SessionDeps, userId: string): Promise<LoggedIn> {
  const now = deps.clock.now()
  const id = randomUUID()
  const { refreshToken, row } = newRefreshToken({ id, expires_at: epochMs(now + SESSION_MS) }, now)
  const user = await deps.db.transaction().execute(async (tx) => {
    await tx.deleteFrom('sessions').where('expires_at', '<=', now).execute()
    const found = await tx
      .updateTable('users')
      .set({ last_login_at: now })
      .where('id', '=', userId)
      .returningAll()
      .executeTakeFirst()
    if (found === undefined) throw new EyeNetError('unauthenticated', 'this user was just removed')
    const surplus = tx.selectFrom('sessions').select('id').where('user_id', '=', userId)
    const oldest = surplus
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(-1)
      .offset(MAX_SESSIONS - 1)
    await tx.deleteFrom('sessions').where('id', 'in', oldest).execute()
    const session = { id, user_id: userId, created_at: now, expires_at: epochMs(now + SESSION_MS) }
    await tx.insertInto('sessions').values(session).execute()
    await tx.insertInto('refresh_tokens').values(row).execute()
    return found
  })
  return loggedInOf(deps, user, { sessionId: id, refreshToken, expiresAt: row.expires_at })
}

type RefreshOutcome =
  | { readonly kind: 'rotated'; readonly loggedIn: LoggedIn }
  | { readonly kind: 'reused'; readonly sessionId: string; readonly username: string }
  | { readonly kind: 'unknown' }

async function useUp(deps: SessionDeps, refreshToken: string): Promise<RefreshOutcome> {
  const now = deps.clock.now()
  const hash = sha256(refreshToken)
  const next = await deps.db.transaction().execute(async (tx) => {
    await tx.deleteFrom('refresh_tokens').where('expires_at', '<=', now).execute()
    const used = await tx
      .updateTable('refresh_tokens')
      .set({ used_at: now })
      .where('hash', '=', hash)
      .where('used_at', 'is', null)
      .returning('session_id')
      .executeTakeFirst()
    if (used === undefined) return undefined
    const session = await tx
      .selectFrom('sessions')
      .selectAll()
      .where('id', '=', used.session_id)
      .where('expires_at', '>', now)
      .executeTakeFirst()
    if (session === undefined) return undefined
    const user = await tx.selectFrom('users').selectAll().where('id', '=', session.user_id).executeTakeFirstOrThrow()
    const { refreshToken: fresh, row } = newRefreshToken(session, now)
    await tx.insertInto('refresh_tokens').values(row).execute()
    return { user, sessionId: session.id, refreshToken: fresh, expiresAt: row.expires_at }
  })
  if (next !== undefined) return { kind: 'rotated', loggedIn: await loggedInOf(deps, next.user, next) }
  const row = await findRefreshToken(deps.db, refreshToken)
  if (row === undefined || row.used_at === null) return { kind: 'unknown' }
  await deps.db.deleteFrom('sessions').where('id', '=', row.session_id).execute()
  return { kind: 'reused', sessionId: row.session_id, username: row.username }
}

async function whoHas({ db, clock, accessTokens }: SessionDeps, accessToken: string): Promise<Principal | undefined> {
  const claims = await accessTokens.verify(accessToken)
  if (claims === undefined) return undefined
  const user = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['users.id', 'users.username', 'users.role'])
    .where('sessions.id', '=', claims.sessionId)
    .where('sessions.user_id', '=', claims.userId)
    .where('sessions.expires_at', '>', clock.now())
    .executeTakeFirst()
  if (user === undefined) return undefined
  const { sessionId, expiresAt } = claims
  return { kind: 'user', id: user.id, name: user.username, role: user.role, sessionId, expiresAt }
}

function findRefreshToken(db: ControlDb, refreshToken: string) {
  return db
    .selectFrom('refresh_tokens')
    .innerJoin('sessions', 'sessions.id', 'refresh_tokens.session_id')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['refresh_tokens.session_id', 'refresh_tokens.used_at', 'users.username'])
    .where('refresh_tokens.hash', '=', sha256(refreshToken))
    .executeTakeFirst()
}

function newRefreshToken(session: { id: string; expires_at: EpochMs }, now: EpochMs) {
  const refreshToken = randomSecret()
  const expires_at = epochMs(Math.min(now + REFRESH_TOKEN_MS, session.expires_at))
  return { refreshToken, row: { hash: sha256(refreshToken), session_id: session.id, expires_at, used_at: null } }
}

async function loggedInOf(
  { accessTokens }: SessionDeps,
  user: UserRow,
  given: { sessionId: string; refreshToken: string; expiresAt: EpochMs },
): Promise<LoggedIn> {
  const { token, expiresAt } = await accessTokens.issue({ userId: user.id, sessionId: given.sessionId })
  return {
    session: { accessToken: token, expiresAt, user: userOf(user) },
    refreshToken: given.refreshToken,
    refreshExpiresAt: given.expiresAt,
  }
}
