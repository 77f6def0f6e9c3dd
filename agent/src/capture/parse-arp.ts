import type { FrameFinding } from './frame-finding.ts'
import type { FrameOctets } from './frame-octets.ts'

const ETHERNET = 1
const IPV4 = 0x0800
const SENDER_MAC = 8
const SENDER_IP = 14
const LENGTH = 28

/** RFC 826: the sender has the address that it says, in questions as in answers. */
export function parseArp(arp: FrameOctets): readonly FrameFinding[] {
  if (arp.length < LENGTH || arp.word(0) !== ETHERNET || arp.word(2) !== IPV4) return []
  if (arp.byte(4) !== 6 || arp.byte(5) !== 4) return []
  const mac = arp.mac(SENDER_MAC)
  // A probe for an address that is wanted (RFC 5227) has none yet.
  const address = [0, 1, 2, 3].map((at) => arp.byte(SENDER_IP + at)).join('.')
  const isGroup = (arp.byte(SENDER_MAC) & 1) === 1
  return isGroup || address === '0.0.0.0' ? [] : [{ kind: 'station', mac, address }]
}
