/**
 * Named failures. What the world does is a value and is not in here; a bug is a plain Error and ends the process.
 * This room knows the codes and nothing of HTTP, MQTT or exit statuses, except the tables that map codes to them.
 */

export { nearestName } from './nearest-name.ts'

export const ERROR_CODES = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
  'too_many',
  'limit_exceeded',
  'unavailable',
  'timeout',
  'cancelled',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** A failure with a name. The message says what was tried, on what, and what to do; it never carries a secret. */
export class EyeNetError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = 'EyeNetError'
    this.code = code
  }
}

/** HTTP status of each code (RFC 9110). */
export const HTTP_STATUS = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  too_many: 429,
  limit_exceeded: 422,
  unavailable: 503,
  // A query over its time is one over a limit.
  timeout: 422,
  // As nginx has it for a client that went away.
  cancelled: 499,
} as const satisfies Record<ErrorCode, number>

/** Exit status of each code for the command line (sysexits.h where it has one). */
export const EXIT_STATUS = {
  invalid: 65,
  unauthenticated: 77,
  forbidden: 77,
  not_found: 66,
  conflict: 73,
  too_large: 65,
  too_many: 75,
  limit_exceeded: 65,
  unavailable: 69,
  timeout: 75,
  cancelled: 75,
} as const satisfies Record<ErrorCode, number>

/** Closes a union: the compiler refuses the call while a member is not handled. */
export function assertNever(value: never): never {
  throw new Error(`unhandled member: ${JSON.stringify(value)}`)
}

/** The message of anything that was thrown, one line, for a log or a sentence. */
export function messageOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\s+/g, ' ').trim()
}
