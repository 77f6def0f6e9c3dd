import { lengthSize, PDU, Reader, type SnmpRequest, TAG, varbindSize, Writer } from './message.ts'
import type { Authenticator } from './usm-auth.ts'
import type { Privacy } from './usm-privacy.ts'

/** msgFlags (RFC 3412, 6.4). */
export const FLAG = { auth: 1, priv: 2, reportable: 4 } as const
/** The largest message that we can take: what one datagram holds. */
const MAX_SIZE = 65_507
const USM = 3
const SALT_OCTETS = 8
/** RFC 3411, 5: an engine id has 5 to 32 octets. Some devices have shorter ones. */
const MAX_ENGINE_ID = 32

/**
 * A v3 message up to its data (RFC 3412, 6; RFC 3414, 2.4): numbers, and where in the packet the rest lies. Nothing is
 * copied or cut out before it is asked for.
 */
export class V3Header {
  readonly #packet: Uint8Array
  msgId = 0
  flags = 0
  boots = 0
  time = 0
  engineStart = 0
  engineEnd = 0
  userStart = 0
  userEnd = 0
  authStart = 0
  authEnd = 0
  saltStart = 0
  saltEnd = 0
  /** The encrypted PDU's octets where `flags` say so, otherwise the scoped PDU. */
  dataStart = 0
  dataEnd = 0

  constructor(packet: Uint8Array) {
    this.#packet = packet
  }

  get engineId(): Uint8Array {
    return this.#packet.subarray(this.engineStart, this.engineEnd)
  }
  get user(): Uint8Array {
    return this.#packet.subarray(this.userStart, this.userEnd)
  }
  get salt(): Uint8Array {
    return this.#packet.subarray(this.saltStart, this.saltEnd)
  }
  isOfEngine(id: Uint8Array): boolean {
    return this.engineEnd - this.engineStart === id.length && isAt(this.#packet, this.engineStart, id)
  }
  isOfUser(user: Uint8Array): boolean {
    return this.userEnd - this.userStart === user.length && isAt(this.#packet, this.userStart, user)
  }
}

/** Reads a v3 message up to its data. A string says what is wrong with it. */
export function decodeV3Header(packet: Uint8Array): V3Header | string {
  const reader = new Reader(packet)
  const header = new V3Header(packet)
  const end = reader.enter(TAG.sequence)
  const version = reader.integer(end)
  if (!reader.ok || version !== 3) return 'not an SNMPv3 message'
  const globalEnd = reader.enter(TAG.sequence, end)
  header.msgId = reader.integer(globalEnd)
  reader.integer(globalEnd)
  const flagsEnd = reader.enter(TAG.octets, globalEnd)
  const hasFlags = flagsEnd - reader.at === 1
  header.flags = reader.ok ? (packet[reader.at] ?? 0) : 0
  reader.at = flagsEnd
  const model = reader.integer(globalEnd)
  if (!reader.ok || !hasFlags || model !== USM) return 'message header of another security model or damaged'
  reader.at = globalEnd
  const securityEnd = reader.enter(TAG.octets, end)
  const sequenceEnd = reader.enter(TAG.sequence, securityEnd)
  header.engineEnd = reader.enter(TAG.octets, sequenceEnd)
  header.engineStart = reader.at
  reader.at = header.engineEnd
  header.boots = reader.integer(sequenceEnd)
  header.time = reader.integer(sequenceEnd)
  header.userEnd = reader.enter(TAG.octets, sequenceEnd)
  header.userStart = reader.at
  reader.at = header.userEnd
  header.authEnd = reader.enter(TAG.octets, sequenceEnd)
  header.authStart = reader.at
  reader.at = header.authEnd
  header.saltEnd = reader.enter(TAG.octets, sequenceEnd)
  header.saltStart = reader.at
  const isWhole = reader.ok && header.engineEnd - header.engineStart <= MAX_ENGINE_ID
  if (!isWhole || header.boots < 0 || header.time < 0) return 'damaged security parameters'
  reader.at = securityEnd
  const isEncrypted = (header.flags & FLAG.priv) !== 0
  header.dataEnd = reader.enter(isEncrypted ? TAG.octets : TAG.sequence, end)
  header.dataStart = isEncrypted ? reader.at : securityEnd
  return reader.ok ? header : 'message cut short or damaged'
}

export type ScopedPdu = {
  readonly pduTag: number
  readonly requestId: number
  readonly errorStatus: number
  readonly errorIndex: number
  readonly varbindsStart: number
  readonly varbindsEnd: number
}

/** Reads a scoped PDU up to its varbinds; what follows it is padding. Null where there is none. */
export function decodeScopedPdu(bytes: Uint8Array, start: number, limit: number): ScopedPdu | null {
  const reader = new Reader(bytes)
  reader.at = start
  const end = reader.enter(TAG.sequence, limit)
  reader.at = reader.enter(TAG.octets, end)
  reader.at = reader.enter(TAG.octets, end)
  const pduTag = reader.ok ? (bytes[reader.at] ?? 0) : 0
  const pduEnd = reader.enter(pduTag, end)
  const requestId = reader.integer(pduEnd)
  const errorStatus = reader.integer(pduEnd)
  const errorIndex = reader.integer(pduEnd)
  const varbindsEnd = reader.enter(TAG.sequence, pduEnd)
  if (!reader.ok) return null
  return { pduTag, requestId, errorStatus, errorIndex, varbindsStart: reader.at, varbindsEnd }
}

/** How one user speaks to one engine: no keys for noAuthNoPriv. */
export type V3Access = {
  readonly engineId: Uint8Array
  readonly user: Uint8Array
  readonly auth: Authenticator | null
  readonly privacy: Privacy | null
}

/** What is new in each message. `msgId` and `requestId` lie in 2^30 .. 2^31 - 1: four octets. */
export type V3Stamp = {
  readonly msgId: number
  readonly requestId: number
  readonly boots: number
  readonly time: number
  /** Eight octets that never come twice with one key. */
  readonly salt: Uint8Array
  readonly context: Uint8Array
}

/** The question to an unknown engine who it is (RFC 3414, 4): its report tells its id and its time. */
export function encodeDiscovery(msgId: number): Buffer {
  const nobody = new Uint8Array()
  const access = { engineId: nobody, user: nobody, auth: null, privacy: null }
  const stamp = { msgId, requestId: msgId, boots: 0, time: 0, salt: nobody, context: nobody }
  return encodeV3({ pdu: 'get', oids: [], repetitions: 1 }, access, stamp)
}

type Template = {
  readonly access: V3Access
  readonly bootsSize: number
  readonly timeSize: number
  /** From the global data to the security parameters' end. */
  readonly head: Buffer
  readonly bootsAt: number
  readonly timeAt: number
  readonly authAt: number
}

/** Where the message id lies in a template's head: behind two sequence heads of two octets. */
const MSG_ID_AT = 4

/** Encodes requests of one user to one engine: what is the same in all is copied, what is new is written over it. */
export class V3Encoder {
  #template: Template

  constructor(access: V3Access) {
    this.#template = templateOf(access, { boots: 0, time: 0 })
  }

  encode(request: SnmpRequest, stamp: V3Stamp): Buffer {
    const isFitting =
      integerSize(stamp.boots) === this.#template.bootsSize && integerSize(stamp.time) === this.#template.timeSize
    if (!isFitting) this.#template = templateOf(this.#template.access, stamp)
    return encodeWith(this.#template, request, stamp)
  }
}

export function encodeV3(request: SnmpRequest, access: V3Access, stamp: V3Stamp): Buffer {
  return encodeWith(templateOf(access, stamp), request, stamp)
}

function encodeWith({ access, head, bootsAt, timeAt, authAt }: Template, request: SnmpRequest, stamp: V3Stamp): Buffer {
  const { engineId, auth, privacy } = access
  let varbinds = 0
  for (const oid of request.oids) varbinds += varbindSize(oid.length)
  const repetitions = request.pdu === 'getBulk' ? request.repetitions : 0
  const pdu = 6 + 3 + (repetitions > 127 ? 4 : 3) + 1 + lengthSize(varbinds) + varbinds
  const scoped = sized(engineId.length) + sized(stamp.context.length) + sized(pdu)
  const data = privacy ? privacy.sizeOf(sized(scoped)) : sized(scoped)
  const body = 3 + head.length + (privacy ? sized(data) : data)
  const writer = new Writer(sized(body))
  writer.head(TAG.sequence, body)
  writer.small(3)
  const { buffer } = writer
  const headAt = writer.at
  buffer.set(head, headAt)
  buffer.writeInt32BE(stamp.msgId, headAt + MSG_ID_AT)
  writeInteger(buffer, headAt + bootsAt, stamp.boots)
  writeInteger(buffer, headAt + timeAt, stamp.time)
  writer.at = headAt + head.length
  if (privacy) {
    buffer.set(stamp.salt, writer.at - SALT_OCTETS)
    writer.head(TAG.octets, data)
  }
  const start = writer.at
  writer.head(TAG.sequence, scoped)
  writer.head(TAG.octets, engineId.length)
  writer.bytes(engineId)
  writer.head(TAG.octets, stamp.context.length)
  writer.bytes(stamp.context)
  writePdu(writer, request, { requestId: stamp.requestId, repetitions, pdu, varbinds })
  privacy?.encrypt(buffer, [start, writer.at], stamp)
  auth?.sign(buffer, headAt + authAt)
  return buffer
}

type Sizes = { requestId: number; repetitions: number; pdu: number; varbinds: number }

function writePdu(writer: Writer, request: SnmpRequest, { requestId, repetitions, pdu, varbinds }: Sizes): void {
  writer.head(PDU[request.pdu], pdu)
  writer.head(TAG.integer, 4)
  writer.word(requestId)
  writer.small(0)
  writer.small(repetitions)
  writer.head(TAG.sequence, varbinds)
  for (const oid of request.oids) {
    writer.head(TAG.sequence, sized(oid.length) + 2)
    writer.head(TAG.oid, oid.length)
    writer.bytes(oid)
    writer.head(TAG.null, 0)
  }
}

function templateOf(access: V3Access, { boots, time }: { boots: number; time: number }): Template {
  const { engineId, user, auth, privacy } = access
  const [bootsSize, timeSize] = [integerSize(boots), integerSize(time)]
  const global = 6 + 5 + 3 + 3
  const authLength = auth?.length ?? 0
  const saltLength = privacy ? SALT_OCTETS : 0
  const security =
    sized(engineId.length) + 2 + bootsSize + 2 + timeSize + sized(user.length) + sized(authLength) + sized(saltLength)
  const writer = new Writer(sized(global) + sized(sized(security)))
  const { buffer } = writer
  buffer.fill(0)
  writer.head(TAG.sequence, global)
  writer.head(TAG.integer, 4)
  writer.at += 4
  writer.head(TAG.integer, 3)
  buffer.writeUIntBE(MAX_SIZE, writer.at, 3)
  writer.at += 3
  writer.head(TAG.octets, 1)
  buffer[writer.at++] = FLAG.reportable | (auth ? FLAG.auth : 0) | (privacy ? FLAG.priv : 0)
  writer.small(USM)
  writer.head(TAG.octets, sized(security))
  writer.head(TAG.sequence, security)
  writer.head(TAG.octets, engineId.length)
  writer.bytes(engineId)
  writer.head(TAG.integer, bootsSize)
  const bootsAt = writer.at
  writer.at += bootsSize
  writer.head(TAG.integer, timeSize)
  const timeAt = writer.at
  writer.at += timeSize
  writer.head(TAG.octets, user.length)
  writer.bytes(user)
  writer.head(TAG.octets, authLength)
  const authAt = writer.at
  writer.at += authLength
  writer.head(TAG.octets, saltLength)
  return { access, bootsSize, timeSize, head: buffer, bootsAt, timeAt, authAt }
}

function isAt(packet: Uint8Array, start: number, wanted: Uint8Array): boolean {
  for (let at = 0; at < wanted.length; at++) if (packet[start + at] !== wanted[at]) return false
  return true
}

/** Octets of a value with its head. */
function sized(content: number): number {
  return 1 + lengthSize(content) + content
}

/** Octets of a non-negative integer below 2^31 in its shortest form. */
function integerSize(value: number): number {
  return value < 0x80 ? 1 : value < 0x8000 ? 2 : value < 0x80_0000 ? 3 : 4
}

function writeInteger(buffer: Buffer, at: number, value: number): void {
  buffer.writeUIntBE(value, at, integerSize(value))
}
