import { EyeNetError } from '@eyenet/shared/errors'
import type { SnmpValue, Varbind } from '../snmp/snmp.ts'

/** BER tags, by which a recording names types. */
const TAG = {
  integer: 2,
  octets: 4,
  null: 5,
  oid: 6,
  address: 64,
  counter32: 65,
  gauge32: 66,
  timeticks: 67,
  opaque: 68,
  counter64: 70,
} as const
/** A whole core router; more would not be held in memory lightly. */
const MAX_LINES = 2_000_000
const LINE = /^\.?(\d{1,10}(?:\.\d{1,10}){1,127})\|(\d{1,3})(x?)\|(.*)$/
const MOST_WORD = 4_294_967_295

/** `1.3.6.1.2.1.1.5.0|4|switch-1`; octets that are no plain ASCII as hex, `|4x|0a1b`. Undefined for what is no value. */
export function formatVarbind({ oid, value }: Varbind): string | undefined {
  switch (value.kind) {
    case 'integer':
    case 'counter32':
    case 'gauge32':
    case 'timeticks':
    case 'counter64':
      return `${oid}|${TAG[value.kind]}|${value.value}`
    case 'oid':
    case 'address':
      return `${oid}|${TAG[value.kind]}|${value.value}`
    case 'octets':
      return isPlain(value.value) ? `${oid}|4|${latin1(value.value)}` : `${oid}|4x|${hex(value.value)}`
    case 'opaque':
      return `${oid}|68x|${hex(value.value)}`
    case 'float':
      return `${oid}|68x|${hex(opaqueFloat(value.value))}`
    case 'null':
      return `${oid}|5|`
    case 'unreadable':
      return `${oid}|${value.tag}x|${hex(value.value)}`
    case 'missing':
      return undefined
  }
}

/** Reads a recording, in the order of its OIDs. Throws `invalid` with the line's number where a line is none. */
export function parseRecording(text: string, name = 'recording'): readonly Varbind[] {
  const found: (Varbind & { readonly arcs: readonly number[] })[] = []
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line === '' || line.startsWith('#')) continue
    const [, oid = '', tag = '', isHex, told = ''] = LINE.exec(line) ?? []
    const value = readValue(Number(tag), told, isHex === 'x')
    if (oid === '' || value === undefined) {
      throw new EyeNetError('invalid', `${name} line ${at + 1}: expected oid|tag|value`)
    }
    if (found.length === MAX_LINES) throw new EyeNetError('too_large', `${name} has more than ${MAX_LINES} lines`)
    found.push({ oid, value, arcs: oid.split('.').map(Number) })
  }
  return found.sort((a, b) => compareArcs(a.arcs, b.arcs)).map(({ oid, value }) => ({ oid, value }))
}

export function compareArcs(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function readValue(tag: number, told: string, isHex: boolean): SnmpValue | undefined {
  const number = Number(told)
  switch (tag) {
    case TAG.integer:
      return Number.isInteger(number) ? { kind: 'integer', value: number | 0 } : undefined
    case TAG.counter32:
      return isWord(number) ? { kind: 'counter32', value: number } : undefined
    case TAG.gauge32:
      return isWord(number) ? { kind: 'gauge32', value: number } : undefined
    case TAG.timeticks:
      return isWord(number) ? { kind: 'timeticks', value: number } : undefined
    case TAG.counter64:
      return /^\d{1,20}$/.test(told) ? { kind: 'counter64', value: BigInt.asUintN(64, BigInt(told)) } : undefined
    case TAG.octets:
      return { kind: 'octets', value: bytesOf(told, isHex) }
    case TAG.opaque:
      return { kind: 'opaque', value: bytesOf(told, isHex) }
    case TAG.oid:
      return { kind: 'oid', value: told.replace(/^\./, '') || '0.0' }
    case TAG.address:
      return { kind: 'address', value: isHex ? bytesOf(told, true).join('.') : told }
    case TAG.null:
      return { kind: 'null' }
    default:
      return isHex ? { kind: 'unreadable', tag, value: bytesOf(told, true) } : undefined
  }
}

function isWord(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= MOST_WORD
}

function bytesOf(told: string, isHex: boolean): Uint8Array {
  return new Uint8Array(Buffer.from(told, isHex ? 'hex' : 'latin1'))
}

/** Printable ASCII without blanks at its ends, which editors cut off. */
function isPlain(octets: Uint8Array): boolean {
  return octets.every((octet) => octet >= 0x20 && octet < 0x7f) && octets[0] !== 0x20 && octets.at(-1) !== 0x20
}

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1')
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex')
}

/** net-snmp's float (9f 78 04), or double (9f 79 08) where a float would lose digits. */
function opaqueFloat(value: number): Uint8Array {
  const isFloat = Math.fround(value) === value || Number.isNaN(value)
  const octets = Buffer.alloc(isFloat ? 7 : 11)
  octets.set(isFloat ? [0x9f, 0x78, 4] : [0x9f, 0x79, 8])
  if (isFloat) octets.writeFloatBE(value, 3)
  else octets.writeDoubleBE(value, 3)
  return new Uint8Array(octets)
}
