import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

/** Numbers per block: 24 numbers of any width fill whole bytes, and one width byte costs 1/3 bit per number. */
export const BLOCK = 24

// Accumulating up to 7 old bits and 24 new ones stays inside 32.
const NARROW = 24

/** Bits a whole number from 0 to 2^53 takes. */
export function bitsOf(value: number): number {
  return value < 4294967296 ? 32 - Math.clz32(value) : 64 - Math.clz32(Math.floor(value / 4294967296))
}

/** Bytes that writePacked makes of these numbers. */
export function packedSize(numbers: Float64Array, count: number): number {
  let size = 0
  for (let start = 0; start < count; start += BLOCK) {
    const end = Math.min(start + BLOCK, count)
    size += 1 + Math.ceil((bitsOf(largest(numbers, start, end)) * (end - start)) / 8)
  }
  return size
}

/** Whole numbers from 0 to 2^53, each block as wide as its largest. */
export function writePacked(out: ByteWriter, numbers: Float64Array, count: number): void {
  for (let start = 0; start < count; start += BLOCK) {
    const end = Math.min(start + BLOCK, count)
    const width = bitsOf(largest(numbers, start, end))
    out.u8(width)
    const at = out.reserve(Math.ceil((width * (end - start)) / 8))
    if (width === 0) continue
    if (width <= NARROW) packNarrow({ room: out.room, at, numbers, width }, start, end)
    else packWide({ room: out.room, at, numbers, width }, start, end)
  }
}

/** Reads `count` numbers into `into`, from index 0. */
export function readPacked(reader: ByteReader, into: Float64Array, count: number): void {
  for (let start = 0; start < count; start += BLOCK) {
    const end = Math.min(start + BLOCK, count)
    const width = reader.u8()
    const room = reader.take(Math.ceil((width * (end - start)) / 8))
    if (width === 0) into.fill(0, start, end)
    else if (width <= NARROW) unpackNarrow({ room, at: 0, numbers: into, width }, start, end)
    else unpackWide({ room, at: 0, numbers: into, width }, start, end)
  }
}

type Block = {
  readonly room: Uint8Array
  readonly at: number
  readonly numbers: Float64Array
  readonly width: number
}

function largest(numbers: Float64Array, start: number, end: number): number {
  let max = 0
  for (let i = start; i < end; i++) {
    const number = numbers[i] ?? 0
    if (number > max) max = number
  }
  return max
}

function packNarrow({ room, at, numbers, width }: Block, start: number, end: number): void {
  let to = at
  let held = 0
  let bits = 0
  for (let i = start; i < end; i++) {
    held |= (numbers[i] ?? 0) << bits
    bits += width
    while (bits >= 8) {
      room[to++] = held
      held >>>= 8
      bits -= 8
    }
  }
  if (bits > 0) room[to] = held
}

function unpackNarrow({ room, at, numbers, width }: Block, start: number, end: number): void {
  const mask = (1 << width) - 1
  let from = at
  let held = 0
  let bits = 0
  for (let i = start; i < end; i++) {
    while (bits < width) {
      held |= (room[from++] ?? 0) << bits
      bits += 8
    }
    numbers[i] = held & mask
    held >>>= width
    bits -= width
  }
}

// Wider numbers go 16 bits at a time through the same stream of bits.
function packWide({ room, at, numbers, width }: Block, start: number, end: number): void {
  let to = at
  let held = 0
  let bits = 0
  for (let i = start; i < end; i++) {
    let rest = numbers[i] ?? 0
    for (let left = width; left > 0; left -= 16) {
      const part = Math.min(left, 16)
      held |= (rest % 65536) << bits
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

function unpackWide({ room, at, numbers, width }: Block, start: number, end: number): void {
  let from = at
  let held = 0
  let bits = 0
  for (let i = start; i < end; i++) {
    let number = 0
    let scale = 1
    for (let left = width; left > 0; left -= 16) {
      const part = Math.min(left, 16)
      while (bits < part) {
        held |= (room[from++] ?? 0) << bits
        bits += 8
      }
      number += (held & ((1 << part) - 1)) * scale
      scale *= 65536
      held >>>= part
      bits -= part
    }
    numbers[i] = number
  }
}
