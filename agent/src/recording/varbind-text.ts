import { plainText } from '@eyenet/shared/terminal'
import type { MibFacts } from '../mib/mib.ts'
import type { SnmpValue, Varbind } from '../snmp/snmp.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })
/** More of one value than this fills a terminal with what nobody reads. */
const MOST_TEXT = 1_000

/** `IF-MIB::ifDescr.3 = "eth0"`: by MIB names, and safe for a terminal whatever the device wrote. */
export async function textOfVarbind(varbind: Varbind, mib: MibFacts): Promise<string> {
  const { name, text } = await varbindParts(varbind, mib)
  return `${name} = ${text}`
}

/** The same in its parts. */
export async function varbindParts(
  { oid, value }: Varbind,
  mib: MibFacts,
): Promise<{ readonly name: string; readonly type: string; readonly text: string }> {
  return { name: await mib.nameOid(oid), type: value.kind, text: await textOfValue({ oid, value }, mib) }
}

/** One line: `oid`, `name`, `type` and `value`; octets that are no text as `hex`. */
export async function jsonOfVarbind({ oid, value }: Varbind, mib: MibFacts): Promise<string> {
  return JSON.stringify({ oid, name: await mib.nameOid(oid), type: value.kind, ...jsonValue(value) })
}

async function textOfValue({ oid, value }: Varbind, mib: MibFacts): Promise<string> {
  switch (value.kind) {
    case 'integer': {
      const label = (await mib.lookup(oid))?.fact.enums?.get(value.value)
      return label === undefined ? String(value.value) : `${plainText(label)}(${value.value})`
    }
    case 'oid':
      return mib.nameOid(value.value)
    case 'octets': {
      const text = printable(value.value)
      return text === undefined ? hexOf(value.value) : `"${plainText(text).slice(0, MOST_TEXT)}"`
    }
    case 'opaque':
    case 'unreadable':
      return hexOf(value.value)
    case 'null':
      return 'null'
    case 'missing':
      return value.reason
    default:
      return plainText(String(value.value))
  }
}

function jsonValue(value: SnmpValue): Record<string, unknown> {
  switch (value.kind) {
    case 'octets': {
      const text = printable(value.value)
      return text === undefined ? { hex: Buffer.from(value.value).toString('hex') } : { value: text }
    }
    case 'opaque':
    case 'unreadable':
      return { hex: Buffer.from(value.value).toString('hex') }
    case 'counter64':
      return { value: String(value.value) }
    case 'null':
    case 'missing':
      return { value: null }
    default:
      return { value: value.value }
  }
}

function hexOf(octets: Uint8Array): string {
  const shown = octets.subarray(0, MOST_TEXT / 2)
  return `0x${Buffer.from(shown).toString('hex')}${shown.length < octets.length ? '...' : ''}`
}

/** Text, also of several lines; undefined where the octets are none. */
function printable(octets: Uint8Array): string | undefined {
  const end = octets.at(-1) === 0 ? octets.length - 1 : octets.length
  const shown = octets.subarray(0, end)
  if (shown.some((octet) => (octet < 0x20 && ![9, 10, 13].includes(octet)) || octet === 0x7f)) return undefined
  try {
    return utf8.decode(shown)
  } catch {
    return undefined
  }
}
