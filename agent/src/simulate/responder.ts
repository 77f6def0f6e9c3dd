import { ERROR_STATUS, TAG } from './ber-tag.ts'
import { END, type MibView, NO_INSTANCE, NO_OBJECT } from './mib-view.ts'
import { ReplyBuffer } from './reply-buffer.ts'
import { type Request, readRequest } from './request.ts'

/** Largest payload of a UDP datagram over IPv4. */
const MAX_DATAGRAM = 65_507

export type Agent = {
  readonly view: MibView
  readonly community: Uint8Array
  /** The device's own limit on a message, in octets (RFC 3417 requires at least 484). */
  readonly maxMessageBytes: number
}

export type Answer =
  | { readonly kind: 'reply'; readonly bytes: Uint8Array; readonly varbinds: number }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'unknown_community' }

/**
 * Answers requests of SNMPv1 and SNMPv2c as RFC 1157 and RFC 3416 say. The bytes of a reply are valid until the next call:
 * all answers are written into one buffer.
 */
export function createResponder(): (agent: Agent, datagram: Uint8Array, now: number) => Answer {
  const out = new ReplyBuffer()
  return (agent, datagram, now) => {
    const request = readRequest(datagram)
    if (request === undefined) return { kind: 'malformed' }
    if (Buffer.compare(request.community, agent.community) !== 0) return { kind: 'unknown_community' }
    const varbinds = answer(agent, request, { out, now })
    return { kind: 'reply', bytes: out.bytes.subarray(0, out.at), varbinds }
  }
}

type Writing = { readonly out: ReplyBuffer; readonly now: number }
type Failure = { readonly status: number; readonly index: number }

function answer(agent: Agent, request: Request, writing: Writing): number {
  if (request.kind === 'set') {
    const status = request.version1 ? ERROR_STATUS.noSuchName : ERROR_STATUS.noAccess
    return fail(request, { status, index: 1 }, writing.out)
  }
  const { out } = writing
  const ends = begin(request, { status: ERROR_STATUS.noError, index: 0 }, out)
  const limit = Math.min(agent.maxMessageBytes, MAX_DATAGRAM)
  if (request.kind === 'getBulk') {
    const varbinds = writeBulk(agent.view, request, { ...writing, limit })
    finish(ends, out)
    return varbinds
  }
  for (let at = 0; at < request.names.length; at++) {
    const written = writeOne(agent.view, request, { ...writing, at })
    if (!written) return fail(request, { status: ERROR_STATUS.noSuchName, index: at + 1 }, out)
    if (out.at > limit) return fail(request, { status: ERROR_STATUS.tooBig, index: 0 }, out)
  }
  finish(ends, out)
  return request.names.length
}

type Ends = { readonly message: number; readonly pdu: number; readonly list: number }

function begin(request: Request, failure: Failure, out: ReplyBuffer): Ends {
  out.at = 0
  const message = out.begin(TAG.sequence)
  out.integer(request.version1 ? 0 : 1)
  out.octets(TAG.octets, request.community)
  const pdu = out.begin(TAG.response)
  out.integer(request.requestId)
  out.integer(failure.status)
  out.integer(failure.index)
  return { message, pdu, list: out.begin(TAG.sequence) }
}

function finish(ends: Ends, out: ReplyBuffer): void {
  out.end(ends.list)
  out.end(ends.pdu)
  out.end(ends.message)
}

/** An error repeats the varbinds of the request, except that version 2c's tooBig has none (RFC 3416 section 4.2.1). */
function fail(request: Request, failure: Failure, out: ReplyBuffer): number {
  const ends = begin(request, failure, out)
  const repeat = request.version1 || failure.status !== ERROR_STATUS.tooBig
  if (repeat) {
    out.at = ends.list - 4
    out.raw(request.list)
  } else out.end(ends.list)
  out.end(ends.pdu)
  out.end(ends.message)
  return repeat ? request.names.length : 0
}

/** Writes the varbind that answers one name of GET or GETNEXT. False: version 1 has no such name. */
function writeOne(view: MibView, request: Request, writing: Writing & { readonly at: number }): boolean {
  const { out, now, at } = writing
  const name = request.names[at]
  if (name === undefined) return false
  const { version1 } = request
  const isNext = request.kind === 'getNext'
  const place = isNext ? view.after(name.arcs, now, version1) : view.exact(name.arcs, now)
  if (version1 && (place < 0 || view.isCounter64(place))) return false
  if (place >= 0) writeVarbind(view, place, writing)
  else writeMissing(name.ber, place, out)
  return true
}

function writeVarbind(view: MibView, place: number, { out, now }: Writing): void {
  const start = out.beginVarbind()
  view.writeName(place, out)
  view.writeValue(place, now, out)
  out.endVarbind(start)
}

function writeMissing(name: Uint8Array, place: number, out: ReplyBuffer): void {
  const start = out.beginVarbind()
  out.octets(TAG.oid, name)
  const tag = place === NO_OBJECT ? TAG.noSuchObject : place === NO_INSTANCE ? TAG.noSuchInstance : TAG.endOfMibView
  out.header(tag, 0)
  out.endVarbind(start)
}

/** One chain of a GETBULK: where it is, and its last name once it has run out. */
type Chain = { place: number; readonly name: Uint8Array; last: number }

/** Varbinds of a GETBULK, as many as fit (RFC 3416 section 4.2.3). Returns how many. */
function writeBulk(view: MibView, request: Request, writing: Writing & { readonly limit: number }): number {
  const { out, now, limit } = writing
  const nonRepeaters = Math.min(Math.max(request.first, 0), request.names.length)
  const repetitions = Math.max(request.second, 0)
  let varbinds = 0
  const write = (chain: Chain): boolean => {
    const before = out.at
    if (chain.place >= 0) {
      writeVarbind(view, chain.place, writing)
      chain.last = chain.place
    } else writeEnd(view, chain, out)
    if (out.at > limit) {
      out.at = before
      return false
    }
    varbinds++
    return true
  }
  const chains = request.names.map(
    ({ arcs, ber }): Chain => ({ place: view.after(arcs, now, false), name: ber, last: END }),
  )
  for (const chain of chains.slice(0, nonRepeaters)) if (!write(chain)) return varbinds
  const repeaters = chains.slice(nonRepeaters)
  for (let round = 0; round < repetitions && repeaters.length > 0; round++) {
    let alive = false
    for (const chain of repeaters) {
      if (round > 0 && chain.place >= 0) chain.place = view.following(chain.place, now, false)
      alive ||= chain.place >= 0
      if (!write(chain)) return varbinds
    }
    if (!alive) return varbinds
  }
  return varbinds
}

function writeEnd(view: MibView, chain: Chain, out: ReplyBuffer): void {
  if (chain.last < 0) {
    writeMissing(chain.name, END, out)
    return
  }
  const start = out.beginVarbind()
  view.writeName(chain.last, out)
  out.header(TAG.endOfMibView, 0)
  out.endVarbind(start)
}
