import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import type { SnmpCounters } from './counters.ts'
import type { UserCredential } from './credential.ts'
import { type DesPrivacy, desPrivacy } from './des-privacy.ts'
import type { Link } from './link.ts'
import { decodeVarbinds, encodeVarbinds, type RawVarbind, type SnmpRequest, TAG } from './message.ts'
import { formatOid, parseOid } from './oid.ts'
import type { SnmpFailure } from './outcome.ts'
import { type Endpoint, type Reply, sendFailure, type Transport } from './transport.ts'

/** Discovery, time synchronisation, the question, one repetition of each; more is a device that goes in circles. */
const MAX_PACKETS_PER_QUESTION = 6

type Pdu = {
  errorStatus: number
  errorIndex: number
  varbinds: readonly { oid: string; type: number; value: unknown }[]
}
type Request = { responseCb: Done; originalPdu?: unknown }
type Done = (failure: (Error & { code?: unknown }) | null, pdu?: Pdu) => void

/** The part of a net-snmp session that we use; it comes without types. */
type Session = {
  timeout: number
  get(oids: string[], done: Done): void
  getNext(oids: string[], done: Done): void
  getBulk(oids: string[], nonRepeaters: number, maxRepetitions: number, done: Done): void
  close(): void
  cancelRequests(reason: Error): void
  on(event: 'error', heard: (error: unknown) => void): void
  onSimpleGetResponse: (request: Request, message: { pdu: Pdu; msgGlobalData: { msgFlags: number } }) => void
  userSecurityModelError: (request: Request, oid: string) => void
}

type NetSnmp = {
  createV3Session(address: string, user: object, options: object): Session
  SecurityLevel: Record<string, number>
  AuthProtocols: Record<string, number>
  PrivProtocols: Record<string, number>
  ResponseInvalidCode: Record<string, number>
  Encryption: { algorithms: Record<number, Partial<DesPrivacy>> }
  Authentication: {
    passwordToKey(authProtocol: number, key: string, engineID: Uint8Array): Buffer
    authToKeyCache: Record<string, unknown>
  }
}

const PRIV_NAME = { des: 'des', aes: 'aes', aes256: 'aes256b', 'aes256-cisco': 'aes256r' } as const

/** net-snmp remembers the keys of every engine id that it ever saw; a device that keeps changing it must not fill memory. */
const MAX_REMEMBERED_KEYS = 4_096

let loaded: NetSnmp | undefined
/** Loaded with the first v3 device: it costs memory that an agent without one keeps. */
function netSnmp(): NetSnmp {
  loaded ??= load()
  return loaded
}

function load(): NetSnmp {
  const library = createRequire(import.meta.url)('net-snmp') as NetSnmp
  const des = library.PrivProtocols.des ?? 0
  const { passwordToKey } = library.Authentication
  library.Encryption.algorithms[des] = { ...library.Encryption.algorithms[des], ...desPrivacy(passwordToKey) }
  return library
}

function forgetOldKeys({ authToKeyCache }: NetSnmp['Authentication']): void {
  const remembered = Object.keys(authToKeyCache)
  if (remembered.length > MAX_REMEMBERED_KEYS) for (const key of remembered) delete authToKeyCache[key]
}

/** What usmStats report (RFC 3414, 5) by its number. */
const REPORTS: Readonly<Record<string, string>> = {
  '1': 'this user may not use this security level',
  '3': 'the device does not know this user',
  '5': 'the authentication protocol or key is wrong',
  '6': 'the privacy protocol or key is wrong',
}

class Refusal extends Error {
  readonly failure: SnmpFailure
  constructor(failure: SnmpFailure) {
    super(failure.kind)
    this.failure = failure
  }
}

type UsmOptions = { transport: Transport; endpoint: Endpoint; credential: UserCredential; counters: SnmpCounters }

/** v3 (RFC 3414) through net-snmp, over our sockets: answers from other sources never reach it. */
export function usmLink(options: UsmOptions): Link {
  const { credential, counters } = options
  const lack = lackOf(credential)
  let line: Line | null = null
  // A session that failed is thrown away: the next question discovers the device anew, which heals after its restart.
  const drop = (): void => {
    line?.close()
    line = null
  }
  return {
    hasBulk: true,
    async ask(request, timeoutMs) {
      if (lack) return { kind: 'wrong-credential', detail: lack }
      line ??= new Line(options)
      const reply = await line.ask(request, timeoutMs)
      if (reply.kind !== 'answer') drop()
      if (reply.kind === 'answer') counters.answers++
      if (reply.kind === 'timeout') counters.timeouts++
      if (reply.kind === 'wrong-credential') counters.wrongCredential++
      return reply
    },
    close: drop,
  }
}

/** One net-snmp session whose socket is a stand-in that uses the shared transport. */
class Line {
  readonly #session: Session
  readonly #counters: SnmpCounters
  readonly #level: number
  #packetsSent = 0
  #packetsHeard = 0
  #damaged = false
  #settle: (reply: Reply) => void = () => undefined

  constructor({ transport, endpoint, credential, counters }: UsmOptions) {
    const { createV3Session, SecurityLevel, Authentication } = netSnmp()
    forgetOldKeys(Authentication)
    this.#counters = counters
    this.#level = SecurityLevel[credential.level] ?? 1
    const dgramModule = { createSocket: () => this.#standIn(transport, endpoint) }
    this.#session = createV3Session(endpoint.address, netSnmpUser(credential), {
      port: endpoint.port,
      retries: 0,
      context: credential.context ?? '',
      dgramModule,
    })
    this.#session.on('error', () => this.#noteDamage())
    this.#session.onSimpleGetResponse = (request, message) => {
      // net-snmp takes an answer without authentication for a user who has some: RFC 3414, 3.2 forbids that.
      const isAuthentic = this.#level === 1 || (message.msgGlobalData.msgFlags & 1) === 1
      if (isAuthentic) request.responseCb(null, message.pdu)
      else request.responseCb(new Refusal({ kind: 'malformed', detail: 'it is not authenticated' }))
    }
    this.#session.userSecurityModelError = (request, oid) => request.responseCb(new Refusal(reported(oid)))
  }

  ask(request: SnmpRequest, timeoutMs: number): Promise<Reply> {
    return new Promise((resolve) => {
      this.#packetsSent = 0
      this.#packetsHeard = 0
      this.#damaged = false
      this.#settle = resolve
      this.#session.timeout = timeoutMs
      try {
        this.#put(request, (failure, pdu) => resolve(failure ? this.#failure(failure) : asAnswer(pdu)))
      } catch (thrown) {
        resolve({
          kind: 'wrong-credential',
          detail: `net-snmp cannot use it (${thrown instanceof Error ? thrown.name : 'error'})`,
        })
      }
    })
  }

  close(): void {
    const reason: SnmpFailure = { kind: 'unreachable', detail: 'the SNMP engine was closed' }
    this.#settle(reason)
    this.#session.cancelRequests(new Refusal(reason))
    this.#session.close()
  }

  #put({ pdu, oids, repetitions }: SnmpRequest, done: Done): void {
    const names = oids.map((oid) => formatOid(oid))
    if (pdu === 'get') this.#session.get(names, done)
    else if (pdu === 'getNext') this.#session.getNext(names, done)
    else this.#session.getBulk(names, 0, repetitions, done)
  }

  #standIn(transport: Transport, endpoint: Endpoint): EventEmitter {
    const socket = new EventEmitter()
    const stop = transport.listen(endpoint, (packet) => {
      this.#packetsHeard++
      try {
        socket.emit('message', packet, { ...endpoint, size: packet.length })
      } catch {
        this.#noteDamage()
        this.#settle({ kind: 'malformed', detail: 'its SNMPv3 message makes no sense' })
      }
    })
    const send = (packet: Uint8Array, ...rest: unknown[]): void => {
      const done = rest.at(-1)
      const heard = (failure: Error | null): void => {
        if (typeof done === 'function')
          done(failure && new Refusal({ kind: 'unreachable', detail: sendFailure(failure) }))
      }
      if (++this.#packetsSent > MAX_PACKETS_PER_QUESTION) {
        this.#settle({ kind: 'malformed', detail: 'it asks to synchronise again and again' })
      } else transport.send(endpoint, packet, heard)
    }
    return Object.assign(socket, { send, close: stop, ref: () => undefined, unref: () => undefined })
  }

  #noteDamage(): void {
    this.#damaged = true
    this.#counters.malformed++
  }

  #failure(failure: Error & { code?: unknown }): SnmpFailure {
    if (failure instanceof Refusal) return failure.failure
    const code = netSnmp().ResponseInvalidCode
    if (failure.name === 'RequestTimedOutError') return this.#silence()
    if (failure.code === code.EAuthFailure) return { kind: 'wrong-credential', detail: REPORTS['5'] ?? '' }
    if (failure.code === code.ECouldNotDecrypt) return { kind: 'wrong-credential', detail: REPORTS['6'] ?? '' }
    return { kind: 'malformed', detail: 'its SNMPv3 message makes no sense' }
  }

  #silence(): SnmpFailure {
    if (this.#damaged) return { kind: 'malformed', detail: 'what it sent is no SNMPv3 message' }
    // Many agents drop what they cannot decrypt without a report.
    if (this.#packetsHeard > 0 && this.#level === 3) {
      return {
        kind: 'wrong-credential',
        detail: 'it answered the discovery but not the question: the privacy protocol or key is probably wrong',
      }
    }
    if (this.#packetsHeard > 0)
      return { kind: 'timeout', attempts: 1, detail: 'it answered the discovery but not the question' }
    return { kind: 'timeout', attempts: 1 }
  }
}

function lackOf({ level, authProtocol, authKey, privProtocol, privKey }: UserCredential): string | null {
  if (level !== 'noAuthNoPriv' && (!authProtocol || !authKey))
    return 'this level needs an authentication protocol and key'
  if (level === 'authPriv' && (!privProtocol || !privKey)) return 'this level needs a privacy protocol and key'
  return null
}

function netSnmpUser({ user, level, authProtocol, authKey, privProtocol, privKey }: UserCredential): object {
  const { SecurityLevel, AuthProtocols, PrivProtocols } = netSnmp()
  return {
    name: user,
    level: SecurityLevel[level],
    ...(level !== 'noAuthNoPriv' && authProtocol && { authProtocol: AuthProtocols[authProtocol], authKey }),
    ...(level === 'authPriv' && privProtocol && { privProtocol: PrivProtocols[PRIV_NAME[privProtocol]], privKey }),
  }
}

function reported(oid: string): SnmpFailure {
  const number = /^1\.3\.6\.1\.6\.3\.15\.1\.1\.(\d+)/.exec(oid)?.[1] ?? ''
  const detail = REPORTS[number]
  return detail
    ? { kind: 'wrong-credential', detail }
    : { kind: 'malformed', detail: 'it refuses to synchronise its clock' }
}

/** Back into the form in which v1 and v2c answers come, so that one reader serves all versions. */
function asAnswer(pdu: Pdu | undefined): Reply {
  try {
    const packet = encodeVarbinds((pdu?.varbinds ?? []).map(rawVarbind))
    const varbinds = decodeVarbinds(packet, 0, packet.length)
    if (!pdu || typeof varbinds === 'string') return { kind: 'malformed', detail: String(varbinds) }
    const { errorStatus, errorIndex } = pdu
    return { kind: 'answer', errorStatus, errorIndex, varbinds, size: packet.length }
  } catch {
    return { kind: 'malformed', detail: 'damaged values' }
  }
}

function rawVarbind({ oid, type, value }: { oid: string; type: number; value: unknown }): RawVarbind {
  return { name: parseOid(oid), tag: type, content: contentOf(type, value) }
}

function contentOf(type: number, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (type === TAG.oid && typeof value === 'string') return parseOid(value)
  if (type === TAG.address && typeof value === 'string') return Uint8Array.from(value.split('.').map(Number))
  if (typeof value !== 'number') return new Uint8Array()
  const word = Buffer.alloc(4)
  word.writeInt32BE(value | 0)
  return word
}
