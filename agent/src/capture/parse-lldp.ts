import { octetsIpText } from '@eyenet/shared/network'
import type { FrameFinding } from './frame-finding.ts'
import { type FrameOctets, hexOf, NO_OCTETS, textIn, textOrHex } from './frame-octets.ts'

const TLV = { end: 0, chassis: 1, port: 2, ttl: 3, portDescr: 4, sysName: 5, sysDescr: 6, capabilities: 7, address: 8 }
/** Of an identifier: a station's address, a network address. The numbers of chassis and port differ. */
const CHASSIS = { mac: 4, network: 5 }
const PORT = { mac: 3, network: 4 }
const CAPABILITIES = [
  ...['other', 'repeater', 'bridge', 'wlanAccessPoint', 'router', 'telephone', 'docsisCableDevice', 'stationOnly'],
  ...['cVlanComponent', 'sVlanComponent', 'twoPortMacRelay'],
]
/** A frame of 1,600 octets has room for no more than these. */
const MOST_TLVS = 256

/** IEEE 802.1AB. A frame without chassis, port and time to live is none. */
export function parseLldp(frame: FrameOctets): readonly FrameFinding[] {
  const found = new Map<number, Uint8Array>()
  for (let at = 0, count = 0; at + 2 <= frame.length && count < MOST_TLVS; count++) {
    const head = frame.word(at)
    const [type, length] = [head >> 9, head & 0x1ff]
    if (type === TLV.end || at + 2 + length > frame.length) break
    if (!found.has(type)) found.set(type, frame.part(at + 2, length))
    at += 2 + length
  }
  const [chassis, port, ttl] = [found.get(TLV.chassis), found.get(TLV.port), found.get(TLV.ttl)]
  if (chassis === undefined || port === undefined || ttl === undefined || ttl.length < 2) return []
  const text = (type: number, most?: number): string => textIn(found.get(type) ?? NO_OCTETS, most)
  const [portDescr, sysDescr] = [text(TLV.portDescr), text(TLV.sysDescr, 500)]
  const address = addressOf(found.get(TLV.address))
  const capabilities = capabilitiesOf(found.get(TLV.capabilities))
  return [
    {
      kind: 'neighbor',
      protocol: 'lldp',
      chassisId: identifier(chassis, CHASSIS),
      port: identifier(port, PORT),
      sysName: text(TLV.sysName),
      ttl: ((ttl[0] ?? 0) << 8) | (ttl[1] ?? 0),
      ...(portDescr !== '' && { portDescr }),
      ...(sysDescr !== '' && { sysDescr }),
      ...(address !== '' && { address }),
      ...(capabilities.length > 0 && { capabilities }),
    },
  ]
}

function identifier(octets: Uint8Array, kinds: { readonly mac: number; readonly network: number }): string {
  const rest = octets.subarray(1)
  if (octets[0] === kinds.mac && rest.length === 6) return hexOf(rest)
  // The first octet of a network address is its IANA address family.
  if (octets[0] === kinds.network) return octetsIpText(rest.subarray(1)) || textOrHex(rest)
  return textOrHex(rest)
}

function addressOf(octets = NO_OCTETS): string {
  const length = octets[0] ?? 0
  return octets.length >= 1 + length ? octetsIpText(octets.subarray(2, 1 + length)) : ''
}

/** Those that are enabled. */
function capabilitiesOf(octets = NO_OCTETS): string[] {
  const bits = ((octets[2] ?? 0) << 8) | (octets[3] ?? 0)
  return CAPABILITIES.filter((_, at) => (bits & (1 << at)) !== 0)
}
