import { randomFillSync } from 'node:crypto'
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIPv6, SocketAddress } from 'node:net'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { SnmpCounters } from './counters.ts'
import type { Timers } from './deadlines.ts'
import { decodeHeader, decodeVarbinds, type MessageHeader, PDU, type VarbindList } from './message.ts'
import type { SnmpFailure } from './outcome.ts'

export type { Timers } from './deadlines.ts'

/** Where packets go. `address` is a canonical IP address, as `canonicalAddress` makes it. */
export type Endpoint = { readonly address: string; readonly port: number }

export type Answer = {
  readonly kind: 'answer'
  readonly errorStatus: number
  readonly errorIndex: number
  readonly varbinds: VarbindList
  /** Octets of the whole packet. */
  readonly size: number
}

export type Reply = Answer | SnmpFailure

export type Transport = {
  /** Sends one v1/v2c request and waits for its answer. `encode` gets the request id to use. */
  exchange(endpoint: Endpoint, encode: (requestId: number) => Uint8Array, timeoutMs: number): Promise<Reply>
  /** Sends a packet whose answers are matched elsewhere (SNMPv3). */
  send(endpoint: Endpoint, packet: Uint8Array, done: (failure: Error | null) => void): void
  /** Hands every SNMPv3 packet from this endpoint to `receive`; returns what ends that. */
  listen(endpoint: Endpoint, receive: (packet: Buffer) => void): () => void
  close(): void
}

type Pending = {
  readonly endpoint: Endpoint
  readonly cancelTimer: () => void
  readonly settle: (reply: Reply) => void
  /** What came instead of an answer, for the operator. */
  note: 'damaged' | 'stray' | null
}

const CLOSED = 'the SNMP engine was closed'
/** Large enough for the answers of a few hundred devices polled at one tick; the kernel may grant less. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024

export type TransportOptions = {
  counters: SnmpCounters
  timers: Timers
  maxSockets: number
  onSocketError: (error: Error) => void
  /** Opens the sockets; Node's own unless told. */
  createSocket?: typeof createSocket | undefined
}

/** UDP for SNMP: a few sockets per address family, shared by all devices, opened at first use. */
export function openTransport(options: TransportOptions): Transport {
  const { counters, timers } = options
  const pending = new Map<number, Pending>()
  const listeners = new Map<string, Set<(packet: Buffer) => void>>()
  const nextId = requestIds(pending)
  const receive = (packet: Buffer, from: RemoteInfo): void => {
    counters.bytesReceived += packet.length
    const header = decodeHeader(packet)
    if (typeof header === 'string') noteDamage(pending, from, counters)
    else if (header.version === 3) deliver(listeners.get(endpointKey(from)), packet, counters)
    else accept({ pending, counters, header, packet, from })
  }
  const sockets = openSockets({ ...options, receive })
  let isClosed = false

  const send: Transport['send'] = (endpoint, packet, done) => {
    if (isClosed) return done(new EyeNetError('unavailable', CLOSED))
    counters.requests++
    counters.bytesSent += packet.length
    sockets.pick(endpoint).send(packet, 0, packet.length, endpoint.port, endpoint.address, (failure) => {
      if (failure) counters.sendErrors++
      done(failure)
    })
  }

  return {
    send,
    exchange: (endpoint, encode, timeoutMs) =>
      new Promise((resolve) => {
        const requestId = nextId()
        const settle = (reply: Reply): void => {
          if (pending.get(requestId) !== entry) return
          pending.delete(requestId)
          entry.cancelTimer()
          resolve(reply)
        }
        const entry: Pending = {
          endpoint,
          settle,
          note: null,
          cancelTimer: timers.after(timeoutMs, () => settle(silence(entry, counters))),
        }
        pending.set(requestId, entry)
        send(endpoint, encode(requestId), (failure) => {
          if (failure) settle({ kind: 'unreachable', detail: sendFailure(failure) })
        })
      }),
    listen(endpoint, listener) {
      const key = endpointKey(endpoint)
      const set = listeners.get(key) ?? new Set()
      listeners.set(key, set.add(listener))
      return () => {
        set.delete(listener)
        if (set.size === 0) listeners.delete(key)
      }
    },
    close() {
      isClosed = true
      for (const entry of [...pending.values()]) entry.settle({ kind: 'unreachable', detail: CLOSED })
      listeners.clear()
      sockets.close()
    },
  }
}

/** The form in which the kernel reports an address, so that sources can be compared as text. Null if it is none. */
export function canonicalAddress(address: string): string | null {
  const [bare = '', zone] = address.split('%')
  try {
    const canonical = new SocketAddress({ address: bare, family: isIPv6(bare) ? 'ipv6' : 'ipv4' }).address
    return zone === undefined ? canonical : `${canonical}%${zone}`
  } catch {
    return null
  }
}

/** A clause for people about why a datagram could not be sent. */
export function sendFailure(failure: Error): string {
  const code = 'code' in failure ? String(failure.code) : ''
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH') return 'there is no route to it'
  if (code === 'EPERM' || code === 'EACCES') return 'this machine forbids it'
  return messageOf(failure)
}

function accept(arrival: {
  pending: ReadonlyMap<number, Pending>
  counters: SnmpCounters
  header: MessageHeader
  packet: Buffer
  from: RemoteInfo
}): void {
  const { pending, counters, header, packet, from } = arrival
  const entry = pending.get(header.requestId)
  if (!entry || header.pduTag !== PDU.response) {
    counters.unmatched++
    return
  }
  if (!isFrom(from, entry.endpoint)) {
    counters.wrongSource++
    entry.note = 'stray'
    return
  }
  const varbinds = decodeVarbinds(packet, header.varbindsStart, header.varbindsEnd)
  if (typeof varbinds === 'string') {
    counters.malformed++
    entry.settle({ kind: 'malformed', detail: varbinds })
    return
  }
  counters.answers++
  const { errorStatus, errorIndex } = header
  entry.settle({ kind: 'answer', errorStatus, errorIndex, varbinds, size: packet.length })
}

function noteDamage(pending: ReadonlyMap<number, Pending>, from: RemoteInfo, counters: SnmpCounters): void {
  counters.malformed++
  for (const entry of pending.values()) if (isFrom(from, entry.endpoint)) entry.note = 'damaged'
}

function deliver(set: ReadonlySet<(packet: Buffer) => void> | undefined, packet: Buffer, counters: SnmpCounters): void {
  if (!set) counters.unmatched++
  else for (const receive of [...set]) receive(packet)
}

function silence(entry: Pending, counters: SnmpCounters): SnmpFailure {
  if (entry.note === 'damaged') return { kind: 'malformed', detail: 'what it sent is no SNMP message' }
  counters.timeouts++
  if (entry.note === 'stray')
    return { kind: 'timeout', attempts: 1, detail: 'an answer came from another address and was not trusted' }
  return { kind: 'timeout', attempts: 1 }
}

function isFrom(from: RemoteInfo, endpoint: Endpoint): boolean {
  if (from.port !== endpoint.port) return false
  return (
    from.address === endpoint.address || (from.address.includes('%') && withoutZone(from.address) === endpoint.address)
  )
}

function endpointKey({ address, port }: Endpoint): string {
  return `${withoutZone(address)} ${port}`
}

function withoutZone(address: string): string {
  const zone = address.indexOf('%')
  return zone < 0 ? address : address.slice(0, zone)
}

/** Random ids in 2^30 .. 2^31 - 1: not to be guessed by someone who forges answers, and always four octets long. */
function requestIds(taken: { has(id: number): boolean }): () => number {
  const pool = new Uint32Array(256)
  let used = pool.length
  return () => {
    for (;;) {
      if (used === pool.length) {
        randomFillSync(pool)
        used = 0
      }
      const id = ((pool[used++] ?? 0) >>> 2) | 0x4000_0000
      if (!taken.has(id)) return id
    }
  }
}

type SocketOptions = TransportOptions & { receive: (packet: Buffer, from: RemoteInfo) => void }

function openSockets({ maxSockets, counters, onSocketError, receive, ...options }: SocketOptions) {
  const open = new Map<string, Socket>()
  let next = 0
  // An endpoint keeps its socket: the device sees one source port, as firewalls and its own caches expect.
  const keys = new Map<string, { key: string; type: 'udp4' | 'udp6' }>()

  const create = (key: string, type: 'udp4' | 'udp6'): Socket => {
    const socket = (options.createSocket ?? createSocket)({
      type,
      ipv6Only: type === 'udp6',
      recvBufferSize: RECEIVE_BUFFER_BYTES,
      // Addresses are resolved before; without this every send would take a turn through node:dns.
      lookup: (host, _options, done) => done(null, host, type === 'udp6' ? 6 : 4),
    })
    socket.on('message', receive)
    socket.on('error', (error) => {
      counters.socketErrors++
      open.delete(key)
      socket.close()
      onSocketError(error)
    })
    open.set(key, socket)
    return socket
  }

  return {
    pick(endpoint: Endpoint): Socket {
      let chosen = keys.get(endpoint.address)
      if (chosen === undefined) {
        const type = isIPv6(endpoint.address) ? 'udp6' : 'udp4'
        chosen = { key: `${type} ${next++ % maxSockets}`, type }
        if (keys.size >= MAX_REMEMBERED_ENDPOINTS) keys.clear()
        keys.set(endpoint.address, chosen)
      }
      return open.get(chosen.key) ?? create(chosen.key, chosen.type)
    },
    close(): void {
      for (const socket of open.values()) socket.close()
      open.clear()
    },
  }
}

/** More than one agent polls; beyond it the choice of sockets starts over. */
const MAX_REMEMBERED_ENDPOINTS = 16_384
