import { isIPv6 } from 'node:net'

/** The 16 octets of an IPv6 address that is written without an IPv4 part; undefined where it is none. */
export function ipOctets(text: string): readonly number[] | undefined {
  if (!isIPv6(text) || text.includes('.')) return undefined
  const [head = '', tail] = text.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const middle = Array.from({ length: 8 - front.length - back.length }, () => '0')
  const words = [...front, ...middle, ...back].map((word) => Number.parseInt(word, 16))
  return words.flatMap((word) => [word >> 8, word & 0xff])
}
