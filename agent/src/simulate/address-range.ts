import { EyeNetError } from '@eyenet/shared/errors'

/** Last octets in use: those that look like a network's or a broadcast's address are left out. */
const FIRST = 1
const PER_BLOCK = 254

/** The IPv4 address `index` places after another one; x.x.x.0 and x.x.x.255 are passed over. */
export function addressAfter(first: string, index: number): string {
  const [a = 0, b = 0, c = 0, d = 0] = first.split('.').map(Number)
  const place = Math.min(Math.max(d, FIRST), PER_BLOCK) - FIRST + index
  const block = b * 256 + c + Math.floor(place / PER_BLOCK)
  if (block > 0xffff) throw new EyeNetError('invalid', `there are not enough addresses after ${first}; begin lower`)
  return `${a}.${block >> 8}.${block & 0xff}.${FIRST + (place % PER_BLOCK)}`
}
