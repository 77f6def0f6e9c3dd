import type { Role, TokenRole } from '@eyenet/shared/api'
import type { EpochMs } from '@eyenet/shared/identity'
import type { Generated } from 'kysely'

export type AuthTables = {
  users: UserRow
  sessions: SessionRow
  refresh_tokens: RefreshTokenRow
  api_tokens: ApiTokenRow
  signing_keys: SigningKeyRow
  audit: AuditRow
}

export type UserRow = {
  id: string
  username: string
  /** The name in lower case. */
  username_key: string
  /** argon2id, PHC string. */
  password_hash: string
  role: Role
  created_at: EpochMs
  last_login_at: EpochMs | null
}

/** One login; its refresh tokens are a family that dies together. */
export type SessionRow = { id: string; user_id: string; created_at: EpochMs; expires_at: EpochMs }

export type RefreshTokenRow = {
  /** SHA-256, base64url. */
  hash: string
  session_id: string
  expires_at: EpochMs
  /** Set once; whoever shows it again shows a stolen one. */
  used_at: EpochMs | null
}

export type ApiTokenRow = {
  id: string
  name: string
  /** SHA-256, base64url. */
  hash: string
  role: TokenRole
  created_at: EpochMs
  created_by: string
  expires_at: EpochMs | null
  last_used_at: EpochMs | null
}

export type SigningKeyRow = { kid: string; sealed: Uint8Array; created_at: EpochMs }

export type AuditRow = {
  id: Generated<number>
  at: EpochMs
  who: string
  action: string
  subject: string
  address: string
}
