/**
 * Who may do what: users, logins, API tokens, the setup code, roles, and the audit log of who did what. This room knows
 * names and secrets; it knows no route, cookie or topic. Everything is asked of the database each time, so that what
 * another process changes (the command line on a running server) counts at once.
 */
import type { CreatedApiToken, NewApiToken, NewUser, User } from '@eyenet/shared/api'
import type { ControlDb } from '../db/db.ts'
import type { Vault } from '../vault/vault.ts'
import { createAccessTokens } from './access-tokens.ts'
import { type ApiTokens, createApiTokens, looksLikeApiToken } from './api-tokens.ts'
import { type Audit, createAudit } from './audit.ts'
import { type Clock, SYSTEM_CLOCK } from './clock.ts'
import { createPasswords } from './passwords.ts'
import type { Actor, Principal } from './roles.ts'
import { createSessions, type SessionStats, type Sessions } from './sessions.ts'
import { createSetup, type Setup } from './setup.ts'
import { createUsers, insertUser, type Users } from './users.ts'

export type { ApiTokens } from './api-tokens.ts'
export { type AttemptLimit, createAttemptLimit, senderKey } from './attempt-limit.ts'
export type { Audit, AuditPage } from './audit.ts'
export type { Clock } from './clock.ts'
export { type Actor, includesRole, type Principal, requireRole } from './roles.ts'
export type { LoggedIn, SessionStats, Sessions } from './sessions.ts'
export type { Setup } from './setup.ts'
export type { Users } from './users.ts'

export type AuthStats = SessionStats & { readonly hashesRefused: number }

export type Auth = {
  /** Of an `Authorization` header: `Bearer` with an access token or an API token. undefined: nobody we know. */
  authenticate(authorizationHeader: string | undefined): Promise<Principal | undefined>
  readonly users: Users
  readonly tokens: ApiTokens
  readonly sessions: Sessions
  readonly setup: Setup
  readonly audit: Audit
  stats(): AuthStats
}

export type AuthOptions = { readonly db: ControlDb; readonly vault: Vault; readonly clock?: Clock }

export function createAuth({ db, vault, clock = SYSTEM_CLOCK }: AuthOptions): Auth {
  const passwords = createPasswords()
  const audit = createAudit(db, clock)
  const accessTokens = createAccessTokens({ db, clock, vault })
  const sessions = createSessions({ db, clock, passwords, accessTokens, audit })
  const tokens = createApiTokens({ db, clock, audit })
  const userDeps = { db, clock, passwords, audit }
  return {
    async authenticate(header) {
      const credential = header === undefined ? undefined : /^Bearer +(\S+)$/i.exec(header)?.[1]
      if (credential === undefined) return undefined
      return looksLikeApiToken(credential) ? tokens.authenticate(credential) : sessions.authenticate(credential)
    },
    users: createUsers(userDeps),
    tokens,
    sessions,
    setup: createSetup(userDeps, sessions),
    audit,
    stats: () => ({ ...sessions.stats(), hashesRefused: passwords.refused() }),
  }
}

/** Adds a user on the command line, on the data of a running or stopped server. */
export function addUser(db: ControlDb, wanted: NewUser, by: Actor): Promise<User> {
  const clock = SYSTEM_CLOCK
  const deps = { db, clock, passwords: createPasswords(), audit: createAudit(db, clock) }
  return insertUser(deps, wanted, { by, onlyFirst: false })
}

/** Adds an API token likewise; a running server knows it at once. */
export function addToken(db: ControlDb, wanted: NewApiToken, by: Actor): Promise<CreatedApiToken> {
  const clock = SYSTEM_CLOCK
  return createApiTokens({ db, clock, audit: createAudit(db, clock) }).add(wanted, by)
}

/** EyeNetError `not_found` for one that is not there. */
export function removeToken(db: ControlDb, id: string, by: Actor): Promise<void> {
  const clock = SYSTEM_CLOCK
  return createApiTokens({ db, clock, audit: createAudit(db, clock) }).remove(id, by)
}

/** The audit log, for what is done on the command line. */
export function localAudit(db: ControlDb): Audit {
  return createAudit(db, SYSTEM_CLOCK)
}
