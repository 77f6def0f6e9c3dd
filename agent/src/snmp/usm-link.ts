import type { SnmpCounters } from './counters.ts'
import type { UserCredential } from './credential.ts'
import type { Link } from './link.ts'
import type { SnmpRequest } from './message.ts'
import { messageIds } from './message-ids.ts'
import type { SnmpFailure } from './outcome.ts'
import { type Endpoint, type Reply, sendFailure, type Timers, type Transport } from './transport.ts'
import { type Heard, hearV3, type Refused, type Report } from './usm-answer.ts'
import { type UsmEngine, usmEngine } from './usm-engine.ts'
import { encodeDiscovery, FLAG, type V3Header } from './usm-message.ts'
import { learntTime, timeOf } from './usm-time.ts'

/** Discovery, time synchronisation, the question, one repetition of each; more is a device that goes in circles. */
const MAX_PACKETS_PER_QUESTION = 6

export type UsmOptions = {
  readonly transport: Pick<Transport, 'send' | 'listen'>
  readonly endpoint: Endpoint
  readonly credential: UserCredential
  readonly counters: SnmpCounters
  readonly timers: Timers
  /** Milliseconds of a clock that never jumps. */
  readonly monotonicMs: () => number
  /** What is open now, so that closing the engine ends it. */
  readonly open: Set<() => void>
}

/** v3 (RFC 3412, RFC 3414): the engine is discovered at the first question; all contexts of a device share it. */
export function usmLink(options: UsmOptions): Link {
  const lack = lackOf(options.credential)
  const session = new Session(options)
  return {
    hasBulk: true,
    ask: (request, timeoutMs) =>
      lack ? Promise.resolve({ kind: 'wrong-credential', detail: lack }) : session.ask(request, timeoutMs),
    close: session.close,
  }
}

type Silence = { readonly kind: 'silence'; readonly note: Exclude<Refused, 'unmatched'> | null }
type Unsent = Extract<SnmpFailure, { kind: 'unreachable' }>
type Ended = Exclude<Heard, { kind: 'refused' }> | Silence | Unsent

const nextId = messageIds()
const NO_CONTEXT = new Uint8Array()

class Session {
  readonly #options: UsmOptions
  readonly #user: Buffer
  readonly #context: Uint8Array
  readonly #level: number
  #engine: UsmEngine | null = null
  /** False where the engine may be another one by now, or its clock: then it is asked who it is. */
  #isCurrent = false
  #end: ((ended: Ended) => void) | null = null

  constructor(options: UsmOptions) {
    const { user, context, level } = options.credential
    this.#options = options
    this.#user = Buffer.from(user)
    this.#context = context ? Buffer.from(context) : NO_CONTEXT
    this.#level = level === 'noAuthNoPriv' ? 0 : level === 'authNoPriv' ? FLAG.auth : FLAG.auth | FLAG.priv
  }

  async ask(request: SnmpRequest, timeoutMs: number): Promise<Reply> {
    let hasDiscovered = false
    let hasStale = false
    for (let packets = 0; packets < MAX_PACKETS_PER_QUESTION; packets++) {
      const engine = this.#isCurrent ? this.#engine : null
      const ended = await this.#exchange(engine, request, timeoutMs)
      if (ended.kind === 'answer') {
        if (engine && this.#level !== 0)
          engine.time = learntTime(engine.time, ended.header, this.#options.monotonicMs())
        this.#options.counters.answers++
        return ended.answer
      }
      if (ended.kind === 'stale' && !hasStale) {
        hasStale = true
        this.#isCurrent = false
        continue
      }
      if (ended.kind !== 'report') return this.#failed(this.#failureOf(ended, hasDiscovered))
      const refusal = this.#heed(ended.report, ended.header, engine)
      if (refusal !== null) return this.#failed(refusal)
      hasDiscovered ||= engine === null
    }
    return this.#failed({ kind: 'malformed', detail: 'it asks to synchronise again and again' })
  }

  readonly close = (): void => {
    this.#end?.({ kind: 'unreachable', detail: 'the SNMP engine was closed' })
    this.#engine = null
    this.#isCurrent = false
  }

  /** Sends one packet and waits for what answers it. */
  #exchange(engine: UsmEngine | null, request: SnmpRequest, timeoutMs: number): Promise<Ended> {
    const { transport, endpoint, timers, open, counters, monotonicMs } = this.#options
    return new Promise((resolve) => {
      const msgId = nextId()
      const requestId = nextId()
      const sent = monotonicMs()
      let note: Silence['note'] = null
      const end = (ended: Ended): void => {
        if (this.#end !== end) return
        this.#end = null
        open.delete(this.close)
        cancelTimer()
        stop()
        resolve(ended)
      }
      this.#end = end
      open.add(this.close)
      const cancelTimer = timers.after(timeoutMs, () => end({ kind: 'silence', note }))
      const stop = transport.listen(endpoint, (packet) => {
        const heard = hearV3(packet, {
          msgId,
          requestId,
          engine,
          user: this.#user,
          level: this.#level,
          now: monotonicMs(),
        })
        if (heard.kind !== 'refused') end(heard)
        else if (heard.why === 'unmatched') counters.unmatched++
        else {
          counters.malformed++
          note = heard.why
        }
      })
      const packet = engine ? this.#encode(engine, request, { msgId, requestId, sent }) : encodeDiscovery(msgId)
      transport.send(endpoint, packet, (failure) => {
        if (failure) end({ kind: 'unreachable', detail: sendFailure(failure) })
      })
    })
  }

  #encode(
    engine: UsmEngine,
    request: SnmpRequest,
    { msgId, requestId, sent }: { msgId: number; requestId: number; sent: number },
  ): Buffer {
    const isTimed = this.#level !== 0
    return engine.encoder.encode(request, {
      msgId,
      requestId,
      boots: isTimed ? engine.time.boots : 0,
      time: isTimed ? timeOf(engine.time, sent) : 0,
      salt: engine.privacy ? engine.nextSalt() : NO_CONTEXT,
      context: request.context === undefined ? this.#context : Buffer.from(request.context),
    })
  }

  /** Learns from a report, so that the question can be put again; or says why it cannot be. */
  #heed(report: Report, header: V3Header, asked: UsmEngine | null): SnmpFailure | null {
    const detail = REFUSALS[report]
    if (asked === null || report === 'unknown-engine') {
      if (header.engineId.length === 0) return { kind: 'malformed', detail: 'it does not say which engine it is' }
      const time = { boots: header.boots, time: header.time, toldAt: this.#options.monotonicMs() }
      if (this.#engine?.id.equals(header.engineId)) this.#engine.time = time
      else this.#engine = usmEngine(Buffer.from(header.engineId), this.#options.credential, time)
      this.#isCurrent = true
      return null
    }
    if (detail !== undefined) return { kind: 'wrong-credential', detail }
    if (report !== 'not-in-time-window') return { kind: 'malformed', detail: 'it refuses the question' }
    // Signed, and to a question of this moment: its clock may go back too, as that of a device that counts no restarts.
    asked.time = { boots: header.boots, time: header.time, toldAt: this.#options.monotonicMs() }
    return null
  }

  #failed(failure: SnmpFailure): SnmpFailure {
    const { counters } = this.#options
    // The device may be another one when it is back.
    this.#isCurrent = false
    if (failure.kind === 'timeout') counters.timeouts++
    if (failure.kind === 'wrong-credential') counters.wrongCredential++
    return failure
  }

  #failureOf(ended: Exclude<Ended, { kind: 'answer' | 'report' }>, hasDiscovered: boolean): SnmpFailure {
    if (ended.kind === 'unreachable' || ended.kind === 'malformed') return ended
    if (ended.kind === 'stale') return { kind: 'malformed', detail: 'its answer is an old one' }
    if (ended.kind === 'undecipherable') return { kind: 'wrong-credential', detail: REFUSALS['decryption-error'] ?? '' }
    if (ended.note !== null) return { kind: 'malformed', detail: NOTES[ended.note] }
    if (!hasDiscovered) return { kind: 'timeout', attempts: 1 }
    const detail = 'it answered the discovery but not the question'
    // Many agents drop what they cannot decrypt without a report.
    return this.#level & FLAG.priv
      ? { kind: 'wrong-credential', detail: `${detail}: the privacy protocol or key is probably wrong` }
      : { kind: 'timeout', attempts: 1, detail }
  }
}

const REFUSALS: Readonly<Partial<Record<Report, string>>> = {
  'unsupported-level': 'this user may not use this security level',
  'unknown-user': 'the device does not know this user',
  'wrong-digest': 'the authentication protocol or key is wrong',
  'decryption-error': 'the privacy protocol or key is wrong',
  'unknown-context': 'the device has no such context',
}

const NOTES: Readonly<Record<Exclude<Refused, 'unmatched'>, string>> = {
  damaged: 'what it sent is no SNMPv3 message',
  downgraded: 'it is not authenticated',
  forged: 'its signature is wrong',
  foreign: 'it is of another engine or user',
}

function lackOf({ level, authProtocol, authKey, privProtocol, privKey }: UserCredential): string | null {
  if (level !== 'noAuthNoPriv' && (!authProtocol || !authKey))
    return 'this level needs an authentication protocol and key'
  if (level === 'authPriv' && (!privProtocol || !privKey)) return 'this level needs a privacy protocol and key'
  return null
}
