import { TAG, type VarbindList } from './message.ts'
import { formatOid } from './oid.ts'

/** One value as SMIv2 types it (RFC 2578, 7.1). Counter64 is exact. `float` is net-snmp's Opaque float or double. */
export type SnmpValue =
  | { readonly kind: 'integer' | 'counter32' | 'gauge32' | 'timeticks' | 'float'; readonly value: number }
  | { readonly kind: 'counter64'; readonly value: bigint }
  | { readonly kind: 'octets' | 'opaque'; readonly value: Uint8Array }
  | { readonly kind: 'oid' | 'address'; readonly value: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'missing'; readonly reason: 'noSuchObject' | 'noSuchInstance' | 'endOfMibView' }
  | { readonly kind: 'unreadable'; readonly tag: number; readonly value: Uint8Array }

export type Varbind = { readonly oid: string; readonly value: SnmpValue }

/** Where a value lies: its BER tag and its content octets [start, end). */
export type ValueAt = { readonly bytes: Uint8Array; readonly tag: number; readonly start: number; readonly end: number }

/** Decodes one value. Contents that do not fit their type are `unreadable`, so that one bad value spoils no answer. */
export function decodeValue(at: ValueAt): SnmpValue {
  const { bytes, tag, start, end } = at
  const content = (): Uint8Array => bytes.subarray(start, end)
  switch (tag) {
    case TAG.null:
      return { kind: 'null' }
    case TAG.noSuchObject:
      return { kind: 'missing', reason: 'noSuchObject' }
    case TAG.noSuchInstance:
      return { kind: 'missing', reason: 'noSuchInstance' }
    case TAG.endOfMibView:
      return { kind: 'missing', reason: 'endOfMibView' }
    case TAG.octets:
      return { kind: 'octets', value: content() }
    case TAG.oid:
      return { kind: 'oid', value: formatOid(bytes, start, end) }
    case TAG.address:
      return end - start === 4 ? { kind: 'address', value: content().join('.') } : unreadable(tag, content())
    case TAG.opaque:
      return decodeOpaque(content())
    case TAG.counter64:
      return is64(start, end) ? { kind: 'counter64', value: exact64(at) } : unreadable(tag, content())
    default: {
      const kind = NUMBER_KIND[tag]
      const value = numberAt(at)
      return kind === undefined || Number.isNaN(value) ? unreadable(tag, content()) : { kind, value }
    }
  }
}

/** The value as a float64; NaN where it is not a number. Counter64 above 2^53 loses its last digits here. */
export function numberAt({ bytes, tag, start, end }: ValueAt): number {
  switch (tag) {
    case TAG.integer:
      return integerAt(bytes, start, end)
    case TAG.counter32:
    case TAG.gauge32:
    case TAG.timeticks:
    case TAG.unsigned32:
      return unsignedAt(bytes, start, end)
    case TAG.counter64:
      return is64(start, end) ? highWord(bytes, start, end) * TWO_32 + lowWord(bytes, start, end) : Number.NaN
    case TAG.opaque:
      return opaqueNumber(bytes.subarray(start, end))
    default:
      return Number.NaN
  }
}

/** A signed integer of one to four octets; NaN where there are fewer or more. */
export function integerAt(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  if (length < 1 || length > 4) return Number.NaN
  let value = ((bytes[start] ?? 0) << 24) >> 24
  for (let at = start + 1; at < end; at++) value = (value << 8) | (bytes[at] ?? 0)
  return value
}

/** An unsigned integer of 32 bits. Five octets begin with a zero; some agents leave it out, so four are never negative. */
export function unsignedAt(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  if (length < 1 || length > 5 || (length === 5 && bytes[start] !== 0)) return Number.NaN
  return word(bytes, start, end)
}

/** Whether so many octets can be a Counter64. */
export function is64(start: number, end: number): boolean {
  return end - start >= 1 && end - start <= 9
}

/** The two 32-bit words of a Counter64, each unsigned. */
export function highWord(bytes: Uint8Array, start: number, end: number): number {
  return word(bytes, start, end - 4)
}

export function lowWord(bytes: Uint8Array, start: number, end: number): number {
  return word(bytes, Math.max(start, end - 4), end)
}

/** No name or description is longer; of a longer value the rest is left out. */
export const MAX_VALUE_OCTETS = 4_096

/** Content octets apart from the packet in which they came: who keeps a value keeps no packet for it. */
export function ownOctets({ bytes, start, end }: Omit<ValueAt, 'tag'>): Uint8Array {
  const own = Buffer.alloc(Math.min(end - start, MAX_VALUE_OCTETS))
  for (let at = 0; at < own.length; at++) own[at] = bytes[start + at] ?? 0
  return own
}

/** A whole varbind out of an answer; it keeps nothing of the packet. */
export function varbindAt(list: VarbindList, index: number): Varbind {
  const { packet } = list
  const bytes = ownOctets({ bytes: packet, start: list.valueStart(index), end: list.valueEnd(index) })
  const value = decodeValue({ bytes, tag: list.tag(index), start: 0, end: bytes.length })
  return { oid: formatOid(packet, list.nameStart(index), list.nameEnd(index)), value }
}

/** Whether a tag says that there is no value: noSuchObject, noSuchInstance, endOfMibView. */
export function isMissing(tag: number): boolean {
  return tag === TAG.noSuchObject || tag === TAG.noSuchInstance || tag === TAG.endOfMibView
}

const NUMBER_KIND: Readonly<Record<number, 'integer' | 'counter32' | 'gauge32' | 'timeticks'>> = {
  [TAG.integer]: 'integer',
  [TAG.counter32]: 'counter32',
  [TAG.gauge32]: 'gauge32',
  [TAG.timeticks]: 'timeticks',
  [TAG.unsigned32]: 'gauge32',
}

const TWO_32 = 0x1_0000_0000

function exact64({ bytes, start, end }: ValueAt): bigint {
  return (BigInt(highWord(bytes, start, end)) << 32n) | BigInt(lowWord(bytes, start, end))
}

/** The unsigned number in the last four octets of [from, to); zero where there are none. */
function word(bytes: Uint8Array, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) value = (value << 8) | (bytes[at] ?? 0)
  return value >>> 0
}

function decodeOpaque(content: Uint8Array): SnmpValue {
  const value = opaqueNumber(content)
  return Number.isNaN(value) ? { kind: 'opaque', value: content } : { kind: 'float', value }
}

/** net-snmp's float (9f 78 04) and double (9f 79 08) inside an Opaque. */
function opaqueNumber(content: Uint8Array): number {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  if (content[0] !== 0x9f) return Number.NaN
  if (content[1] === 0x78 && content[2] === 4 && content.length === 7) return view.getFloat32(3)
  if (content[1] === 0x79 && content[2] === 8 && content.length === 11) return view.getFloat64(3)
  return Number.NaN
}

function unreadable(tag: number, value: Uint8Array): SnmpValue {
  return { kind: 'unreadable', tag, value }
}
