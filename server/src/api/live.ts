import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { EpochMs } from '@eyenet/shared/identity'
import type { Logger } from 'pino'
import { WebSocketServer } from 'ws'
import { type Auth, senderKey } from '../auth/auth.ts'
import { hostAllowed, originAllowed, type Place, senderOf } from './guards.ts'
import { type ConnectionLimits, LiveConnection } from './live-connection.ts'
import { createLiveRing } from './live-ring.ts'
import { type LiveSources, listenToSources } from './live-sources.ts'
import { countStrangers } from './live-strangers.ts'

export type LiveLimits = ConnectionLimits & {
  readonly connections: number
  /** Of one sender, before they have said who they are: nobody unknown may take all places. */
  readonly strangersPerSender: number
  readonly samplesEveryMs: number
}
export type LiveDeps = LiveSources &
  Place & { readonly auth: Auth; readonly clock: { now(): EpochMs }; readonly logger: Logger }
export type LiveStats = { readonly connections: number; readonly refused: number; readonly slow: number }

const PATH = '/api/v1/live'
/** A hello is at most a token of 4 KiB and some words. */
const MAX_PAYLOAD_BYTES = 8 * 1024
const LIMITS: LiveLimits = {
  helloMs: 10_000,
  pingMs: 30_000,
  bufferBytes: 1024 * 1024,
  /** With a full buffer each: 500 MB in the worst case. */
  connections: 500,
  strangersPerSender: 50,
  samplesEveryMs: 1_000,
}

/** The live feed: every change of agents, devices, alerts and samples, numbered, to every client that may see them. */
export function createLive(deps: LiveDeps, given: Partial<LiveLimits> = {}) {
  const limits = { ...LIMITS, ...given }
  const ring = createLiveRing(randomUUID())
  const connections = new Set<LiveConnection>()
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD_BYTES, perMessageDeflate: false })
  const strangers = countStrangers(limits.strangersPerSender)
  let refused = 0
  let slow = 0
  const stopListening = listenToSources(
    deps,
    (change) => {
      const one = ring.add(change, deps.clock.now())
      for (const connection of connections) connection.tell(one)
    },
    limits.samplesEveryMs,
  )

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until ws takes over nobody else listens, and an unheard 'error' would end the process.
    const ignore = (): void => {}
    socket.on('error', ignore)
    const status = refusal(request, deps) ?? (connections.size >= limits.connections ? 503 : undefined)
    const known = status === undefined ? strangers.enter(senderOfUpgrade(request, deps)) : undefined
    if (known === undefined) {
      refused += 1
      const line = `${status ?? 429} ${STATUS_CODES[status ?? 429]}`
      socket.end(`HTTP/1.1 ${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    // Also where the handshake fails and no connection comes of it.
    socket.once('close', known)
    sockets.handleUpgrade(request, socket, head, (opened) => {
      socket.off('error', ignore)
      const connection: LiveConnection = new LiveConnection(opened, {
        ...deps,
        ring,
        limits,
        onSlow: () => {
          slow += 1
        },
        onWelcome: known,
        onClose: () => connections.delete(connection),
      })
      connections.add(connection)
    })
  }

  return {
    attach: (server: Server): void => {
      server.on('upgrade', upgrade)
    },
    stats: (): LiveStats => ({ connections: connections.size, refused, slow }),
    close(): void {
      stopListening()
      for (const connection of connections) connection.end()
      sockets.close()
    },
  }
}

function senderOfUpgrade({ socket, headers }: IncomingMessage, place: Place): string {
  const forwarded = headers['x-forwarded-for']
  return senderKey(senderOf(socket.remoteAddress ?? '', Array.isArray(forwarded) ? forwarded.at(-1) : forwarded, place))
}

/** The status with which an upgrade is refused; undefined when it is welcome. */
function refusal(request: IncomingMessage, place: Place): number | undefined {
  const { host, origin } = request.headers
  if (!hostAllowed(host, place)) return 421
  const headers = new Map([
    ['host', host],
    ['origin', origin],
    ['sec-fetch-site', undefined],
  ])
  if (!originAllowed({ get: (name) => headers.get(name) ?? null }, place)) return 403
  return request.url?.split('?')[0] === PATH ? undefined : 404
}
