import { Problem } from '@eyenet/shared/api'
import { type Answer, type Failure, failed, ok } from './failure.ts'

/** Parses an answer's JSON: a zod schema is one. */
export type Parser<T> = { safeParse(input: unknown): { success: true; data: T } | { success: false; error: unknown } }

export type Credentials = {
  /** The access token; undefined when nobody is logged in. */
  token(): string | undefined
  /** A fresh one, by the refresh cookie; undefined when the session is over. */
  renew(): Promise<string | undefined>
}

export type Call<T> = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  /** Prometheus' endpoints take forms: a long query fits there. */
  readonly form?: URLSearchParams
  readonly answer: Parser<T>
  readonly signal?: AbortSignal
  readonly anonymous?: boolean
}

/** For calls whose answer has no body. */
export const NOTHING: Parser<undefined> = { safeParse: () => ({ success: true, data: undefined }) }

const RETRYABLE_STATUS = 401

/** Talks to the server's API. An answer is a value, also when it is none; one renewal of the token is tried on a 401. */
export function createApiClient(fetchFrom: typeof fetch, credentials: Credentials) {
  async function send<T>(call: Call<T>, token: string | undefined): Promise<Response | Failure> {
    const headers = new Headers({ accept: 'application/json' })
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
    if (call.body !== undefined) headers.set('content-type', 'application/json')
    try {
      return await fetchFrom(call.path, {
        method: call.method ?? 'GET',
        headers,
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        ...(call.form === undefined ? {} : { body: call.form }),
        ...(call.signal === undefined ? {} : { signal: call.signal }),
        credentials: 'same-origin',
        cache: 'no-store',
      })
    } catch (thrown) {
      return thrown instanceof DOMException && thrown.name === 'AbortError'
        ? { kind: 'cancelled' }
        : { kind: 'offline' }
    }
  }

  return async function request<T>(call: Call<T>): Promise<Answer<T>> {
    const token = call.anonymous === true ? undefined : credentials.token()
    let response = await send(call, token)
    if (response instanceof Response && response.status === RETRYABLE_STATUS && token !== undefined) {
      const fresh = await credentials.renew()
      if (fresh !== undefined) response = await send(call, fresh)
    }
    if (!(response instanceof Response)) return failed(response)
    return response.ok ? read(response, call.answer) : failed(await problemOf(response))
  }
}

export type Request = ReturnType<typeof createApiClient>

async function read<T>(response: Response, parser: Parser<T>): Promise<Answer<T>> {
  const json = await jsonOf(response)
  const parsed = parser.safeParse(json)
  return parsed.success
    ? ok(parsed.data)
    : failed({ kind: 'strange', detail: `${new URL(response.url, 'http://x').pathname}` })
}

/** Why the server refused, as it tells it. */
export async function problemOf(response: Response): Promise<Failure> {
  const body = await jsonOf(response)
  const parsed = Problem.safeParse(body)
  if (parsed.success) {
    const { status, code, detail, errors } = parsed.data
    const where = (errors ?? []).map((one) => `${one.path}: ${one.message}`).join('; ')
    return { kind: 'problem', status, code, detail: where === '' ? detail : `${detail} (${where})`, body }
  }
  const detail =
    response.status >= 500 ? 'The server failed. Its log says more.' : `The server answered ${response.status}.`
  return { kind: 'problem', status: response.status, code: 'internal', detail: prometheusError(body) ?? detail, body }
}

/** Prometheus' endpoints have their own envelope for errors. */
function prometheusError(body: unknown): string | undefined {
  const has = typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string'
  return has ? String(body.error) : undefined
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}
