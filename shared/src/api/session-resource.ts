import { z } from 'zod'
import { EpochMs } from '../identity/identity.ts'
import { Password, User, Username } from './user-resource.ts'

/** GET /api/v1/setup */
export const SetupState = z.object({ needed: z.boolean(), version: z.string() })
export type SetupState = z.infer<typeof SetupState>
/** POST /api/v1/setup: makes the first administrator, once, and logs in (answers a Session). */
export const SetupRequest = z.strictObject({ code: z.string().max(64), username: Username, password: Password })
export type SetupRequest = z.infer<typeof SetupRequest>

/** POST /api/v1/auth/login */
export const LoginRequest = z.strictObject({ username: z.string().max(64), password: z.string().max(256) })
export type LoginRequest = z.infer<typeof LoginRequest>

/**
 * Answer to login, setup and POST /api/v1/auth/refresh. The access token goes into `Authorization: Bearer`; the refresh
 * token is in an HttpOnly, SameSite=Strict cookie for /api/v1/auth alone and is replaced at each use.
 */
export const Session = z.object({ accessToken: z.string(), expiresAt: EpochMs, user: User })
export type Session = z.infer<typeof Session>
