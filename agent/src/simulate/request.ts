import { TAG } from './ber-tag.ts'

/** Bounds of what a request may hold; real managers stay far below. RFC 2578 allows 128 arcs in an identifier. */
const MAX_VARBINDS = 1_000
const MAX_ARCS = 128

export type RequestKind = 'get' | 'getNext' | 'getBulk' | 'set'

export type Request = {
  readonly version1: boolean
  readonly community: Uint8Array
  readonly kind: RequestKind
  readonly requestId: number
  /** GETBULK: non-repeaters and max-repetitions. Else what stood in the fields of the error. */
  readonly first: number
  readonly second: number
  readonly names: readonly { readonly arcs: readonly number[]; readonly ber: Uint8Array }[]
  /** The list of varbinds as it came, with its tag, for answers that repeat it. */
  readonly list: Uint8Array
}

const KINDS: Readonly<Record<number, RequestKind>> = {
  [TAG.get]: 'get',
  [TAG.getNext]: 'getNext',
  [TAG.getBulk]: 'getBulk',
  [TAG.set]: 'set',
}

/** Thrown inside this file only; every damaged octet ends the reading of a datagram. */
class Malformed extends Error {}
const MALFORMED = new Malformed('malformed')

class Reader {
  at: number
  private readonly bytes: Uint8Array
  private readonly limit: number

  constructor(bytes: Uint8Array, at: number, limit: number) {
    this.bytes = bytes
    this.at = at
    this.limit = limit
  }

  /** Reads tag and length; returns the length, with `at` on the content, which lies within the limit. */
  open(tag: number): number {
    if (this.octet() !== tag) throw MALFORMED
    let length = this.octet()
    if (length >= 0x80) {
      const count = length & 0x7f
      if (count === 0 || count > 4) throw MALFORMED
      length = 0
      for (let left = count; left > 0; left--) length = length * 256 + this.octet()
    }
    if (this.at + length > this.limit) throw MALFORMED
    return length
  }

  peek(): number {
    if (this.at >= this.limit) throw MALFORMED
    return this.bytes[this.at] as number
  }

  octet(): number {
    const octet = this.peek()
    this.at++
    return octet
  }

  integer(): number {
    const length = this.open(TAG.integer)
    if (length < 1 || length > 5) throw MALFORMED
    let value = (this.peek() & 0x80) === 0 ? 0 : -1
    for (let left = length; left > 0; left--) value = value * 256 + this.octet()
    if (value > 0x7fff_ffff || value < -0x8000_0000) throw MALFORMED
    return value
  }

  octets(tag: number): Uint8Array {
    const length = this.open(tag)
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  inside(tag: number): Reader {
    const length = this.open(tag)
    this.at += length
    return new Reader(this.bytes, this.at - length, this.at)
  }

  get done(): boolean {
    return this.at >= this.limit
  }
}

/** Reads a request of version 1 or 2c. Undefined: something else, or damaged, which an agent drops (RFC 3412 section 7.2). */
export function readRequest(bytes: Uint8Array): Request | undefined {
  try {
    return requestFrom(new Reader(bytes, 0, bytes.length).inside(TAG.sequence), bytes)
  } catch (thrown) {
    if (thrown === MALFORMED) return undefined
    throw thrown
  }
}

function requestFrom(message: Reader, bytes: Uint8Array): Request | undefined {
  const version = message.integer()
  if (version !== 0 && version !== 1) return undefined
  const community = message.octets(TAG.octets)
  const tag = message.peek()
  const kind = KINDS[tag]
  if (kind === undefined || (version === 0 && kind === 'getBulk')) return undefined
  const pdu = message.inside(tag)
  const requestId = pdu.integer()
  const first = pdu.integer()
  const second = pdu.integer()
  const from = pdu.at
  const varbinds = pdu.inside(TAG.sequence)
  const list = bytes.subarray(from, pdu.at)
  const names: Request['names'][number][] = []
  while (!varbinds.done) {
    if (names.length === MAX_VARBINDS) return undefined
    const varbind = varbinds.inside(TAG.sequence)
    const ber = varbind.octets(TAG.oid)
    names.push({ ber, arcs: arcsOf(ber) })
    varbind.octets(varbind.peek())
    if (!varbind.done) return undefined
  }
  return { version1: version === 0, community, kind, requestId, first, second, names, list }
}

function arcsOf(ber: Uint8Array): readonly number[] {
  const arcs: number[] = []
  let arc = 0
  for (let at = 0; at < ber.length; at++) {
    const octet = ber[at] as number
    arc = arc * 128 + (octet & 0x7f)
    if (arc > 0xffff_ffff) throw MALFORMED
    if (octet >= 0x80) {
      if (at === ber.length - 1) throw MALFORMED
      continue
    }
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(arc / 40))
      arcs.push(first, arc - first * 40)
    } else arcs.push(arc)
    if (arcs.length > MAX_ARCS) throw MALFORMED
    arc = 0
  }
  return arcs
}
