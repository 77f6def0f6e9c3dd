import { EyeNetError } from '../errors/errors.ts'

/** A growing byte string: varints as in Protocol Buffers (7 bits a byte, low first), up to 2^53. */
export class ByteWriter {
  #bytes = new Uint8Array(4096)
  #length = 0

  /** What was written so far; valid until the next write. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** A natural number up to 2^53. */
  varint(value: number): void {
    this.#reserve(9)
    let rest = value
    // Bit operations work on 32 bits only: the high part goes by division.
    while (rest > 0x7fff_ffff) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest & 127) | 0x80
      rest >>>= 7
    }
    this.#bytes[this.#length++] = rest
  }

  /** An integer of -2^53 to 2^53: the sign is the lowest bit (zigzag would leave the exact range of a float64). */
  signed(value: number): void {
    const magnitude = Math.abs(value)
    const sign = value < 0 ? 1 : 0
    const low = ((magnitude % 64) << 1) | sign
    if (magnitude < 64) {
      this.byte(low)
      return
    }
    this.byte(low | 0x80)
    this.varint(Math.floor(magnitude / 64))
  }

  text(value: string): void {
    const bytes = utf8.encode(value)
    this.varint(bytes.length)
    this.raw(bytes)
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }
}

/** Reads what ByteWriter wrote. Every method throws `invalid` at the end of the bytes or on a number out of range. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  byte(): number {
    const value = this.#bytes[this.#at]
    if (value === undefined) throw malformed('it ends too early')
    this.#at++
    return value
  }

  /** A view of the next bytes. */
  raw(length: number): Uint8Array {
    if (length > this.left) throw malformed('it ends too early')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  varint(): number {
    let byte = this.byte()
    if (byte < 128) return byte
    let value = byte & 127
    let weight = 128
    for (let more = 0; more < 8; more++) {
      byte = this.byte()
      value += (byte & 127) * weight
      if (value > MAX_EXACT) break
      if (byte < 128) return value
      weight *= 128
    }
    throw malformed('a number is over 2^53')
  }

  signed(): number {
    const first = this.byte()
    let magnitude = (first & 127) >> 1
    if (first >= 128) magnitude += this.varint() * 64
    if (magnitude > MAX_EXACT) throw malformed('a number is over 2^53')
    return (first & 1) === 1 ? -magnitude : magnitude
  }

  /** A natural number of `most` at most; `what` names it in the error. */
  count(most: number, what: string): number {
    const value = this.varint()
    if (value > most) throw malformed(`${what} is ${value}, ${most} at most`)
    return value
  }

  text(maxBytes: number): string {
    const bytes = this.raw(this.count(maxBytes, 'length of a text'))
    try {
      return strictUtf8.decode(bytes)
    } catch (cause) {
      throw malformed('a text is not UTF-8', cause)
    }
  }
}

/** Integers up to here are exact in a float64. */
export const MAX_EXACT = 2 ** 53

export function malformed(why: string, cause?: unknown): EyeNetError {
  return new EyeNetError('invalid', `the samples message is malformed: ${why}`, { cause })
}

const utf8 = new TextEncoder()
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
