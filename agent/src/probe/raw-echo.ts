import { randomBytes, randomInt } from 'node:crypto'
import { createRequire } from 'node:module'
import { messageOf } from '@eyenet/shared/errors'
import { decodeIcmp, encodeEcho, type Family, TOKEN_BYTES } from './icmp-packet.ts'
import type { Echo } from './ping-outcome.ts'

/** The part of raw-socket that we use; it comes without types. */
type RawSocket = {
  send(
    packet: Buffer,
    offset: number,
    length: number,
    address: string,
    before: () => void,
    after: (failure: Error | null) => void,
  ): void
  on(event: 'message', heard: (packet: Buffer, source: string) => void): void
  on(event: 'error', heard: (failure: Error) => void): void
  close(): void
}
type RawSocketLibrary = { createSocket(options: { protocol: number; addressFamily: number }): RawSocket }

export type RawEcho = {
  echo(address: string, family: Family, timeoutMs: number): Promise<Echo>
  close(): void
}

/** A burst of 2,000 raised the measured time to 13 ms: this many a millisecond does not. */
const SENDS_PER_MS = 2
const PACE_MS = 5
/** Half of the sequence numbers, so that an answer that comes late never meets its number in use again. */
const MAX_OPEN = 32_768
/** raw-socket's numbers: address families 1 and 2, IP protocols ICMP and ICMPv6. */
const SOCKET = { 4: { protocol: 1, addressFamily: 1 }, 6: { protocol: 58, addressFamily: 2 } } as const

type Open = { token: Buffer; sentAt: number; settle: (echo: Echo) => void }

/** Opens raw sockets, IPv4 now and IPv6 at first use. A string says why that is not possible here. */
export function openRawEcho(onSocketError: (failure: Error) => void): RawEcho | string {
  const library = load()
  if (typeof library === 'string') return library
  const identifier = randomInt(0x1_0000)
  const open = new Map<number, Open>()
  const sockets = new Map<Family, RawSocket>()
  const waiting: { send: () => void; settle: (echo: Echo) => void }[] = []
  let sequence = randomInt(0x1_0000)
  let pace: NodeJS.Timeout | null = null
  let isClosed = false

  const heard = (family: Family, packet: Buffer): void => {
    const at = performance.now()
    const message = decodeIcmp(family, packet)
    if (message.kind === 'other' || message.identifier !== identifier) return
    const entry = open.get(message.sequence)
    if (!entry) return
    if (message.kind === 'unreachable') entry.settle({ kind: 'unreachable', detail: message.detail })
    else if (entry.token.equals(message.token)) entry.settle({ kind: 'reply', rttSeconds: (at - entry.sentAt) / 1000 })
  }

  const socketOf = (family: Family): RawSocket => {
    const known = sockets.get(family)
    if (known) return known
    const socket = library.createSocket(SOCKET[family])
    socket.on('message', (packet) => heard(family, packet))
    socket.on('error', (failure) => {
      sockets.delete(family)
      onSocketError(failure)
    })
    sockets.set(family, socket)
    return socket
  }

  const pump = (): void => {
    for (const next of waiting.splice(0, SENDS_PER_MS * PACE_MS)) next.send()
    pace = waiting.length > 0 ? setTimeout(pump, PACE_MS) : null
  }

  try {
    socketOf(4)
  } catch (failure) {
    return `raw sockets are refused (${messageOf(failure)})`
  }
  return {
    echo: (address, family, timeoutMs) =>
      new Promise((resolve) => {
        if (isClosed) {
          resolve({ kind: 'timeout' })
          return
        }
        if (open.size + waiting.length >= MAX_OPEN) {
          resolve({ kind: 'unreachable', detail: 'too many echo requests are open' })
          return
        }
        const send = (): void => {
          do sequence = (sequence + 1) & 0xffff
          while (open.has(sequence))
          sendEcho({ socketOf, open, identifier, sequence }, { address, family, timeoutMs, resolve })
        }
        waiting.push({ send, settle: resolve })
        pace ??= setTimeout(pump, 0)
      }),
    close() {
      isClosed = true
      if (pace) clearTimeout(pace)
      for (const next of waiting.splice(0)) next.settle({ kind: 'timeout' })
      for (const entry of [...open.values()]) entry.settle({ kind: 'timeout' })
      for (const socket of sockets.values()) socket.close()
      sockets.clear()
    },
  }
}

type Line = { socketOf: (family: Family) => RawSocket; open: Map<number, Open>; identifier: number; sequence: number }
type Request = { address: string; family: Family; timeoutMs: number; resolve: (echo: Echo) => void }

function sendEcho({ socketOf, open, identifier, sequence }: Line, request: Request): void {
  const { address, family, timeoutMs, resolve } = request
  const token = randomBytes(TOKEN_BYTES)
  const settle = (echo: Echo): void => {
    if (!open.delete(sequence)) return
    clearTimeout(timer)
    resolve(echo)
  }
  const timer = setTimeout(() => settle({ kind: 'timeout' }), timeoutMs)
  const entry: Open = { token, settle, sentAt: performance.now() }
  open.set(sequence, entry)
  const fail = (failure: unknown): void => settle({ kind: 'unreachable', detail: sendDetail(messageOf(failure)) })
  try {
    const packet = encodeEcho(family, { identifier, sequence }, token)
    const before = (): void => {
      entry.sentAt = performance.now()
    }
    socketOf(family).send(packet, 0, packet.length, address, before, (failure) => {
      if (failure) fail(failure)
    })
  } catch (failure) {
    fail(failure)
  }
}

function sendDetail(message: string): string {
  if (/unreachable|no route/i.test(message)) return 'there is no route to it'
  if (/not permitted|denied/i.test(message)) return 'this machine forbids it'
  return message
}

function load(): RawSocketLibrary | string {
  try {
    // An optional dependency with a native part: it may not have been built here.
    return createRequire(import.meta.url)('raw-socket') as RawSocketLibrary
  } catch {
    return 'the raw-socket package is not built'
  }
}
