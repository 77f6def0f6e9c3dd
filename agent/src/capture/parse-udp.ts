import { octetsIpText } from '@eyenet/shared/network'
import type { FrameOctets } from './frame-octets.ts'

export type Datagram = {
  readonly sourcePort: number
  readonly destinationPort: number
  /** Of the sender. */
  readonly address: string
  readonly data: FrameOctets
}

const UDP = 17
const UDP_HEADER = 8
const IPV6_HEADER = 40
const FRAGMENT_OFFSET = 0x1fff

/** UDP directly in IPv4 or IPv6; undefined for anything else, and for fragments after the first. */
export function parseUdp(packet: FrameOctets, isIpv6: boolean): Datagram | undefined {
  const headerLength = isIpv6 ? IPV6_HEADER : (packet.byte(0) & 0x0f) * 4
  const version = packet.byte(0) >> 4
  const protocol = packet.byte(isIpv6 ? 6 : 9)
  if (version !== (isIpv6 ? 6 : 4) || protocol !== UDP || headerLength < 20) return undefined
  if (!isIpv6 && (packet.word(6) & FRAGMENT_OFFSET) !== 0) return undefined
  const udp = packet.from(headerLength)
  if (udp.length < UDP_HEADER) return undefined
  return {
    sourcePort: udp.word(0),
    destinationPort: udp.word(2),
    address: octetsIpText(isIpv6 ? packet.part(8, 16) : packet.part(12, 4)),
    data: udp.from(UDP_HEADER),
  }
}
