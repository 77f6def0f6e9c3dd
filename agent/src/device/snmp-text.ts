import type { SnmpValue } from '../snmp/snmp.ts'

const decoder = new TextDecoder()

/** An SNMP value as text of bounded length, without trailing NULs. Control characters stay: escaping is for those who show it. */
export function textOf(value: SnmpValue | undefined, most: number): string {
  if (value === undefined) return ''
  switch (value.kind) {
    case 'octets':
    case 'opaque':
      return decoder.decode(value.value).replace(/\0+$/, '').slice(0, most)
    case 'oid':
    case 'address':
      return value.value.slice(0, most)
    case 'integer':
    case 'counter32':
    case 'gauge32':
    case 'timeticks':
    case 'float':
      return String(value.value)
    default:
      return ''
  }
}

/** Octets as lower-case hex, with colons between them where wanted. */
export function hexOf(value: SnmpValue | undefined, between = ''): string {
  if (value?.kind !== 'octets') return ''
  return Array.from(value.value, (octet) => octet.toString(16).padStart(2, '0')).join(between)
}

/** A number; undefined where there is none. */
export function numberOf(value: SnmpValue | undefined): number | undefined {
  switch (value?.kind) {
    case 'integer':
    case 'counter32':
    case 'gauge32':
    case 'timeticks':
    case 'float':
      return value.value
    case 'counter64':
      return Number(value.value)
    default:
      return undefined
  }
}
