import { octetsIpText } from '@eyenet/shared/network'
import type { FrameFinding } from './frame-finding.ts'
import { type FrameOctets, NO_OCTETS, textIn } from './frame-octets.ts'

const REQUEST = 1
const ETHERNET = 1
const CLIENT_ADDRESS = 12
const CLIENT_MAC = 28
const COOKIE_AT = 236
const COOKIE = [99, 130, 83, 99]
const OPTION = { pad: 0, hostname: 12, wanted: 50, vendorClass: 60, end: 255 }
const MOST_OPTIONS = 256

/** RFC 2131: what a client says of itself when it asks for an address. */
export function parseDhcp(message: FrameOctets): readonly FrameFinding[] {
  const isClient = message.byte(0) === REQUEST && message.byte(1) === ETHERNET && message.byte(2) === 6
  if (!isClient || COOKIE.some((octet, at) => message.byte(COOKIE_AT + at) !== octet)) return []
  const found = new Map<number, Uint8Array>()
  for (let at = COOKIE_AT + 4, count = 0; at < message.length && count < MOST_OPTIONS; count++) {
    const option = message.byte(at)
    if (option === OPTION.end) break
    if (option === OPTION.pad) {
      at++
      continue
    }
    const length = message.byte(at + 1)
    if (at + 2 + length > message.length) break
    if (!found.has(option)) found.set(option, message.part(at + 2, length))
    at += 2 + length
  }
  const hostname = textIn(found.get(OPTION.hostname) ?? NO_OCTETS)
  const vendorClass = textIn(found.get(OPTION.vendorClass) ?? NO_OCTETS)
  const own = octetsIpText(message.part(CLIENT_ADDRESS, 4))
  const address = own !== '' && own !== '0.0.0.0' ? own : octetsIpText(found.get(OPTION.wanted) ?? NO_OCTETS)
  return [
    {
      kind: 'station',
      mac: message.mac(CLIENT_MAC),
      ...(address !== '' && { address }),
      ...(hostname !== '' && { hostname }),
      ...(vendorClass !== '' && { vendorClass }),
    },
  ]
}
