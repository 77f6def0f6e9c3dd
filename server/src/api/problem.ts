import { randomUUID } from 'node:crypto'
import type { Problem } from '@eyenet/shared/api'
import { EyeNetError, HTTP_STATUS } from '@eyenet/shared/errors'
import type { Logger } from 'pino'
import type { z } from 'zod'
import { textResponse } from './text-response.ts'

const TITLES = {
  invalid: 'The request is not right',
  unauthenticated: 'Not logged in',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  conflict: 'In conflict with what is there',
  too_large: 'Too large',
  too_many: 'Too many requests',
  limit_exceeded: 'Beyond a limit',
  unavailable: 'Not available now',
  timeout: 'Took too long',
  cancelled: 'Cancelled',
  internal: 'A fault in the server',
} as const satisfies Record<Problem['code'], string>

/** Bounds an answer about bad input, which may repeat names that were sent. */
const MAX_FAULTS = 20
const MAX_FAULT_LENGTH = 200

/** Input that does not have its shape, with each place where it does not. */
export class InvalidInput extends EyeNetError {
  readonly errors: readonly { path: string; message: string }[]

  constructor(where: string, error: z.ZodError) {
    const errors = error.issues.slice(0, MAX_FAULTS).map((issue) => ({
      path: issue.path.map(String).join('.').slice(0, MAX_FAULT_LENGTH),
      message: issue.message.slice(0, MAX_FAULT_LENGTH),
    }))
    super(
      'invalid',
      `the ${where} is not right: ${errors.map((one) => `${one.path || where}: ${one.message}`).join('; ')}`,
    )
    this.errors = errors
  }
}

export type ProblemHead = { status: number; code: Problem['code']; detail: string }

/** An error as RFC 9457 has it; `more` are extension members. */
export function problem({ status, code, detail }: ProblemHead, more: Readonly<Record<string, unknown>> = {}): Response {
  const body = { type: 'about:blank', title: TITLES[code], status, code, detail, ...more }
  return textResponse(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 401 && { 'www-authenticate': 'Bearer realm="eyenet"' }),
      ...(status === 429 && { 'retry-after': '300' }),
    },
  })
}

/** What was thrown as a problem. A fault of ours is logged with an id and tells the caller no more than the id. */
export function problemOf(thrown: unknown, logger: Logger): Response {
  if (thrown instanceof EyeNetError) {
    const more = thrown instanceof InvalidInput ? { errors: thrown.errors } : {}
    return problem({ status: HTTP_STATUS[thrown.code], code: thrown.code, detail: thrown.message }, more)
  }
  const id = randomUUID()
  logger.error({ err: thrown, id }, 'request failed')
  return problem({ status: 500, code: 'internal', detail: `a fault in the server; its log has it as ${id}` })
}
