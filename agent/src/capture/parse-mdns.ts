import { octetsIpText } from '@eyenet/shared/network'
import type { FrameFinding } from './frame-finding.ts'
import { type FrameOctets, textIn } from './frame-octets.ts'

const HEADER = 12
const IS_ANSWER = 0x8000
const TYPE = { a: 1, ptr: 12, aaaa: 28 }
const MOST_RECORDS = 64
const MOST_NAME = 255
/** Pointers within one name; each leads backward, so that a name ends. */
const MOST_POINTERS = 16
const SERVICE = /^(?:.+\.)?(_[\w-]{1,15}\._(?:tcp|udp))\.local$/i
const MOST_SERVICES = 16

type Name = { readonly text: string; readonly end: number }

/** RFC 6762: the host names, and the services, of whoever sent an answer. */
export function parseMdns(
  message: FrameOctets,
  sender: { readonly mac: string; readonly address: string },
): readonly FrameFinding[] {
  if ((message.word(2) & IS_ANSWER) === 0) return []
  const questions = message.word(4)
  const records = message.word(6) + message.word(8) + message.word(10)
  let at = HEADER
  for (let count = 0; count < Math.min(questions, MOST_RECORDS); count++)
    at = (nameAt(message, at)?.end ?? message.length) + 4
  let hostname = ''
  const services = new Set<string>()
  for (let count = 0; count < Math.min(records, MOST_RECORDS) && at < message.length; count++) {
    const name = nameAt(message, at)
    if (name === undefined) break
    const [type, length] = [message.word(name.end), message.word(name.end + 8)]
    const data = name.end + 10
    if (data + length > message.length) break
    const isOwn = (type === TYPE.a || type === TYPE.aaaa) && octetsIpText(message.part(data, length)) === sender.address
    if (isOwn && hostname === '') hostname = name.text
    const service = type === TYPE.ptr ? SERVICE.exec(name.text)?.[1] : undefined
    if (service !== undefined && services.size < MOST_SERVICES) services.add(service.toLowerCase())
    at = data + length
  }
  if (hostname === '' && services.size === 0) return []
  return [
    {
      kind: 'station',
      ...sender,
      ...(hostname !== '' && { hostname }),
      ...(services.size > 0 && { services: [...services].sort() }),
    },
  ]
}

/** A name of RFC 1035, which may go on elsewhere; undefined where it is damaged. */
function nameAt(message: FrameOctets, from: number): Name | undefined {
  const labels: string[] = []
  let end: number | undefined
  let length = 0
  for (let at = from, pointers = 0; ; ) {
    const size = message.byte(at)
    if (at >= message.length || pointers > MOST_POINTERS || length > MOST_NAME) return undefined
    if (size === 0) return { text: labels.join('.'), end: end ?? at + 1 }
    if (size >= 0xc0) {
      end ??= at + 2
      const target = message.word(at) & 0x3fff
      if (target >= at) return undefined
      at = target
      pointers++
    } else if (size < 0x40 && at + 1 + size <= message.length) {
      labels.push(textIn(message.part(at + 1, size), 63))
      length += size + 1
      at += size + 1
    } else return undefined
  }
}
