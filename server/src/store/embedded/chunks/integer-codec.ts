import type { ByteWriter } from '../../log/byte-writer.ts'
import { bitsOf } from './bit-packing.ts'
import type { ChunkBytes } from './chunk-bytes.ts'
import { writeBlocks } from './number-blocks.ts'

/** Offsets up to here keep every difference of differences, folded to unsigned, exact in a float64. */
export const OFFSET_LIMIT = 2 ** 50

// How a column of offsets becomes small unsigned numbers; the cheapest is taken per chunk. The place is the number on disk.
const MODES = ['delta2', 'delta-above-min', 'delta', 'above-min', 'delta-around', 'around'] as const
type Mode = (typeof MODES)[number]

// All numbers are zero: no blocks follow.
const FLAT = 16

// The typical step and height are the medians of so many numbers.
const PROBES = 31

// Of longer columns every third number is looked at when a mode is chosen.
const JUDGED = 256

let scratch = new Float64Array(1024)

/** Reads the packed numbers of a column, as one of the chunk's formats has them. */
export type ReadNumbers = (source: ChunkBytes, into: Float64Array, count: number) => void

/** Writes whole numbers within +-OFFSET_LIMIT; the first must be 0. */
export function writeIntegers(out: ByteWriter, offsets: Float64Array, count: number): void {
  if (count < 2) return
  if (isRegular(offsets, count)) {
    out.u8(MODES.indexOf('delta2') + FLAT)
    out.varint(fold(offsets[1] ?? 0))
    return
  }
  if (scratch.length < count) scratch = new Float64Array(count)
  const { mode, reference } = cheapest(offsets, count)
  fillResiduals({ mode, reference }, offsets, count)
  out.u8(MODES.indexOf(mode))
  out.varint(fold(reference))
  writeBlocks(out, scratch, count - 1)
}

/** Reads what writeIntegers wrote into `into`, all of it. */
export function readIntegers(source: ChunkBytes, into: Float64Array, readNumbers: ReadNumbers): void {
  const count = into.length
  if (count > 0) into[0] = 0
  if (count < 2) return
  const head = source.u8()
  const mode = MODES[head % FLAT]
  if (mode === undefined) throw new RangeError(`unknown integer mode ${head}`)
  const reference = unfold(source.varint())
  const rest = into.subarray(1)
  if (head >= FLAT) rest.fill(0)
  else readNumbers(source, rest, count - 1)
  restore(mode, rest, reference)
}

type Choice = { readonly mode: Mode; readonly reference: number }

/** The mode whose numbers have the fewest bits in sum, which tells the packed size well. */
function cheapest(offsets: Float64Array, count: number): Choice {
  const step = typical(offsets, count, true)
  const height = typical(offsets, count, false)
  const first = offsets[1] ?? 0
  let minStep = Number.POSITIVE_INFINITY
  let minHeight = Number.POSITIVE_INFINITY
  for (let i = 1; i < count; i++) {
    const offset = offsets[i] ?? 0
    const delta = offset - (offsets[i - 1] ?? 0)
    if (delta < minStep) minStep = delta
    if (offset < minHeight) minHeight = offset
  }
  let [delta2, aboveStep, plain, aboveHeight, aroundStep, aroundHeight] = [0, 0, 0, 0, 0, 0]
  const stride = count > JUDGED ? 3 : 1
  for (let i = 2; i < count; i += stride) {
    const offset = offsets[i] ?? 0
    const before = offsets[i - 1] ?? 0
    const delta = offset - before
    delta2 += bitsOf(fold(delta - before + (offsets[i - 2] ?? 0)))
    aboveStep += bitsOf(delta - minStep)
    plain += bitsOf(fold(delta))
    aboveHeight += bitsOf(offset - minHeight)
    aroundStep += bitsOf(fold(delta - step))
    aroundHeight += bitsOf(fold(offset - height))
  }
  const choices: readonly (Choice & { readonly bits: number })[] = [
    { mode: 'delta2', reference: first, bits: delta2 },
    { mode: 'delta-above-min', reference: minStep, bits: aboveStep },
    { mode: 'delta', reference: 0, bits: plain },
    { mode: 'above-min', reference: minHeight, bits: aboveHeight },
    { mode: 'delta-around', reference: step, bits: aroundStep },
    { mode: 'around', reference: height, bits: aroundHeight },
  ]
  return choices.reduce((best, choice) => (choice.bits < best.bits ? choice : best))
}

/** Median of some steps, or heights. */
function typical(offsets: Float64Array, count: number, ofSteps: boolean): number {
  const probes = new Float64Array(Math.min(PROBES, count - 1))
  for (let i = 0; i < probes.length; i++) {
    const at = 1 + Math.floor((i * (count - 1)) / probes.length)
    probes[i] = (offsets[at] ?? 0) - (ofSteps ? (offsets[at - 1] ?? 0) : 0)
  }
  return probes.sort()[probes.length >> 1] ?? 0
}

/** Fills `scratch` with the unsigned numbers of a mode. */
function fillResiduals({ mode, reference }: Choice, offsets: Float64Array, count: number): void {
  let before = reference
  for (let i = 1; i < count; i++) {
    const offset = offsets[i] ?? 0
    if (mode === 'above-min') scratch[i - 1] = offset - reference
    else if (mode === 'around') scratch[i - 1] = fold(offset - reference)
    else {
      const delta = offset - (offsets[i - 1] ?? 0)
      if (mode === 'delta-above-min') scratch[i - 1] = delta - reference
      else {
        scratch[i - 1] = fold(delta - before)
        if (mode === 'delta2') before = delta
      }
    }
  }
}

function restore(mode: Mode, numbers: Float64Array, reference: number): void {
  const count = numbers.length
  let value = 0
  if (mode === 'above-min') for (let i = 0; i < count; i++) numbers[i] = (numbers[i] ?? 0) + reference
  else if (mode === 'around') for (let i = 0; i < count; i++) numbers[i] = unfold(numbers[i] ?? 0) + reference
  else if (mode === 'delta-above-min') {
    for (let i = 0; i < count; i++) {
      value += (numbers[i] ?? 0) + reference
      numbers[i] = value
    }
  } else if (mode === 'delta2') {
    let delta = reference
    for (let i = 0; i < count; i++) {
      delta += unfold(numbers[i] ?? 0)
      value += delta
      numbers[i] = value
    }
  } else {
    // For 'delta' the reference is 0.
    for (let i = 0; i < count; i++) {
      value += unfold(numbers[i] ?? 0) + reference
      numbers[i] = value
    }
  }
}

/** Whether all steps are the same, as times mostly are. */
function isRegular(offsets: Float64Array, count: number): boolean {
  const step = offsets[1] ?? 0
  for (let i = 2; i < count; i++) if ((offsets[i] ?? 0) - (offsets[i - 1] ?? 0) !== step) return false
  return true
}

/** Signed to unsigned, small stays small: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4. */
export function fold(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}

export function unfold(value: number): number {
  if (value < 2147483648) return (value >>> 1) ^ -(value & 1)
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}
