/** An IP address as a number, of one of two families. */
export type IpNumber = { readonly family: 4 | 6; readonly value: bigint }

export const ADDRESS_BITS = { 4: 32, 6: 128 } as const

/** The longest text of an address: IPv6 with an IPv4 tail. */
const MAX_TEXT = 45
const GROUPS = 8

/** Reads an IPv4 address (four decimal parts without leading zeros) or an IPv6 address (RFC 4291, 2.2; no zone). */
export function ipNumber(text: string): IpNumber | undefined {
  if (text.length > MAX_TEXT) return undefined
  if (!text.includes(':')) {
    const value = ipv4Value(text)
    return value === undefined ? undefined : { family: 4, value }
  }
  const value = ipv6Value(text)
  if (value === undefined) return undefined
  // ::ffff:192.0.2.1 is how some programs write an IPv4 address.
  return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffff_ffffn } : { family: 6, value }
}

/** The canonical text of an address (RFC 5952 for IPv6). */
export function ipText({ family, value }: IpNumber): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.')
  return groupsText(
    Array.from({ length: GROUPS }, (_none, at) => Number((value >> BigInt(16 * (GROUPS - 1 - at))) & 0xffffn)),
  )
}

/** The same of the octets of an address, 4 or 16 of them; empty for any other number. */
export function octetsIpText(octets: ArrayLike<number>): string {
  if (octets.length === 4) return Array.from(octets).join('.')
  if (octets.length !== 2 * GROUPS) return ''
  return groupsText(
    Array.from({ length: GROUPS }, (_none, at) => ((octets[at * 2] ?? 0) << 8) | (octets[at * 2 + 1] ?? 0)),
  )
}

function groupsText(groups: readonly number[]): string {
  const { from, length } = longestZeros(groups)
  const hex = groups.map((group) => group.toString(16))
  if (length < 2) return hex.join(':')
  return `${hex.slice(0, from).join(':')}::${hex.slice(from + length).join(':')}`
}

function ipv4Value(text: string): bigint | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1)
  if (parts === undefined || parts.some((part) => Number(part) > 255 || /^0\d/.test(part))) return undefined
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)
}

function ipv6Value(text: string): bigint | undefined {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (tail !== null) {
    const last = ipv4Value(tail[2] ?? '')
    if (last === undefined) return undefined
    return ipv6Value(`${tail[1]}${(last >> 16n).toString(16)}:${(last & 0xffffn).toString(16)}`)
  }
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head = [], rest = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  if (![...head, ...rest].every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return undefined
  const missing = GROUPS - head.length - rest.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...rest]
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n)
}

function longestZeros(groups: readonly number[]): { from: number; length: number } {
  let best = { from: 0, length: 0 }
  let from = 0
  for (const [at, group] of groups.entries()) {
    if (group !== 0) from = at + 1
    else if (at + 1 - from > best.length) best = { from, length: at + 1 - from }
  }
  return best
}
