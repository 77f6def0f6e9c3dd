import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { getRequestListener } from '@hono/node-server'
import type { TlsSource } from '../pki/pki.ts'
import type { Peer } from './endpoint.ts'

/** Half-sent requests, and half a handshake of TLS, hold a connection no longer than this. */
const HEADERS_TIMEOUT_MS = 15_000
const REQUEST_TIMEOUT_MS = 60_000
const KEEP_ALIVE_MS = 65_000
const MAX_HEADER_BYTES = 16 * 1024
/** Bounds memory and file descriptors: pages, live feeds and dashboards together. */
const MAX_CONNECTIONS = 2_000

/** What is served: requests, and what asks for a WebSocket. */
type Served = {
  fetch(request: Request, peer?: Peer): Promise<Response>
  /** Takes the requests that have a way of their own. */
  push(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  attachWebSocket(server: Server): void
}

export type ListenOptions = {
  readonly host: string
  readonly port: number
  /** Absent: plain HTTP. */
  readonly tls?: TlsSource | undefined
}

export type HttpServer = { readonly server: Server; readonly port: number; close(): Promise<void> }

/** Listens; port 0 takes a free one. EyeNetError('unavailable') when the address is taken or not ours. */
export async function listenHttp(api: Served, { host, port, tls }: ListenOptions): Promise<HttpServer> {
  const listener = getRequestListener(api.fetch, { overrideGlobalObjects: false })
  const options = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  }
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    void api.push(request, response).then((isTaken) => {
      if (!isTaken) void listener(request, response)
    })
  }
  const server = tls === undefined ? createServer(options, answer) : encrypted(tls, options, answer)
  server.maxConnections = MAX_CONNECTIONS
  api.attachWebSocket(server)
  await new Promise<void>((resolve, reject) => {
    const refused = (thrown: Error): void => {
      const fault = `cannot listen on ${host}:${port}: ${messageOf(thrown)}. Is another server running there? Choose another --listen.`
      reject(new EyeNetError('unavailable', fault, { cause: thrown }))
    }
    server.once('error', refused)
    server.listen(port, host, () => {
      server.off('error', refused)
      resolve()
    })
  })
  const address = server.address()
  return {
    server,
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** HTTPS; a new certificate is shown to whoever connects from then on. */
function encrypted(tls: TlsSource, options: object, answer: RequestListener): Server {
  const server = createTlsServer(
    { ...options, ...tls.current(), minVersion: 'TLSv1.2', handshakeTimeout: HEADERS_TIMEOUT_MS },
    answer,
  )
  tls.onChange((material) => server.setSecureContext({ ...material, minVersion: 'TLSv1.2' }))
  return server
}
