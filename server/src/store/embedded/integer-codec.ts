import { packedSize, readPacked, writePacked } from './bit-packing.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

/** Offsets up to here keep every difference of differences, folded to unsigned, exact in a float64. */
export const OFFSET_LIMIT = 2 ** 50

// How a column of offsets becomes small unsigned numbers; the cheapest is taken per chunk.
const MODES = ['delta2', 'delta-above-min', 'delta', 'above-min'] as const
type Mode = (typeof MODES)[number]

// All numbers are zero: no blocks follow.
const FLAT = 16

let scratch = new Float64Array(1024)
let best = new Float64Array(1024)

/** Writes whole numbers within +-OFFSET_LIMIT; the first must be 0. */
export function writeIntegers(out: ByteWriter, offsets: Float64Array, count: number): void {
  if (count < 2) return
  if (scratch.length < count) {
    scratch = new Float64Array(count)
    best = new Float64Array(count)
  }
  let bestSize = Number.POSITIVE_INFINITY
  let bestMode = 0
  let bestReference = 0
  for (let mode = 0; mode < MODES.length; mode++) {
    const reference = residuals(MODES[mode] ?? 'delta', offsets, count)
    const size = packedSize(scratch, count - 1)
    if (size >= bestSize) continue
    bestSize = size
    bestMode = mode
    bestReference = reference
    const spare = best
    best = scratch
    scratch = spare
  }
  const flat = isZero(best, count - 1)
  out.u8(flat ? bestMode + FLAT : bestMode)
  out.varint(fold(bestReference))
  if (!flat) writePacked(out, best, count - 1)
}

/** Reads what writeIntegers wrote into `into[0..count)`. */
export function readIntegers(reader: ByteReader, into: Float64Array, count: number): void {
  if (count > 0) into[0] = 0
  if (count < 2) return
  const head = reader.u8()
  const mode = MODES[head % FLAT]
  if (mode === undefined) throw new RangeError(`unknown integer mode ${head}`)
  const reference = unfold(reader.varint())
  const rest = into.subarray(1, count)
  if (head >= FLAT) rest.fill(0)
  else readPacked(reader, rest, count - 1)
  restore(mode, rest, reference)
}

/** Fills `scratch` with the unsigned numbers of a mode; returns the reference that goes with them. */
function residuals(mode: Mode, offsets: Float64Array, count: number): number {
  switch (mode) {
    case 'delta2': {
      const first = offsets[1] ?? 0
      let before = first
      for (let i = 1; i < count; i++) {
        const delta = (offsets[i] ?? 0) - (offsets[i - 1] ?? 0)
        scratch[i - 1] = fold(delta - before)
        before = delta
      }
      return first
    }
    case 'delta-above-min': {
      let min = Number.POSITIVE_INFINITY
      for (let i = 1; i < count; i++) min = Math.min(min, (offsets[i] ?? 0) - (offsets[i - 1] ?? 0))
      for (let i = 1; i < count; i++) scratch[i - 1] = (offsets[i] ?? 0) - (offsets[i - 1] ?? 0) - min
      return min
    }
    case 'delta':
      for (let i = 1; i < count; i++) scratch[i - 1] = fold((offsets[i] ?? 0) - (offsets[i - 1] ?? 0))
      return 0
    case 'above-min': {
      let min = Number.POSITIVE_INFINITY
      for (let i = 1; i < count; i++) min = Math.min(min, offsets[i] ?? 0)
      for (let i = 1; i < count; i++) scratch[i - 1] = (offsets[i] ?? 0) - min
      return min
    }
  }
}

function restore(mode: Mode, numbers: Float64Array, reference: number): void {
  let value = 0
  let delta = reference
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] ?? 0
    if (mode === 'above-min') value = number + reference
    else if (mode === 'delta-above-min') value += number + reference
    else if (mode === 'delta') value += unfold(number)
    else {
      delta += unfold(number)
      value += delta
    }
    numbers[i] = value
  }
}

function isZero(numbers: Float64Array, count: number): boolean {
  for (let i = 0; i < count; i++) if (numbers[i] !== 0) return false
  return true
}

/** Signed to unsigned, small stays small: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4. */
function fold(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}

function unfold(value: number): number {
  if (value < 2147483648) return (value >>> 1) ^ -(value & 1)
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}
