import type { ByteWriter } from '../../log/byte-writer.ts'
import type { ChunkBytes } from './chunk-bytes.ts'

// Accumulating up to 7 old bits and 24 new ones stays inside 32.
const NARROW = 24
// What one word gives, wherever in a byte its first bit is.
const LOAD = 25
const LOAD_MASK = 2 ** LOAD - 1

/** Some of a column's numbers. */
export type NumberRange = { readonly numbers: Float64Array; readonly start: number; readonly end: number }

/** Bits a whole number from 0 to 2^53 takes. */
export function bitsOf(value: number): number {
  return value < 4294967296 ? 32 - Math.clz32(value) : 64 - Math.clz32(Math.floor(value / 4294967296))
}

/** Bytes of `count` numbers of `width` bits. */
export function packedBytes(count: number, width: number): number {
  return Math.ceil((width * count) / 8)
}

/** Writes the low `width` bits of whole numbers from 0 to 2^53, lowest bit first, filled to whole bytes. */
export function packFixed(out: ByteWriter, { numbers, start, end }: NumberRange, width: number): void {
  const at = out.reserve(packedBytes(end - start, width))
  if (width === 0) return
  if (width <= NARROW) packNarrow({ room: out.room, at, numbers, width }, start, end)
  else packWide({ room: out.room, at, numbers, width }, start, end)
}

/** Reads what packFixed wrote of so many numbers. */
export function unpackFixed(source: ChunkBytes, { numbers, start, end }: NumberRange, width: number): void {
  let bit = source.position * 8
  source.skip(packedBytes(end - start, width))
  const { view } = source
  if (width === 0) numbers.fill(0, start, end)
  else if (width <= LOAD) {
    const mask = 2 ** width - 1
    for (let i = start; i < end; i++) {
      numbers[i] = (view.getUint32(bit >>> 3, true) >>> (bit & 7)) & mask
      bit += width
    }
  } else if (width <= 2 * LOAD) {
    const mask = 2 ** (width - LOAD) - 1
    for (let i = start; i < end; i++) {
      const low = (view.getUint32(bit >>> 3, true) >>> (bit & 7)) & LOAD_MASK
      const next = bit + LOAD
      const high = (view.getUint32(next >>> 3, true) >>> (next & 7)) & mask
      numbers[i] = low + high * (LOAD_MASK + 1)
      bit += width
    }
  } else unpackWidest(view, { numbers, start, end }, { bit, width })
}

function unpackWidest(view: DataView, range: NumberRange, { bit, width }: { bit: number; width: number }): void {
  const { numbers, start, end } = range
  let at = bit
  for (let i = start; i < end; i++) {
    let number = 0
    let scale = 1
    for (let left = width; left > 0; left -= LOAD) {
      const part = Math.min(left, LOAD)
      number += ((view.getUint32(at >>> 3, true) >>> (at & 7)) & (2 ** part - 1)) * scale
      scale *= LOAD_MASK + 1
      at += part
    }
    numbers[i] = number
  }
}

type Target = {
  readonly room: Uint8Array
  readonly at: number
  readonly numbers: Float64Array
  readonly width: number
}

function packNarrow({ room, at, numbers, width }: Target, start: number, end: number): void {
  const mask = 2 ** width - 1
  let to = at
  let held = 0
  let bits = 0
  for (let i = start; i < end; i++) {
    held |= ((numbers[i] ?? 0) & mask) << bits
    bits += width
    while (bits >= 8) {
      room[to++] = held
      held >>>= 8
      bits -= 8
    }
  }
  if (bits > 0) room[to] = held
}

// Wider numbers go 16 bits at a time through the same stream of bits.
function packWide({ room, at, numbers, width }: Target, start: number, end: number): void {
  let to = at
  let held = 0
  let bits = 0
  for (let i = start; i < end; i++) {
    let rest = numbers[i] ?? 0
    for (let left = width; left > 0; left -= 16) {
      const part = Math.min(left, 16)
      held |= ((rest % 65536) & ((1 << part) - 1)) << bits
      rest = Math.floor(rest / 65536)
      bits += part
      while (bits >= 8) {
        room[to++] = held
        held >>>= 8
        bits -= 8
      }
    }
  }
  if (bits > 0) room[to] = held
}
