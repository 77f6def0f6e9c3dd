import { octetsIpText } from '@eyenet/shared/network'
import type { FrameFinding } from './frame-finding.ts'
import { FrameOctets, NO_OCTETS, textIn, textOrHex } from './frame-octets.ts'

const TLV = { deviceId: 1, addresses: 2, port: 3, capabilities: 4, version: 5, platform: 6 }
/** By bit, the lowest first; IGMP snooping says nothing of what it is. */
const CAPABILITIES = ['router', 'bridge', 'bridge', 'bridge', 'stationOnly', '', 'repeater', 'telephone'] as const
const HEADER = 4
const MOST_TLVS = 256

/** Cisco's discovery protocol, from its version on: TLVs whose length counts type and length too. */
export function parseCdp(frame: FrameOctets): readonly FrameFinding[] {
  const found = new Map<number, Uint8Array>()
  for (let at = HEADER, count = 0; at + 4 <= frame.length && count < MOST_TLVS; count++) {
    const [type, length] = [frame.word(at), frame.word(at + 2)]
    if (length < 4 || at + length > frame.length) break
    if (!found.has(type)) found.set(type, frame.part(at + 4, length - 4))
    at += length
  }
  const [device, port] = [found.get(TLV.deviceId), found.get(TLV.port)]
  if (device === undefined || port === undefined) return []
  const text = (type: number, most?: number): string => textIn(found.get(type) ?? NO_OCTETS, most)
  const descr = text(TLV.version, 500) || text(TLV.platform)
  const address = firstAddress(new FrameOctets(found.get(TLV.addresses) ?? NO_OCTETS))
  const capabilities = capabilitiesOf(found.get(TLV.capabilities))
  return [
    {
      kind: 'neighbor',
      protocol: 'cdp',
      port: textIn(port),
      sysName: textOrHex(device),
      ttl: frame.byte(1),
      ...(descr !== '' && { sysDescr: descr }),
      ...(address !== '' && { address }),
      ...(capabilities.length > 0 && { capabilities }),
    },
  ]
}

/** Of the list of addresses the first, where it is IPv4: protocol 1 octet long, 0xcc. */
function firstAddress(list: FrameOctets): string {
  const protocolLength = list.byte(5)
  const at = 6 + protocolLength
  const length = list.word(at)
  return protocolLength === 1 && list.byte(6) === 0xcc && length === 4 ? octetsIpText(list.part(at + 2, 4)) : ''
}

function capabilitiesOf(octets = NO_OCTETS): string[] {
  const bits = octets[3] ?? 0
  return [...new Set(CAPABILITIES.filter((name, at) => name !== '' && (bits & (1 << at)) !== 0))]
}
