import { type EncodedOid, isWellFormedOid } from './oid.ts'

/** PDU tags (RFC 3416, 3; RFC 1157). */
export const PDU = { get: 0xa0, getNext: 0xa1, response: 0xa2, getBulk: 0xa5 } as const

/** BER tags of values (RFC 2578, 7.1; RFC 3416, 3). */
export const TAG = {
  integer: 0x02,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
  address: 0x40,
  counter32: 0x41,
  gauge32: 0x42,
  timeticks: 0x43,
  opaque: 0x44,
  counter64: 0x46,
  unsigned32: 0x47,
  noSuchObject: 0x80,
  noSuchInstance: 0x81,
  endOfMibView: 0x82,
} as const

/** One question to a device. Rows are asked for `repetitions` times (GETBULK only). */
export type SnmpRequest = {
  readonly pdu: 'get' | 'getNext' | 'getBulk'
  readonly oids: readonly EncodedOid[]
  readonly repetitions: number
  /** Where it differs from the credential's: appended to a community behind an `@`, or v3's contextName. */
  readonly context?: string
}

export type MessageHeader = {
  /** 0 = v1, 1 = v2c, 3 = v3. For v3 nothing else is read here. */
  readonly version: number
  readonly pduTag: number
  readonly requestId: number
  readonly errorStatus: number
  readonly errorIndex: number
  readonly varbindsStart: number
  readonly varbindsEnd: number
}

/** Integers per varbind in `slots`: name start, name end, value tag, value start, value end. */
const SLOT = 5
/** More varbinds than a usual answer holds. */
const FIRST_VARBINDS = 512
/** Answers that are read at the same moment are few: each is taken before the next one comes. */
const MAX_SPARE = 8
const spare: Int32Array<ArrayBuffer>[] = []

/**
 * Where the varbinds of one answer lie in its packet. Nothing is decoded or copied before it is asked for. Whoever has read
 * one to its end releases it, and it is empty then; one that is forgotten costs no more than its memory.
 */
export class VarbindList {
  readonly packet: Uint8Array
  #count: number
  #slots: Int32Array<ArrayBuffer>

  constructor(packet: Uint8Array, slots: Int32Array<ArrayBuffer>, count: number) {
    this.packet = packet
    this.#slots = slots
    this.#count = count
  }

  get count(): number {
    return this.#count
  }
  nameStart(index: number): number {
    return this.#slots[index * SLOT] ?? 0
  }
  nameEnd(index: number): number {
    return this.#slots[index * SLOT + 1] ?? 0
  }
  tag(index: number): number {
    return this.#slots[index * SLOT + 2] ?? 0
  }
  valueStart(index: number): number {
    return this.#slots[index * SLOT + 3] ?? 0
  }
  valueEnd(index: number): number {
    return this.#slots[index * SLOT + 4] ?? 0
  }
  name(index: number): EncodedOid {
    return this.packet.subarray(this.nameStart(index), this.nameEnd(index))
  }
  release(): void {
    if (this.#slots.length > 0 && spare.length < MAX_SPARE) spare.push(this.#slots)
    this.#slots = NO_SLOTS
    this.#count = 0
  }
}

const NO_SLOTS = new Int32Array(0)

/** Reads a message up to its varbinds (RFC 1157, RFC 3416). A string says what is wrong with it. */
export function decodeHeader(packet: Uint8Array): MessageHeader | string {
  const reader = new Reader(packet)
  const end = reader.enter(TAG.sequence)
  const version = reader.integer(end)
  if (end < 0 || !reader.ok) return 'not an SNMP message'
  if (version === 3)
    return { version, pduTag: 0, requestId: 0, errorStatus: 0, errorIndex: 0, varbindsStart: 0, varbindsEnd: 0 }
  if (version !== 0 && version !== 1) return 'unknown SNMP version'
  reader.at = reader.enter(TAG.octets, end)
  const pduTag = packet[reader.at] ?? 0
  const pduEnd = reader.enter(pduTag, end)
  const requestId = reader.integer(pduEnd)
  const errorStatus = reader.integer(pduEnd)
  const errorIndex = reader.integer(pduEnd)
  const varbindsEnd = reader.enter(TAG.sequence, pduEnd)
  if (!reader.ok) return 'message cut short or damaged'
  return { version, pduTag, requestId, errorStatus, errorIndex, varbindsStart: reader.at, varbindsEnd }
}

/** Finds the varbinds of a message. A string says what is wrong with them. */
export function decodeVarbinds(packet: Uint8Array, start: number, end: number): VarbindList | string {
  let slots = spare.pop() ?? new Int32Array(FIRST_VARBINDS * SLOT)
  let used = 0
  for (let at = start; at < end; used += SLOT) {
    if (used + SLOT > slots.length) slots = grown(slots)
    // Nearly all heads are two octets; whatever is not in order goes the long way, which says what it is.
    const pairEnd = at + 2 + (packet[at + 1] ?? 0)
    const nameStart = at + 4
    const nameEnd = nameStart + (packet[at + 3] ?? 0)
    const valueStart = nameEnd + 2
    const isPlain =
      pairEnd <= Math.min(end, at + 0x81) &&
      packet[at] === TAG.sequence &&
      packet[at + 2] === TAG.oid &&
      valueStart + (packet[nameEnd + 1] ?? 0) === pairEnd &&
      isWellFormedOid(packet, nameStart, nameEnd)
    if (isPlain) {
      slots[used] = nameStart
      slots[used + 1] = nameEnd
      slots[used + 2] = packet[nameEnd] ?? 0
      slots[used + 3] = valueStart
      slots[used + 4] = pairEnd
      at = pairEnd
    } else {
      const pair = decodePair(packet, at, end)
      if (typeof pair === 'string') {
        spare.push(slots)
        return pair
      }
      slots.set(pair, used)
      at = pair[4]
    }
  }
  return new VarbindList(packet, slots, used / SLOT)
}

type Slots = readonly [nameStart: number, nameEnd: number, tag: number, valueStart: number, valueEnd: number]

/** One varbind with heads of any length. */
function decodePair(packet: Uint8Array, start: number, end: number): Slots | string {
  const reader = new Reader(packet)
  reader.at = start
  const pairEnd = reader.enter(TAG.sequence, end)
  const nameEnd = reader.enter(TAG.oid, pairEnd)
  const nameStart = reader.at
  if (!reader.ok || !isWellFormedOid(packet, nameStart, nameEnd)) return 'damaged name in the list of values'
  reader.at = nameEnd
  const tag = packet[nameEnd] ?? 0
  const valueEnd = reader.enter(tag, pairEnd)
  if (!reader.ok || valueEnd !== pairEnd) return 'damaged value in the list of values'
  return [nameStart, nameEnd, tag, reader.at, valueEnd]
}

/** Encodes a v1 (version 0) or v2c (version 1) request. The request id must lie in 2^30 .. 2^31 - 1: four octets. */
export function encodeRequest(
  request: SnmpRequest,
  requestId: number,
  access: { version: 0 | 1; community: Uint8Array },
): Buffer {
  let varbinds = 0
  for (const oid of request.oids) varbinds += varbindSize(oid.length)
  const repetitions = request.pdu === 'getBulk' ? request.repetitions : 0
  const pdu = 6 + 3 + (repetitions > 127 ? 4 : 3) + 1 + lengthSize(varbinds) + varbinds
  const { community } = access
  const body = 3 + 1 + lengthSize(community.length) + community.length + 1 + lengthSize(pdu) + pdu
  const writer = new Writer(1 + lengthSize(body) + body)
  writer.head(TAG.sequence, body)
  writer.small(access.version)
  writer.head(TAG.octets, community.length)
  writer.bytes(community)
  writer.head(PDU[request.pdu], pdu)
  writer.head(TAG.integer, 4)
  writer.word(requestId)
  writer.small(0)
  writer.small(repetitions)
  writer.head(TAG.sequence, varbinds)
  for (const oid of request.oids) {
    writer.head(TAG.sequence, 1 + lengthSize(oid.length) + oid.length + 2)
    writer.head(TAG.oid, oid.length)
    writer.bytes(oid)
    writer.head(TAG.null, 0)
  }
  return writer.buffer
}

/** Largest GETBULK repetition count that is ever sent: one octet pair holds it, and no answer of ours is larger. */
export const MAX_REPETITIONS = 1000

export type RawVarbind = { readonly name: EncodedOid; readonly tag: number; readonly content: Uint8Array }

/** Encodes varbinds, for answers that reach us already decoded (SNMPv3) and for test responders. */
export function encodeVarbinds(varbinds: readonly RawVarbind[]): Buffer {
  const inner = (v: RawVarbind) =>
    1 + lengthSize(v.name.length) + v.name.length + 1 + lengthSize(v.content.length) + v.content.length
  let size = 0
  for (const varbind of varbinds) size += 1 + lengthSize(inner(varbind)) + inner(varbind)
  const writer = new Writer(size)
  for (const varbind of varbinds) {
    writer.head(TAG.sequence, inner(varbind))
    writer.head(TAG.oid, varbind.name.length)
    writer.bytes(varbind.name)
    writer.head(varbind.tag, varbind.content.length)
    writer.bytes(varbind.content)
  }
  return writer.buffer
}

/** Walks BER type-length-value heads inside bounds. After a failure `ok` is false and every result is meaningless. */
export class Reader {
  readonly packet: Uint8Array
  at = 0
  ok = true

  constructor(packet: Uint8Array) {
    this.packet = packet
  }

  /** Steps behind the head of a value with this tag; returns where the value ends, never beyond `limit`. */
  enter(tag: number, limit = this.packet.length): number {
    const packet = this.packet
    let at = this.at
    if (at + 2 > limit || packet[at] !== tag) return this.fail()
    let length = packet[at + 1] ?? 0
    at += 2
    if (length >= 0x80) {
      const octets = length & 0x7f
      // 0x80 is the indefinite form, which SNMP forbids; more than four octets is no datagram's length.
      if (octets === 0 || octets > 4 || at + octets > limit) return this.fail()
      length = 0
      for (const end = at + octets; at < end; at++) length = length * 256 + (packet[at] ?? 0)
    }
    if (length > limit - at) return this.fail()
    this.at = at
    return at + length
  }

  /** A signed integer of one to four octets. */
  integer(limit: number): number {
    const end = this.enter(TAG.integer, limit)
    const length = end - this.at
    if (!this.ok || length < 1 || length > 4) return this.fail()
    let value = ((this.packet[this.at] ?? 0) << 24) >> 24
    for (let at = this.at + 1; at < end; at++) value = (value << 8) | (this.packet[at] ?? 0)
    this.at = end
    return value
  }

  fail(): number {
    this.ok = false
    return -1
  }
}

/** Writes BER into a buffer of known size. */
export class Writer {
  readonly buffer: Buffer
  at = 0

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(size)
  }

  head(tag: number, length: number): void {
    const { buffer } = this
    buffer[this.at++] = tag
    if (length > 0xff) {
      buffer[this.at++] = 0x82
      buffer[this.at++] = length >> 8
    } else if (length > 0x7f) buffer[this.at++] = 0x81
    buffer[this.at++] = length
  }

  bytes(bytes: Uint8Array): void {
    const { buffer } = this
    let at = this.at
    for (let from = 0; from < bytes.length; from++) buffer[at++] = bytes[from] ?? 0
    this.at = at
  }

  /** A non-negative integer below 2^15 in the shortest of one or two octets. */
  small(value: number): void {
    this.head(TAG.integer, value > 127 ? 2 : 1)
    if (value > 127) this.buffer[this.at++] = value >> 8
    this.buffer[this.at++] = value
  }

  word(value: number): void {
    this.buffer.writeInt32BE(value, this.at)
    this.at += 4
  }
}

/** Octets that the length of so many octets takes. */
export function lengthSize(length: number): number {
  return length > 0xff ? 3 : length > 0x7f ? 2 : 1
}

/** Octets of a question's varbind: a name and no value. */
export function varbindSize(oidLength: number): number {
  const inner = 1 + lengthSize(oidLength) + oidLength + 2
  return 1 + lengthSize(inner) + inner
}

function grown(slots: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(slots.length * 2)
  larger.set(slots)
  return larger
}
