import type { SnmpCounters } from './counters.ts'
import type { Link } from './link.ts'
import type { SnmpRequest, VarbindList } from './message.ts'
import type { EncodedOid } from './oid.ts'
import { ERROR_STATUS, type SnmpErrorStatus, type SnmpFailure } from './outcome.ts'
import { firstSizing, grow, type Sizing, shrink } from './sizing.ts'
import type { Answer, Reply } from './transport.ts'

export type Exchange = { readonly kind: 'answer'; readonly request: SnmpRequest; readonly answer: Answer } | SnmpFailure

/** One device's questions and answers, one at a time, with retries and a fitting size. */
export type Conversation = {
  /** False for v1, and for a device that was seen to ignore GETBULK. */
  readonly hasBulk: boolean
  readonly maxRepetitions: number
  readonly counters: SnmpCounters
  /** Asks what `plan` makes of the number of varbinds that an answer may hold. v1's "no such name" is an answer. */
  ask(plan: (varbinds: number) => SnmpRequest): Promise<Exchange>
  /** GETs every name, in chunks. `take` hears of each: its place in `names`, and where its value is, if anywhere. */
  getAll(names: readonly EncodedOid[], take: TakeValue): Promise<SnmpFailure | null>
}

export type TakeValue = (list: VarbindList | null, at: number, place: number) => void

export type ConversationOptions = {
  link: Link
  counters: SnmpCounters
  timeoutMs: number
  retries: number
  maxRepetitions: number
}

/** Questions that may wait for one device; more means that it is asked faster than it answers. */
const MAX_WAITING = 64
const BACK_OFF = 1.5
const MOST_WAIT_MS = 30_000
/** A lost or damaged answer with fewer varbinds than this was not lost for its size. */
const SMALL_ANSWER = 16

const TOO_BIG = 1
const NO_SUCH_NAME = 2
const GEN_ERR = 5
const RESOURCE_UNAVAILABLE = 13

export function openConversation(options: ConversationOptions): Conversation {
  const { link, counters, timeoutMs, retries } = options
  const inTurn = turnstile(counters)
  let sizing = firstSizing
  /** Some agents drop GETBULK without a word: told from silence by their answers to other questions. */
  let bulk: 'untried' | 'works' | 'ignored' = link.hasBulk ? 'untried' : 'ignored'
  let hasAnswered = false

  const ask = async (plan: (varbinds: number) => SnmpRequest): Promise<Exchange> => {
    const before = sizing
    for (let attempt = 0; ; ) {
      const request = plan(sizing.varbinds)
      const asked = request.oids.length * request.repetitions
      const waitMs = Math.min(MOST_WAIT_MS, timeoutMs * BACK_OFF ** attempt)
      const reply = await inTurn(() => link.ask(request, waitMs))
      const verdict = judge(reply, request)
      if (verdict === 'take' && reply.kind === 'answer') {
        sizing = afterAnswer(sizing, asked, reply)
        hasAnswered = true
        if (request.pdu === 'getBulk') bulk = 'works'
        return { kind: 'answer', request, answer: reply }
      }
      if (verdict === 'smaller') {
        counters.tooBig++
        sizing = shrink({ ...sizing, varbinds: asked })
        continue
      }
      if (verdict !== 'again' || attempt >= retries) {
        // A silent device says nothing about sizes: begin as before when it is back.
        sizing = before
        if (reply.kind === 'timeout' && request.pdu === 'getBulk' && bulk === 'untried' && hasAnswered) {
          bulk = 'ignored'
          const next = await ask(plan)
          if (next.kind !== 'answer') bulk = 'untried'
          return next
        }
        return asFailure(reply, attempt + 1)
      }
      attempt++
      counters.retries++
      if (asked > SMALL_ANSWER) sizing = shrink({ ...sizing, varbinds: asked })
    }
  }

  return {
    get hasBulk() {
      return bulk !== 'ignored'
    },
    maxRepetitions: options.maxRepetitions,
    counters,
    ask,
    getAll: (names, take) => getAll(ask, names, take),
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

function afterAnswer(sizing: Sizing, asked: number, answer: Answer): Sizing {
  const { count } = answer.varbinds
  const isFull = answer.errorStatus === 0 && count >= asked && asked * 2 > sizing.varbinds
  return isFull ? grow(sizing, { varbinds: count, bytes: answer.size }) : sizing
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
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return (task) => {
    if (waiting >= MAX_WAITING) {
      counters.refused++
      return Promise.resolve({ kind: 'error', status: 'busy', detail: `${MAX_WAITING} questions wait for it already` })
    }
    waiting++
    const mine = last.then(task).finally(() => {
      waiting--
    })
    // Not the reply itself: its packet would be kept until the next question.
    last = mine.then(
      () => undefined,
      () => undefined,
    )
    return mine
  }
}
