import { TAG } from './ber-tag.ts'

/** The largest UDP datagram, and one more varbind: writing stops after the limit is passed, not before. */
const CAPACITY = 65_536 + 4_096
const TWO_32 = 0x1_0000_0000

/**
 * Writes BER from front to back. Lengths of the outer sequences are not known when they begin, so these take the long form
 * with two octets, which BER allows, and are filled in when they end. Callers check `at` after each varbind.
 */
export class ReplyBuffer {
  readonly bytes = Buffer.alloc(CAPACITY)
  at = 0

  /** Begins a sequence; the answer goes to `end`. */
  begin(tag: number): number {
    const { bytes, at } = this
    bytes[at] = tag
    bytes[at + 1] = 0x82
    this.at = at + 4
    return this.at
  }

  end(start: number): void {
    const length = this.at - start
    this.bytes[start - 2] = length >>> 8
    this.bytes[start - 1] = length & 0xff
  }

  /** Begins a varbind: a sequence that is nearly always below 128 octets. */
  beginVarbind(): number {
    this.bytes[this.at] = TAG.sequence
    this.at += 2
    return this.at
  }

  endVarbind(start: number): void {
    const length = this.at - start
    if (length < 128) {
      this.bytes[start - 1] = length
      return
    }
    this.bytes.copyWithin(start + 2, start, this.at)
    this.bytes[start - 1] = 0x82
    this.bytes[start] = length >>> 8
    this.bytes[start + 1] = length & 0xff
    this.at += 2
  }

  header(tag: number, length: number): void {
    const { bytes } = this
    bytes[this.at++] = tag
    if (length >= 128) {
      bytes[this.at++] = 0x82
      bytes[this.at++] = length >>> 8
    }
    bytes[this.at++] = length & 0xff
  }

  /** Copies octets as they are, without tag and length. Short ones are the rule, and a loop is cheaper than a call for them. */
  raw(octets: Uint8Array): void {
    const { bytes } = this
    const length = octets.length
    let at = this.at
    for (let from = 0; from < length; from++) bytes[at++] = octets[from] ?? 0
    this.at = at
  }

  octets(tag: number, octets: Uint8Array): void {
    this.header(tag, octets.length)
    this.raw(octets)
  }

  /** UTF-8. At most 255 octets, which is what DisplayString and SnmpAdminString allow. */
  text(value: string): void {
    const start = this.at
    const length = Math.min(255, this.bytes.write(value, start + 2, 255, 'utf8'))
    if (length >= 128) this.bytes.copyWithin(start + 4, start + 2, start + 2 + length)
    this.at = start
    this.header(TAG.octets, length)
    this.at += length
  }

  /** A signed 32-bit integer. */
  integer(value: number): void {
    const size =
      value >= -0x80 && value < 0x80
        ? 1
        : value >= -0x8000 && value < 0x8000
          ? 2
          : value >= -0x80_0000 && value < 0x80_0000
            ? 3
            : 4
    this.header(TAG.integer, size)
    for (let shift = (size - 1) * 8; shift >= 0; shift -= 8) this.bytes[this.at++] = (value >> shift) & 0xff
  }

  /** Counter32, Gauge32, TimeTicks: the value modulo 2^32. */
  unsigned32(tag: number, value: number): void {
    this.words(tag, 0, value < TWO_32 ? value >>> 0 : value % TWO_32)
  }

  /** Counter64: `value` below 2^53, `high` counts 2^32s on top; modulo 2^64. */
  unsigned64(value: number, high: number): void {
    const low = value % TWO_32
    this.words(TAG.counter64, ((value - low) / TWO_32 + high) >>> 0, low)
  }

  private words(tag: number, high: number, low: number): void {
    const top = high === 0 ? low : high
    let size =
      (high === 0 ? 1 : 5) + (top >= 0x8000_0000 ? 4 : top >= 0x80_0000 ? 3 : top >= 0x8000 ? 2 : top >= 0x80 ? 1 : 0)
    this.header(tag, size)
    const { bytes } = this
    let at = this.at
    for (size--; size >= 0; size--) {
      bytes[at++] = size > 7 ? 0 : size > 3 ? (high >>> ((size - 4) * 8)) & 0xff : (low >>> (size * 8)) & 0xff
    }
    this.at = at
  }
}
