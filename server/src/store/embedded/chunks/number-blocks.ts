import type { ByteWriter } from '../../log/byte-writer.ts'
import { bitsOf, type NumberRange, packedBytes, packFixed, unpackFixed } from './bit-packing.ts'
import type { ChunkBytes } from './chunk-bytes.ts'

/** Numbers per block, each of which has a form of its own. */
const BLOCK = 128
/** What format 1 had: 24 numbers of any width fill whole bytes. */
const BLOCK_OF_FORMAT_1 = 24

// First byte of a block. Below RICE: all numbers as wide as the byte says.
const RICE = 64
const PATCHED = 128
const ZEROS = 192

// Wider numbers are too far apart for counting in ones.
const RICE_LIMIT = 2 ** 31
const RICE_BITS_MAX = 24
// A position takes one byte.
const PATCHES_MAX = BLOCK / 4
const WIDEST = 53

const counts = new Int32Array(WIDEST + 2)

type Form =
  | { readonly kind: 'fixed'; readonly width: number }
  | { readonly kind: 'rice'; readonly width: number }
  | { readonly kind: 'patched'; readonly width: number; readonly patches: number }

/**
 * Writes whole numbers from 0 to 2^53, each block in the smallest of its forms: one width for all; Golomb-Rice, the low
 * bits together and then the high parts in unary; or one width with the few that are wider beside it (as in PForDelta).
 */
export function writeBlocks(out: ByteWriter, numbers: Float64Array, count: number): void {
  for (let start = 0; start < count; ) {
    const zeros = zeroBlocks(numbers, start, count)
    if (zeros > 0) {
      out.u8(ZEROS)
      out.varint(zeros)
      start += zeros * BLOCK
      continue
    }
    const end = Math.min(start + BLOCK, count)
    writeBlock(out, { numbers, start, end })
    start = end
  }
}

/** Reads `count` numbers into `into`, from index 0. */
export function readBlocks(source: ChunkBytes, into: Float64Array, count: number): void {
  for (let start = 0; start < count; ) {
    const head = source.u8()
    let end = Math.min(start + BLOCK, count)
    if (head < RICE) unpackFixed(source, { numbers: into, start, end }, head)
    else if (head < PATCHED) readRice(source, { numbers: into, start, end }, head - RICE)
    else if (head < ZEROS) readPatched(source, { numbers: into, start, end }, head - PATCHED)
    else {
      end = Math.min(start + source.varint() * BLOCK, count)
      into.fill(0, start, end)
    }
    if (end <= start) throw new RangeError('an empty block')
    start = end
  }
}

/** Reads what format 1 wrote: blocks of 24, each as wide as its first byte says. */
export function readBlocksOfFormat1(source: ChunkBytes, into: Float64Array, count: number): void {
  for (let start = 0; start < count; start += BLOCK_OF_FORMAT_1) {
    const end = Math.min(start + BLOCK_OF_FORMAT_1, count)
    unpackFixed(source, { numbers: into, start, end }, source.u8())
  }
}

/** How many whole blocks from `start` on are all zero; the last block may be short. */
function zeroBlocks(numbers: Float64Array, start: number, count: number): number {
  let at = start
  while (at < count && numbers[at] === 0) at++
  return at === count ? Math.ceil((at - start) / BLOCK) : Math.floor((at - start) / BLOCK)
}

function writeBlock(out: ByteWriter, range: NumberRange): void {
  const form = chooseForm(range)
  if (form.kind === 'fixed') {
    out.u8(form.width)
    packFixed(out, range, form.width)
  } else if (form.kind === 'rice') {
    out.u8(RICE + form.width)
    packFixed(out, range, form.width)
    writeUnary(out, range, form.width)
  } else {
    out.u8(PATCHED + form.width)
    packFixed(out, range, form.width)
    writePatches(out, range, form)
  }
}

function chooseForm(range: NumberRange): Form {
  const { numbers, start, end } = range
  counts.fill(0)
  let max = 0
  let sum = 0
  for (let i = start; i < end; i++) {
    const number = numbers[i] ?? 0
    const bits = bitsOf(number)
    counts[bits] = (counts[bits] ?? 0) + 1
    if (number > max) max = number
    sum += number
  }
  const width = bitsOf(max)
  const fixed = packedBytes(end - start, width)
  const rice = max < RICE_LIMIT ? bestRice(range, sum) : { width: 0, bytes: Number.POSITIVE_INFINITY }
  const patched = bestPatched(end - start, width)
  if (patched.bytes < rice.bytes && patched.bytes < fixed) {
    return { kind: 'patched', width: patched.width, patches: patched.patches }
  }
  return rice.bytes < fixed ? { kind: 'rice', width: rice.width } : { kind: 'fixed', width }
}

/** The low part is about as wide as the mean; one bit more or less is tried too. */
function bestRice({ numbers, start, end }: NumberRange, sum: number): { width: number; bytes: number } {
  const count = end - start
  const middle = Math.min(RICE_BITS_MAX, Math.max(1, bitsOf(Math.floor(sum / count)) - 1))
  let [less, same, more] = [0, 0, 0]
  for (let i = start; i < end; i++) {
    const number = numbers[i] ?? 0
    const high = number >>> (middle - 1)
    less += high
    same += high >>> 1
    more += high >>> 2
  }
  let best = { width: middle, bytes: riceBytes(count, middle, same) }
  const below = riceBytes(count, middle - 1, less)
  if (below < best.bytes) best = { width: middle - 1, bytes: below }
  const above = riceBytes(count, middle + 1, more)
  return above < best.bytes ? { width: middle + 1, bytes: above } : best
}

function riceBytes(count: number, width: number, high: number): number {
  return packedBytes(count, width) + Math.ceil((count + high) / 8)
}

/** From `counts`, how many numbers there are of each width. */
function bestPatched(count: number, widest: number): { width: number; bytes: number; patches: number } {
  let best = { width: 0, bytes: Number.POSITIVE_INFINITY, patches: 0 }
  let patches = 0
  for (let width = widest - 1; width >= 0; width--) {
    patches += counts[width + 1] ?? 0
    if (patches > PATCHES_MAX) break
    let bytes = packedBytes(count, width) + 1 + patches
    for (let bits = width + 1; bits <= widest; bits++) bytes += (counts[bits] ?? 0) * Math.ceil((bits - width) / 7)
    if (bytes < best.bytes) best = { width, bytes, patches }
  }
  return best
}

/** Each high part as so many zeros and a one, lowest bit first. */
function writeUnary(out: ByteWriter, { numbers, start, end }: NumberRange, width: number): void {
  let length = end - start
  for (let i = start; i < end; i++) length += (numbers[i] ?? 0) >>> width
  const at = out.reserve(Math.ceil(length / 8))
  const { room } = out
  room.fill(0, at, at + Math.ceil(length / 8))
  let bit = at * 8
  for (let i = start; i < end; i++) {
    bit += (numbers[i] ?? 0) >>> width
    room[bit >>> 3] = (room[bit >>> 3] ?? 0) | (1 << (bit & 7))
    bit++
  }
}

function readRice(source: ChunkBytes, range: NumberRange, width: number): void {
  const { numbers, start, end } = range
  unpackFixed(source, range, width)
  const scale = 2 ** width
  const { view } = source
  let at = source.position
  let base = 0
  let before = -1
  let i = start
  while (i < end) {
    let word = view.getInt32(at, true)
    while (word !== 0 && i < end) {
      const bit = base + 31 - Math.clz32(word & -word)
      const high = bit - before - 1
      if (high !== 0) numbers[i] = (numbers[i] ?? 0) + high * scale
      before = bit
      word &= word - 1
      i++
    }
    at += 4
    base += 32
  }
  source.skip((before >>> 3) + 1)
}

function writePatches(out: ByteWriter, { numbers, start, end }: NumberRange, form: Form & { kind: 'patched' }): void {
  const scale = 2 ** form.width
  out.u8(form.patches)
  for (let i = start; i < end; i++) {
    const high = Math.floor((numbers[i] ?? 0) / scale)
    if (high === 0) continue
    out.u8(i - start)
    out.varint(high)
  }
}

function readPatched(source: ChunkBytes, range: NumberRange, width: number): void {
  const { numbers, start, end } = range
  unpackFixed(source, range, width)
  const scale = 2 ** width
  for (let left = source.u8(); left > 0; left--) {
    const at = start + source.u8()
    if (at >= end) throw new RangeError('a patch outside its block')
    numbers[at] = (numbers[at] ?? 0) + source.varint() * scale
  }
}
