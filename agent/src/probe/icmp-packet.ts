/** Octets after the header; with the usual 56 an echo is as long as that of the ping program. */
const PAYLOAD = 56
const HEADER = 8
/** Random octets at the start of the payload: another process may use the same identifier. */
export const TOKEN_BYTES = 8

export type Family = 4 | 6

export type EchoKey = { readonly identifier: number; readonly sequence: number }

/** What an ICMP packet means to us. `unreachable` carries the echo that it is about. */
export type IcmpMessage =
  | (EchoKey & { readonly kind: 'echo-reply'; readonly token: Uint8Array })
  | (EchoKey & { readonly kind: 'unreachable'; readonly detail: string })
  | { readonly kind: 'other' }

const ECHO_REQUEST = { 4: 8, 6: 128 } as const
const ECHO_REPLY = { 4: 0, 6: 129 } as const
const UNREACHABLE = { 4: 3, 6: 1 } as const
const IPV6_HEADER = 40
const OTHER: IcmpMessage = { kind: 'other' }

/** An echo request (RFC 792; RFC 4443, 4.1). For IPv6 the kernel fills in the checksum. */
export function encodeEcho(family: Family, { identifier, sequence }: EchoKey, token: Uint8Array): Buffer {
  const packet = Buffer.alloc(HEADER + PAYLOAD)
  packet[0] = ECHO_REQUEST[family]
  packet.writeUInt16BE(identifier, 4)
  packet.writeUInt16BE(sequence, 6)
  packet.set(token.subarray(0, TOKEN_BYTES), HEADER)
  if (family === 4) packet.writeUInt16BE(checksum(packet), 2)
  return packet
}

/** Reads what a raw socket received: IPv4 with its IP header, IPv6 without. Never throws. */
export function decodeIcmp(family: Family, packet: Buffer): IcmpMessage {
  const icmp = family === 4 ? behindIpv4(packet) : packet
  if (icmp === null || icmp.length < HEADER) return OTHER
  const type = icmp[0]
  if (type === ECHO_REPLY[family]) {
    return { kind: 'echo-reply', ...echoKey(icmp), token: icmp.subarray(HEADER, HEADER + TOKEN_BYTES) }
  }
  if (type !== UNREACHABLE[family]) return OTHER
  const inner = icmp.subarray(HEADER)
  const original = family === 4 ? behindIpv4(inner) : inner.subarray(IPV6_HEADER)
  if (original === null || original.length < HEADER || original[0] !== ECHO_REQUEST[family]) return OTHER
  return { kind: 'unreachable', ...echoKey(original), detail: unreachableDetail(family, icmp[1] ?? 0) }
}

/** The Internet checksum (RFC 1071) of a packet whose checksum field is zero. */
export function checksum(packet: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < packet.length; at += 2) sum += ((packet[at] ?? 0) << 8) | (packet[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function echoKey(icmp: Buffer): EchoKey {
  return { identifier: icmp.readUInt16BE(4), sequence: icmp.readUInt16BE(6) }
}

function behindIpv4(packet: Buffer): Buffer | null {
  const length = ((packet[0] ?? 0) & 0x0f) * 4
  return (packet[0] ?? 0) >> 4 === 4 && length >= 20 ? packet.subarray(length) : null
}

const IPV4_CODES: Readonly<Record<number, string>> = {
  0: 'a router knows no way to its network',
  1: 'a router knows no way to it, or it is off',
  2: 'it does not know ICMP',
  9: 'a firewall forbids its network',
  10: 'a firewall forbids it',
  13: 'a firewall forbids it',
}
const IPV6_CODES: Readonly<Record<number, string>> = {
  0: 'a router knows no way to it',
  1: 'a firewall forbids it',
  3: 'a router cannot find it, or it is off',
}

function unreachableDetail(family: Family, code: number): string {
  return (family === 4 ? IPV4_CODES : IPV6_CODES)[code] ?? `a router refused it with code ${code}`
}
