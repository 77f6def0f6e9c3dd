import { connect, type Socket } from 'node:net'
import { EyeNetError } from '@eyenet/shared/errors'
import type { SnmpCounters } from './counters.ts'
import { decodeHeader, decodeVarbinds, PDU } from './message.ts'
import { messageIds } from './message-ids.ts'
import { MessageCutter } from './tcp-framing.ts'
import { type Endpoint, type Reply, sendFailure, type Timers, type Transport } from './transport.ts'

export type TcpLineOptions = {
  readonly endpoint: Endpoint
  readonly counters: SnmpCounters
  readonly timers: Timers
  /** Milliseconds of a clock that never jumps. */
  readonly monotonicMs: () => number
  /** What is open now, so that closing the engine ends it. */
  readonly open: Set<() => void>
}

/** How long a device is left alone after a connection that failed; doubled each time. */
const FIRST_PAUSE_MS = 1_000
const MOST_PAUSE_MS = 60_000
const KEEP_ALIVE_MS = 60_000
/** A late answer or two is usual; a device that sends so many messages in a row that answer nothing is flooding us. */
const MAX_IDLE_MESSAGES = 16

const nextId = messageIds()

type Done = (failure: Error | null) => void
type Pending = { requestId: number; settle: (reply: Reply) => void }

/**
 * SNMP over TCP (RFC 3430): one connection to one device, made at the first question and kept. A connection that breaks
 * under a question is made anew once for it; one on which a question stayed without answer is given up at the next.
 */
export class TcpLine implements Transport {
  readonly #options: TcpLineOptions
  readonly #listeners = new Set<(packet: Buffer) => void>()
  #socket: Socket | null = null
  #pending: Pending | null = null
  /** The last packet while nothing has come back for it. */
  #unanswered: { readonly packet: Uint8Array; done: Done | null; isRepeated: boolean } | null = null
  #failures = 0
  /** Messages in a row on this connection that settled nothing. */
  #idle = 0
  #notBefore = 0
  #isClosed = false

  constructor(options: TcpLineOptions) {
    this.#options = options
  }

  exchange(endpoint: Endpoint, encode: (requestId: number) => Uint8Array, timeoutMs: number): Promise<Reply> {
    const { timers, counters } = this.#options
    return new Promise((resolve) => {
      const requestId = nextId()
      const settle = (reply: Reply): void => {
        if (this.#pending?.settle !== settle) return
        this.#pending = null
        cancelTimer()
        resolve(reply)
      }
      const cancelTimer = timers.after(timeoutMs, () => {
        counters.timeouts++
        settle({ kind: 'timeout', attempts: 1 })
      })
      this.#pending = { requestId, settle }
      this.send(endpoint, encode(requestId), (failure) => {
        if (failure) settle({ kind: 'unreachable', detail: tcpFailure(failure) })
      })
    })
  }

  send(_endpoint: Endpoint, packet: Uint8Array, done: Done): void {
    const { counters, monotonicMs } = this.#options
    counters.requests++
    counters.bytesSent += packet.length
    if (this.#unanswered !== null) this.#drop()
    const pauseMs = this.#notBefore - monotonicMs()
    if (this.#isClosed) done(new EyeNetError('unavailable', 'the SNMP engine was closed'))
    else if (this.#socket === null && pauseMs > 0) {
      counters.sendErrors++
      done(new EyeNetError('unavailable', `the last connection failed; next try in ${Math.ceil(pauseMs / 1_000)} s`))
    } else {
      this.#unanswered = { packet, done, isRepeated: false }
      this.#write(packet)
    }
  }

  listen(_endpoint: Endpoint, receive: (packet: Buffer) => void): () => void {
    this.#listeners.add(receive)
    return () => this.#listeners.delete(receive)
  }

  readonly close = (): void => {
    this.#isClosed = true
    this.#unanswered = null
    this.#dispose()
    this.#listeners.clear()
    this.#pending?.settle({ kind: 'unreachable', detail: 'the SNMP engine was closed' })
  }

  #write(packet: Uint8Array): void {
    this.#socket ??= this.#connect()
    this.#socket.write(packet)
  }

  #connect(): Socket {
    const { endpoint, open } = this.#options
    const socket = connect({ host: endpoint.address, port: endpoint.port, noDelay: true })
    const cutter = new MessageCutter()
    let cause: Error | null = null
    let isConnected = false
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    socket.on('connect', () => {
      isConnected = true
    })
    socket.on('data', (chunk) => {
      if (socket !== this.#socket) return
      this.#options.counters.bytesReceived += chunk.length
      const messages = cutter.push(chunk)
      if (messages === null) this.#garbage()
      else this.#takeAll(messages, socket)
    })
    socket.on('end', () => socket.destroy())
    socket.on('error', (error) => {
      cause = error
    })
    socket.on('close', () => this.#lost(socket, { cause, isConnected }))
    open.add(this.close)
    this.#idle = 0
    return socket
  }

  #lost(socket: Socket, { cause, isConnected }: { cause: Error | null; isConnected: boolean }): void {
    if (socket !== this.#socket) return
    this.#dispose()
    const waiting = this.#unanswered
    if (waiting === null) return
    if (isConnected && !waiting.isRepeated) {
      waiting.isRepeated = true
      this.#write(waiting.packet)
      return
    }
    this.#unanswered = null
    this.#options.counters.sendErrors++
    this.#pause()
    waiting.done?.(cause ?? new EyeNetError('unavailable', 'it closes the connection without an answer'))
  }

  /** Gives up a connection on which the last question stayed without answer. */
  #drop(): void {
    this.#unanswered = null
    if (this.#socket?.connecting) this.#pause()
    this.#dispose()
  }

  #pause(): void {
    const ms = Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures)
    this.#failures = Math.min(this.#failures + 1, 16)
    // Half of it by chance, so that many devices behind one lost link are not tried at the same moment.
    this.#notBefore = this.#options.monotonicMs() + ms * (0.5 + Math.random() / 2)
  }

  #dispose(): void {
    this.#options.open.delete(this.close)
    const socket = this.#socket
    this.#socket = null
    socket?.destroy()
  }

  #garbage(): void {
    this.#options.counters.malformed++
    this.#unanswered = null
    this.#dispose()
    this.#pending?.settle({ kind: 'malformed', detail: 'what it sent is no SNMP message' })
  }

  #takeAll(messages: readonly Buffer[], socket: Socket): void {
    for (const message of messages) {
      const { answers } = this.#options.counters
      const listening = this.#listeners.size
      this.#take(message)
      // An answer was counted; where it is one of SNMPv3, the listener that waited for it is gone.
      if (this.#options.counters.answers > answers || this.#listeners.size < listening) {
        this.#idle = 0
        this.#failures = 0
      } else if (++this.#idle >= MAX_IDLE_MESSAGES) this.#flooded()
      if (socket !== this.#socket) return
    }
  }

  #flooded(): void {
    this.#pause()
    this.#unanswered = null
    this.#dispose()
    this.#pending?.settle({ kind: 'malformed', detail: 'it sends message after message that answers nothing' })
  }

  #take(packet: Buffer): void {
    const { counters } = this.#options
    this.#unanswered = null
    const header = decodeHeader(packet)
    if (typeof header === 'string') {
      counters.malformed++
      this.#pending?.settle({ kind: 'malformed', detail: header })
    } else if (header.version === 3) {
      if (this.#listeners.size === 0) counters.unmatched++
      for (const receive of [...this.#listeners]) receive(packet)
    } else if (header.pduTag !== PDU.response || header.requestId !== this.#pending?.requestId) counters.unmatched++
    else {
      const varbinds = decodeVarbinds(packet, header.varbindsStart, header.varbindsEnd)
      if (typeof varbinds === 'string') {
        counters.malformed++
        this.#pending.settle({ kind: 'malformed', detail: varbinds })
        return
      }
      counters.answers++
      const { errorStatus, errorIndex } = header
      this.#pending.settle({ kind: 'answer', errorStatus, errorIndex, varbinds, size: packet.length })
    }
  }
}

/** A clause for people about why there is no connection. */
export function tcpFailure(failure: Error): string {
  const code = 'code' in failure ? failure.code : ''
  return code === 'ECONNREFUSED' ? 'it refuses the TCP connection' : sendFailure(failure)
}
