import { z } from 'zod'
import { EpochMs } from '../identity/identity.ts'

/** Least first: each role may do what those before it may. `integration` stands aside: it only reads public topics. */
export const ROLES = ['viewer', 'operator', 'admin'] as const
export const Role = z.enum(ROLES)
export type Role = z.infer<typeof Role>
export const TOKEN_ROLES = ['viewer', 'operator', 'admin', 'integration'] as const
export const TokenRole = z.enum(TOKEN_ROLES)
export type TokenRole = z.infer<typeof TokenRole>

export const Username = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._@-]{0,63}$/, 'letters, digits, dot, dash, underscore and @, 64 at most')
/** Length is what counts (NIST SP 800-63B). */
export const Password = z.string().min(12, 'at least 12 characters').max(256)

export const User = z.object({
  id: z.uuid(),
  username: Username,
  role: Role,
  createdAt: EpochMs,
  lastLoginAt: EpochMs.optional(),
})
export type User = z.infer<typeof User>
export const NewUser = z.strictObject({ username: Username, password: Password, role: Role })
export type NewUser = z.infer<typeof NewUser>

export const ApiToken = z.object({
  id: z.uuid(),
  name: z.string().min(1).max(100),
  role: TokenRole,
  createdAt: EpochMs,
  createdBy: z.string(),
  expiresAt: EpochMs.optional(),
  lastUsedAt: EpochMs.optional(),
})
export type ApiToken = z.infer<typeof ApiToken>
export const NewApiToken = z.strictObject({
  name: z.string().min(1).max(100),
  role: TokenRole,
  expiresAt: EpochMs.optional(),
})
export type NewApiToken = z.infer<typeof NewApiToken>
/** The only time that the token itself is shown. */
export const CreatedApiToken = ApiToken.extend({ token: z.string() })
export type CreatedApiToken = z.infer<typeof CreatedApiToken>

/** PATCH /api/v1/users/{id}: a new role, or a new password for somebody who forgot theirs. */
export const UserChange = z.strictObject({ role: Role.optional(), password: Password.optional() })
export type UserChange = z.infer<typeof UserChange>
/** POST /api/v1/auth/password: one's own. */
export const PasswordChange = z.strictObject({ current: z.string().max(256), next: Password })
export type PasswordChange = z.infer<typeof PasswordChange>

/** GET /api/v1/audit: who did what to what, from where and when. */
export const AuditEntry = z.object({
  id: z.number().int(),
  at: EpochMs,
  who: z.string(),
  action: z.string(),
  subject: z.string(),
  address: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>
