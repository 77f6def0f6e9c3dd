import type { SnmpCounters } from './counters.ts'
import type { Timers } from './deadlines.ts'
import type { Link } from './link.ts'
import type { SnmpRequest, VarbindList } from './message.ts'
import type { EncodedOid } from './oid.ts'
import { ERROR_STATUS, type SnmpErrorStatus, type SnmpFailure } from './outcome.ts'
import { PacketBudget } from './packet-budget.ts'
import { afterSign, afterSilence, firstPatience, triesOf, waitMsOf } from './patience.ts'
import { afterLoss, grow, type Learnt, learntOf, type Sizing, shrink, sizingOf, trialVarbinds } from './sizing.ts'
import type { Answer, Reply } from './transport.ts'

export type Exchange = { readonly kind: 'answer'; readonly request: SnmpRequest; readonly answer: Answer } | SnmpFailure

/** One device's questions and answers, one at a time, with retries, a fitting size and no more packets than it bears. */
export type Conversation = {
  /** False for v1, and for a device that was seen to ignore GETBULK. */
  readonly hasBulk: boolean
  readonly maxRepetitions: number
  readonly counters: SnmpCounters
  /** What its answers have taught so far. */
  readonly learnt: Learnt
  /** Milliseconds of a clock that never jumps. */
  nowMs(): number
  /** Asks what `plan` makes of the number of varbinds that an answer may hold. v1's "no such name" is an answer. */
  ask(plan: (varbinds: number) => SnmpRequest): Promise<Exchange>
  /** GETs every name, in chunks. `take` hears of each: its place in `names`, and where its value is, if anywhere. */
  getAll(names: readonly EncodedOid[], take: TakeValue): Promise<SnmpFailure | null>
  /** Ends the open question and every later one as `unreachable`. */
  close(): void
}

export type TakeValue = (list: VarbindList | null, at: number, place: number) => void

export type ConversationOptions = {
  link: Link
  counters: SnmpCounters
  timers: Timers
  /** A number in 0 .. 1, a new one each time. */
  random: () => number
  timeoutMs: number
  retries: number
  maxRepetitions: number
  maxRequestsPerSecond?: number | undefined
  learnt?: Learnt | undefined
}

/** Questions that may wait for one device; more means that it is asked faster than it answers. */
const MAX_WAITING = 64
/** A device that ignored GETBULK may have got new software: it is tried again after so many answers. */
const TRY_BULK_AGAIN_AFTER = 5_000

const TOO_BIG = 1
const NO_SUCH_NAME = 2
const GEN_ERR = 5
const RESOURCE_UNAVAILABLE = 13

const CLOSED: SnmpFailure = { kind: 'unreachable', detail: 'it is closed: nothing asks it any more' }

export function openConversation(options: ConversationOptions): Conversation {
  const asker = new Asker(options)
  const ask: Conversation['ask'] = (plan) => asker.ask(plan)
  return {
    get hasBulk() {
      return asker.hasBulk
    },
    get learnt() {
      return asker.learnt
    },
    maxRepetitions: options.maxRepetitions,
    counters: options.counters,
    nowMs: () => options.timers.nowMs(),
    ask,
    getAll: (names, take) => getAll(ask, names, take),
    close: () => asker.close(),
  }
}

class Asker {
  readonly #options: ConversationOptions
  readonly #inTurn: (task: () => Promise<Reply>) => Promise<Reply>
  readonly #budget: PacketBudget
  #sizing: Sizing
  #patience = firstPatience
  /** Some agents drop GETBULK without a word: told from silence by their answers to other questions. */
  #bulk: Learnt['bulk']
  #answersWithoutBulk = 0
  #isClosed = false
  /** Ends the open question. */
  #end: (reply: Reply) => void = () => undefined

  constructor(options: ConversationOptions) {
    this.#options = options
    this.#inTurn = turnstile(options.counters)
    this.#budget = new PacketBudget(options.maxRequestsPerSecond)
    this.#sizing = sizingOf(options.learnt)
    this.#bulk = options.learnt?.bulk ?? 'untried'
  }

  get hasBulk(): boolean {
    return this.#options.link.hasBulk && this.#bulk !== 'ignored'
  }

  get learnt(): Learnt {
    return learntOf(this.#sizing, this.#bulk)
  }

  close(): void {
    this.#isClosed = true
    this.#end(CLOSED)
  }

  async ask(plan: (varbinds: number) => SnmpRequest): Promise<Exchange> {
    const { counters } = this.#options
    let firstAsked = 0
    for (let attempt = 0; ; ) {
      const request = plan(trialVarbinds(this.#sizing, attempt))
      const asked = request.oids.length * request.repetitions
      if (attempt === 0) firstAsked = asked
      const reply = await this.#put(request, attempt)
      const verdict = judge(reply, request)
      if (verdict === 'take' && reply.kind === 'answer') {
        if (attempt > 0) this.#sizing = afterLoss(this.#sizing, { lost: firstAsked, asked })
        this.#noteAnswer(request, reply)
        return { kind: 'answer', request, answer: reply }
      }
      if (verdict === 'smaller') {
        counters.tooBig++
        this.#sizing = shrink(asked)
        continue
      }
      if (verdict !== 'again' || attempt >= this.#tries(request)) {
        if (reply.kind !== 'timeout') return asFailure(reply, attempt + 1)
        const instead = await this.#withoutBulk(request, plan)
        if (instead?.kind === 'answer') return instead
        this.#patience = afterSilence(this.#patience)
        return instead ?? asFailure(reply, attempt + 1)
      }
      attempt++
      counters.retries++
    }
  }

  #put(request: SnmpRequest, attempt: number): Promise<Reply> {
    return this.#inTurn(
      () =>
        new Promise((resolve, reject) => {
          this.#end = resolve
          this.#send(request, attempt).then(resolve, reject)
        }),
    )
  }

  async #send(request: SnmpRequest, attempt: number): Promise<Reply> {
    const { link, timers, random } = this.#options
    if (this.#isClosed) return CLOSED
    const pauseMs = this.#budget.take(timers.nowMs())
    if (pauseMs > 0) await new Promise<void>((resolve) => timers.after(pauseMs, resolve))
    return this.#isClosed ? CLOSED : link.ask(request, waitMsOf(attempt, this.#options, random()))
  }

  /** Further tries of a question; whether a device knows GETBULK is asked with fewer. */
  #tries({ pdu }: SnmpRequest): number {
    const { retries } = this.#options
    const tries = triesOf(this.#patience, retries)
    return pdu === 'getBulk' && this.#bulk === 'untried' ? Math.min(tries, retries) : tries
  }

  #noteAnswer(request: SnmpRequest, answer: Answer): void {
    this.#patience = afterSign
    const { count } = answer.varbinds
    const asked = request.oids.length * request.repetitions
    const isFull = answer.errorStatus === 0 && count >= asked && asked * 2 > this.#sizing.varbinds
    if (isFull) this.#sizing = grow(this.#sizing, { varbinds: count, bytes: answer.size })
    if (request.pdu === 'getBulk') this.#bulk = 'works'
    else if (this.#bulk === 'ignored' && ++this.#answersWithoutBulk >= TRY_BULK_AGAIN_AFTER) {
      this.#answersWithoutBulk = 0
      this.#bulk = 'untried'
    }
  }

  /** Puts a GETBULK that met silence in another way. Null where that is no use. */
  async #withoutBulk({ pdu }: SnmpRequest, plan: (varbinds: number) => SnmpRequest): Promise<Exchange | null> {
    if (pdu !== 'getBulk' || this.#bulk !== 'untried' || !this.#patience.hasAnswered) return null
    this.#bulk = 'ignored'
    const exchange = await this.ask(plan)
    if (exchange.kind !== 'answer') this.#bulk = 'untried'
    return exchange
  }
}

export async function getAll(
  ask: Conversation['ask'],
  names: readonly EncodedOid[],
  take: TakeValue,
): Promise<SnmpFailure | null> {
  let places = names.map((_, place) => place)
  while (places.length > 0) {
    const left = places
    const exchange = await ask((varbinds) => ({
      pdu: 'get',
      oids: left.slice(0, varbinds).map((place) => names[place] ?? new Uint8Array()),
      repetitions: 1,
    }))
    if (exchange.kind !== 'answer') return exchange
    const { request, answer } = exchange
    if (answer.errorStatus !== 0) {
      // v1 refuses the whole question for one unknown name: leave that one out and ask again.
      const [unknown] = places.splice(Math.max(0, answer.errorIndex - 1), 1)
      if (unknown !== undefined) take(null, 0, unknown)
      continue
    }
    const list = answer.varbinds
    if (!answersTo(list, request.oids))
      return { kind: 'malformed', detail: 'it answers another question than was asked' }
    for (let at = 0; at < list.count; at++) take(list, at, places[at] ?? 0)
    places = places.slice(request.oids.length)
    list.release()
  }
  return null
}

/** Whether a reply is one to take, one to ask for again (in a smaller size), or one to give up on. */
function judge(reply: Reply, request: SnmpRequest): 'take' | 'again' | 'smaller' | 'fail' {
  if (reply.kind === 'timeout' || reply.kind === 'malformed') return 'again'
  if (reply.kind !== 'answer') return 'fail'
  const { errorStatus, errorIndex } = reply
  if (errorStatus === 0) return 'take'
  if (errorStatus === TOO_BIG) return request.oids.length * request.repetitions > 1 ? 'smaller' : 'fail'
  // Some agents say genErr or resourceUnavailable where they mean tooBig.
  const isBulk = request.pdu === 'getBulk' && request.repetitions > 1
  if (isBulk && (errorStatus === GEN_ERR || errorStatus === RESOURCE_UNAVAILABLE)) return 'smaller'
  const first = request.oids.length === 1 ? 0 : 1
  return errorStatus === NO_SUCH_NAME && errorIndex >= first && errorIndex <= request.oids.length ? 'take' : 'fail'
}

function asFailure(reply: Reply, attempts: number): SnmpFailure {
  if (reply.kind === 'timeout') return { ...reply, attempts }
  if (reply.kind !== 'answer') return reply
  const status: SnmpErrorStatus = ERROR_STATUS[reply.errorStatus] ?? 'unknown'
  const about = reply.errorIndex > 0 ? `about value ${reply.errorIndex} of the question` : 'about the whole question'
  return { kind: 'error', status, detail: about }
}

function answersTo(list: VarbindList, names: readonly EncodedOid[]): boolean {
  if (list.count !== names.length) return false
  return names.every((name, at) => {
    const start = list.nameStart(at)
    if (list.nameEnd(at) - start !== name.length) return false
    for (let octet = name.length - 1; octet >= 0; octet--) if (name[octet] !== list.packet[start + octet]) return false
    return true
  })
}

/** Lets one question at a time through, in order of arrival. */
function turnstile(counters: SnmpCounters): (task: () => Promise<Reply>) => Promise<Reply> {
  const queue: (() => void)[] = []
  let present = 0
  return async (task) => {
    if (present >= MAX_WAITING) {
      counters.refused++
      return { kind: 'error', status: 'busy', detail: `${MAX_WAITING} questions wait for it already` }
    }
    if (present++ > 0) await new Promise<void>((resolve) => queue.push(resolve))
    try {
      return await task()
    } finally {
      present--
      queue.shift()?.()
    }
  }
}
