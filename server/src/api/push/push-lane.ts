import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { type Auth, includesRole } from '../../auth/auth.ts'
import type { Ops } from '../../ops/ops.ts'
import { hostAllowed, type Place, SECURITY_HEADERS } from '../guards.ts'
import { problemOf } from '../problem.ts'
import { readIncoming } from './push-body.ts'
import { INFLUX_PATHS, type PushDeps, takePushed, unitOf } from './push-endpoints.ts'

export type PushLaneDeps = PushDeps &
  Place & { readonly auth: Auth; readonly ops: Pick<Ops, 'observeHttp'>; readonly logger: Logger }

/** Takes a request when it is its own; resolves to false, with the request untouched, when it is not. */
export type PushLane = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

const HEADERS = { ...SECURITY_HEADERS, 'cache-control': 'no-store' }

/**
 * The short way for the plainest pushes, which come hundreds of times a second: lines of InfluxDB, not packed, from a
 * program that may send them. It saves the objects that a request otherwise becomes. Everything else, each refusal too,
 * goes the way of all requests.
 */
export function createPushLane(deps: PushLaneDeps): PushLane {
  return async (request, response) => {
    const target = request.url ?? ''
    const queryAt = target.indexOf('?')
    const path = queryAt < 0 ? target : target.slice(0, queryAt)
    if (request.method !== 'POST' || !INFLUX_PATHS.includes(path)) return false
    if (!isPlain(request, deps)) return false
    const begun = performance.now()
    // What fails here fails again, and is told, on the way of all requests.
    const principal = await deps.auth.authenticate(request.headers.authorization).catch(() => undefined)
    if (principal === undefined || !includesRole(principal.role, 'operator')) return false
    const answer = await answerOf(deps, request, {
      precision: new URLSearchParams(queryAt < 0 ? '' : target.slice(queryAt)).get('precision') ?? undefined,
      ownsAll: principal.role === 'admin',
    })
    await send(response, answer)
    const seconds = (performance.now() - begun) / 1000
    deps.ops.observeHttp({ method: 'POST', route: path, status: answer?.status ?? 204, seconds })
    return true
  }
}

/** No page of a browser, to one of our names, and not packed. */
function isPlain({ headers }: IncomingMessage, place: Place): boolean {
  const isBrowser = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined
  const isPacked = headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity'
  return !isBrowser && !isPacked && hostAllowed(headers.host, place)
}

type Asked = { readonly precision: string | undefined; readonly ownsAll: boolean }

async function answerOf(
  deps: PushLaneDeps,
  request: IncomingMessage,
  { precision, ownsAll }: Asked,
): Promise<Response | undefined> {
  try {
    const format = { kind: 'influx', unit: unitOf(precision) } as const
    return await takePushed(deps, () => readIncoming(request), { format, ownsAll })
  } catch (thrown) {
    return problemOf(thrown, deps.logger)
  }
}

async function send(response: ServerResponse, answer: Response | undefined): Promise<void> {
  if (answer === undefined) {
    response.writeHead(204, HEADERS).end()
    return
  }
  const text = await answer.text()
  response.writeHead(answer.status, { ...HEADERS, ...Object.fromEntries(answer.headers) }).end(text)
}
