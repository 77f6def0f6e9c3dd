import { octetsIpText } from '@eyenet/shared/network'
import type { SnmpValue } from '../snmp/snmp.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })
const latin1 = new TextDecoder('latin1')
/** A description longer than this says nothing more. */
const MOST_TEXT = 4_096
const NUL_AND_AFTER = /\0[\s\S]*$/

/** A value as text without surrounding blanks: UTF-8, or Latin-1 where it is none. Empty where there is no value. */
export function textOf(value: SnmpValue | undefined): string {
  switch (value?.kind) {
    case 'octets':
    case 'opaque':
      return decoded(value.value.subarray(0, MOST_TEXT)).replace(NUL_AND_AFTER, '').trim()
    case 'oid':
    case 'address':
      return value.value
    case 'integer':
    case 'counter32':
    case 'counter64':
    case 'gauge32':
    case 'timeticks':
    case 'float':
      return String(value.value)
    default:
      return ''
  }
}

/** A number; text that is one counts too, since many agents give readings as text. */
export function numberOf(value: SnmpValue | undefined): number | undefined {
  switch (value?.kind) {
    case 'integer':
    case 'counter32':
    case 'gauge32':
    case 'timeticks':
    case 'float':
      return Number.isFinite(value.value) ? value.value : undefined
    case 'counter64':
      return Number(value.value)
    case 'octets': {
      const found = /^\s{0,8}"?([+-]?\d{1,20}(?:\.\d{1,12}(?:[eE][+-]?\d{1,3}(?![\w.]))?)?)/.exec(textOf(value))
      return found === null ? undefined : Number(found[1])
    }
    default:
      return undefined
  }
}

/** The octets of a value; empty where it has none. */
export function octetsOf(value: SnmpValue | undefined): Uint8Array {
  return value?.kind === 'octets' ? value.value : new Uint8Array()
}

/** Octets as lower-case hex with colons, as MAC addresses are written. */
export function colonHex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join(':')
}

/** A MAC address, also where the agent wrote it as text (`0:1b:2c:d:e:f`); undefined where it is none or all zero. */
export function macOf(value: SnmpValue | undefined): string | undefined {
  const octets = octetsOf(value)
  if (octets.length === 6) return octets.some((octet) => octet !== 0) ? colonHex(octets) : undefined
  const parts = textOf(value).split(/[:-]/)
  if (parts.length === 6 && parts.every((part) => /^[0-9a-f]{1,2}$/i.test(part))) {
    return parts.map((part) => part.toLowerCase().padStart(2, '0')).join(':')
  }
  return undefined
}

/** Text where the octets are printable, else their hex: identifiers that may be either. */
export function textOrHex(value: SnmpValue | undefined): string {
  const octets = octetsOf(value)
  if (octets.length === 0) return textOf(value)
  const last = octets.at(-1) === 0 ? octets.length - 1 : octets.length
  const isPrintable = octets.subarray(0, last).every((octet) => octet >= 0x20 && octet !== 0x7f)
  return isPrintable ? textOf(value) : colonHex(octets)
}

/** An IP address out of 4 or 16 octets (or with 4 octets of zone behind them); undefined where they are none. */
export function ipOf(octets: ArrayLike<number>): string | undefined {
  const { length } = octets
  const own = length === 8 ? 4 : length === 20 ? 16 : length
  return octetsIpText(own === length ? octets : Array.from({ length: own }, (_, at) => octets[at] ?? 0)) || undefined
}

function decoded(octets: Uint8Array): string {
  try {
    return utf8.decode(octets)
  } catch {
    return latin1.decode(octets)
  }
}
