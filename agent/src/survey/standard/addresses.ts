import { defined } from '../defined.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyAddress } from '../survey-result.ts'
import { ipOf } from '../value-text.ts'
import { readOptional } from './optional-entries.ts'

const IP_ADDR_ENTRY = '1.3.6.1.2.1.4.20.1'
const IP_ADDRESS_ENTRY = '1.3.6.1.2.1.4.34.1'
const IPV6_ADDR_ENTRY = '1.3.6.1.2.1.55.1.8.1'
const CISCO_IP_ADDRESS_ENTRY = '1.3.6.1.4.1.9.10.86.1.1.2.1'
export const ADDRESS_TABLES = [IP_ADDR_ENTRY, IP_ADDRESS_ENTRY, IPV6_ADDR_ENTRY, CISCO_IP_ADDRESS_ENTRY]

/** The addresses of a device, out of each generation of the IP MIB that it has. */
export async function readAddresses(reader: SurveyReader): Promise<readonly SurveyAddress[]> {
  const found = new Map<string, SurveyAddress>()
  for (const part of [await readIpAddrTable(reader), await readIpv6AddrTable(reader), ...(await readNewer(reader))]) {
    for (const one of part) {
      // The same link-local address may stand on many interfaces.
      const key = one.ip.startsWith('fe80:') ? `${one.ip}%${one.ifIndex}` : one.ip
      const known = found.get(key)
      found.set(key, known === undefined ? one : { ...one, ...known })
    }
  }
  return [...found.values()]
}

/** RFC 1213: IPv4 by address. */
async function readIpAddrTable(reader: SurveyReader): Promise<readonly SurveyAddress[]> {
  const rows = await readOptional(reader, IP_ADDR_ENTRY, { ifIndex: 2, netmask: 3 })
  return rows.flatMap((row) => {
    // Firewalls with virtual domains put a number behind the address.
    const ip = row.arcs.length <= 6 ? ipOf(row.arcs.slice(0, 4)) : undefined
    return ip === undefined ? [] : [address(ip, prefixOfMask(row.text('netmask')), row.number('ifIndex'))]
  })
}

/** RFC 2465: IPv6 by interface and address. */
async function readIpv6AddrTable(reader: SurveyReader): Promise<readonly SurveyAddress[]> {
  const rows = await readOptional(reader, IPV6_ADDR_ENTRY, { prefixLength: 2 })
  return rows.flatMap((row) => {
    // Some agents leave out the length before the address.
    const octets = row.arcs.slice(row.arcs.length === 18 ? 2 : 1)
    const ip = octets.length === 16 ? ipOf(octets) : undefined
    return ip === undefined ? [] : [address(ip, row.number('prefixLength'), row.arcs[0])]
  })
}

/** RFC 4293, and Cisco's draft of it: both families by type and address; the prefix is named by its row. */
async function readNewer(reader: SurveyReader): Promise<(readonly SurveyAddress[])[]> {
  const tables = [
    await readOptional(reader, IP_ADDRESS_ENTRY, { ifIndex: 3, type: 4, prefix: 5 }),
    await readOptional(reader, CISCO_IP_ADDRESS_ENTRY, { ifIndex: 3, type: 4, prefix: 5 }),
  ]
  return tables.map((rows) =>
    rows.flatMap((row) => {
      const ip = addressOfIndex(row.arcs)
      // Broadcast and anycast rows are no addresses of the device's own.
      if (ip === undefined || row.number('type') === BROADCAST) return []
      return [address(ip, prefixOfPointer(row.text('prefix')), row.number('ifIndex'))]
    }),
  )
}

const BROADCAST = 3

/** InetAddressType, length (which some agents leave out), octets. */
function addressOfIndex(arcs: readonly number[]): string | undefined {
  const [, length = 0] = arcs
  const octets = length === arcs.length - 2 ? arcs.slice(2) : arcs.slice(1)
  return octets.every((octet) => octet >= 0 && octet <= 255) ? ipOf(octets) : undefined
}

/** The last arc of the row that ipAddressPrefix points to is the length. */
function prefixOfPointer(pointer: string): number | undefined {
  const arcs = pointer.split('.')
  const length = Number(arcs.at(-1))
  return arcs.length > 10 && Number.isInteger(length) && length <= 128 ? length : undefined
}

function prefixOfMask(mask: string): number | undefined {
  const octets = mask.split('.').map(Number)
  if (octets.length !== 4 || octets.some((octet) => !(octet >= 0 && octet <= 255))) return undefined
  return octets.reduce((bits, octet) => bits + octet.toString(2).replaceAll('0', '').length, 0)
}

function address(ip: string, prefixLength: number | undefined, ifIndex: number | undefined): SurveyAddress {
  // A loopback address without a mask is in 127.0.0.0/8 (RFC 1122).
  const isLoopback = !prefixLength && ip.startsWith('127.')
  return { ip, ...defined({ prefixLength: isLoopback ? 8 : prefixLength, ifIndex }) }
}
