import type { FrameFinding } from './frame-finding.ts'
import { FrameOctets } from './frame-octets.ts'
import { parseArp } from './parse-arp.ts'
import { parseCdp } from './parse-cdp.ts'
import { parseDhcp } from './parse-dhcp.ts'
import { parseLldp } from './parse-lldp.ts'
import { parseMdns } from './parse-mdns.ts'
import { parseUdp } from './parse-udp.ts'

const TYPE = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd, lldp: 0x88cc, vlan: 0x8100, providerVlan: 0x88a8 }
const HEADER = 14
const VLAN_TAG = 4
/** Tags of a frame; more are a trick. */
const MOST_TAGS = 2
/** IEEE 802.3 length instead of a type, then LLC and SNAP of Cisco: CDP is 0x2000. */
const MOST_LENGTH = 1_500
const SNAP_CDP = 'aa:aa:03:00:00:0c:20:00'

/** What an Ethernet frame tells; nothing where it is damaged, or of no interest. It never throws. */
export function parseFrame(octets: Uint8Array): readonly FrameFinding[] {
  const frame = new FrameOctets(octets)
  if (frame.length < HEADER) return []
  const source = frame.mac(6)
  let at = HEADER
  let type = frame.word(12)
  for (let tags = 0; tags < MOST_TAGS && (type === TYPE.vlan || type === TYPE.providerVlan); tags++) {
    type = frame.word(at + 2)
    at += VLAN_TAG
  }
  const payload = frame.from(at)
  if (type === TYPE.lldp) return parseLldp(payload)
  if (type === TYPE.arp) return parseArp(payload)
  if (type === TYPE.ipv4 || type === TYPE.ipv6) {
    const datagram = parseUdp(payload, type === TYPE.ipv6)
    if (datagram === undefined) return []
    const { sourcePort, destinationPort, data, address } = datagram
    const isDhcp = [67, 68].includes(sourcePort) && [67, 68].includes(destinationPort)
    if (isDhcp) return parseDhcp(data)
    return sourcePort === 5353 ? parseMdns(data, { mac: source, address }) : []
  }
  if (type <= MOST_LENGTH && hexSnap(payload) === SNAP_CDP) return parseCdp(payload.from(8))
  return []
}

function hexSnap(payload: FrameOctets): string {
  return `${payload.mac(0)}:${[6, 7].map((at) => payload.byte(at).toString(16).padStart(2, '0')).join(':')}`
}
