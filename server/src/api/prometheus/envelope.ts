import { randomUUID } from 'node:crypto'
import { EyeNetError } from '@eyenet/shared/errors'
import type { Logger } from 'pino'
import { jsonResponse } from '../text-response.ts'

/** Prometheus' error types and the statuses that it gives them. */
const STATUS = {
  bad_data: 400,
  execution: 422,
  // Prometheus has 503 here; over its time is over a limit like the others.
  timeout: 422,
  canceled: 499,
  unavailable: 503,
  internal: 500,
} as const
export type ErrorType = keyof typeof STATUS

export class PrometheusError extends Error {
  readonly errorType: ErrorType

  constructor(errorType: ErrorType, message: string) {
    super(message)
    this.name = 'PrometheusError'
    this.errorType = errorType
  }
}

export type Told = { readonly warnings?: readonly string[]; readonly infos?: readonly string[] }

/** `data` in Prometheus' envelope. */
export function success(data: unknown, { warnings = [], infos = [] }: Told = {}): Response {
  const body = {
    status: 'success',
    data,
    ...(warnings.length > 0 && { warnings }),
    ...(infos.length > 0 && { infos }),
  }
  return jsonResponse(body)
}

/** What was thrown, in Prometheus' envelope. A fault of ours is logged with an id and tells no more than the id. */
export function failure(thrown: unknown, logger: Logger): Response {
  const { errorType, message } = asPrometheusError(thrown, logger)
  return jsonResponse({ status: 'error', errorType, error: message }, { status: STATUS[errorType] })
}

function asPrometheusError(thrown: unknown, logger: Logger): { errorType: ErrorType; message: string } {
  if (thrown instanceof PrometheusError) return thrown
  if (thrown instanceof EyeNetError) {
    if (thrown.code === 'unavailable') return { errorType: 'unavailable', message: thrown.message }
    if (thrown.code === 'timeout') return { errorType: 'timeout', message: thrown.message }
    if (thrown.code === 'cancelled') return { errorType: 'canceled', message: thrown.message }
    // The expression was parsed before: what is wrong shows with the data only, or costs too much.
    return { errorType: 'execution', message: thrown.message }
  }
  const id = randomUUID()
  logger.error({ err: thrown, id }, 'query failed')
  return { errorType: 'internal', message: `a fault in the server; its log has it as ${id}` }
}
