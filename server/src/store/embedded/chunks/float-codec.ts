import type { ByteWriter } from '../../log/byte-writer.ts'
import type { ChunkBytes } from './chunk-bytes.ts'
import { fold, OFFSET_LIMIT, type ReadNumbers, readIntegers, unfold, writeIntegers } from './integer-codec.ts'

// Forms of a value column, as written in its first byte.
const SCALED = 0
const XORED = 1
/** Scaled like the first, with the exponent in the same byte and a base that is short. */
const SHORT_BASE = 16

/** Decimals that are looked for: nanoseconds in seconds. */
const EXPONENT_MAX = 9

const POWERS = Array.from({ length: EXPONENT_MAX + 1 }, (_, exponent) => 10 ** exponent)

/** Folded, it is still a whole number that float64 has. */
const SHORT_BASE_MAX = 2 ** 52

// An odd value costs about nine bytes of its own; above this share the other form is smaller.
const ODD_SHARE = 1 / 8

// The exponent that these few values need is tried first.
const PROBES = 8

let offsets = new Float64Array(1024)

/**
 * Writes float64 values so that every bit comes back. Values that are whole numbers after a shift of the decimal point
 * are written as integers; values that are not (NaN of any kind, infinities, -0, other floats) are listed beside them
 * while they are few, else the whole column is written as differing bytes. Memory order is little-endian, as on every
 * platform Node has builds for.
 */
export function writeFloats(out: ByteWriter, values: Float64Array): void {
  const scaled = scaledForm(values)
  if (scaled === undefined) {
    out.u8(XORED)
    writeXored(out, values)
    return
  }
  if (Math.abs(scaled.base) <= SHORT_BASE_MAX) {
    out.u8(SHORT_BASE + scaled.exponent)
    out.varint(fold(scaled.base))
  } else {
    out.u8(SCALED)
    out.u8(scaled.exponent)
    out.f64(scaled.base)
  }
  out.varint(scaled.odd.length)
  const bytes = bytesOf(values)
  let before = 0
  for (const at of scaled.odd) {
    out.varint(at - before)
    out.bytes(bytes.subarray(at * 8, at * 8 + 8))
    before = at
  }
  writeIntegers(out, offsets, values.length)
}

/** Reads what writeFloats wrote into `values`, all of it. */
export function readFloats(source: ChunkBytes, values: Float64Array, readNumbers: ReadNumbers): void {
  const form = source.u8()
  if (form === XORED) {
    readXored(source, values)
    return
  }
  if (form !== SCALED && form < SHORT_BASE) throw new RangeError(`unknown value form ${form}`)
  const power = POWERS[form === SCALED ? source.u8() : form - SHORT_BASE]
  if (power === undefined) throw new RangeError('unknown decimal shift')
  const base = form === SCALED ? source.f64() : unfold(source.varint())
  readScaled(source, { values, power, base }, readNumbers)
}

type Scaled = { readonly exponent: number; readonly base: number; readonly odd: readonly number[] }

/** Finds the decimal shift and fills `offsets`; undefined when too many values do not fit. */
function scaledForm(values: Float64Array): Scaled | undefined {
  if (offsets.length < values.length) offsets = new Float64Array(values.length)
  let exponent = probedExponent(values)
  for (;;) {
    const scaled = scaleBy(values, exponent)
    if (scaled.kind !== 'higher') return scaled.kind === 'none' ? undefined : scaled
    exponent = scaled.exponent
  }
}

type Attempt =
  | ({ readonly kind: 'scaled' } & Scaled)
  /** A value needs more decimals. */
  | { readonly kind: 'higher'; readonly exponent: number }
  | { readonly kind: 'none' }

function scaleBy(values: Float64Array, exponent: number): Attempt {
  const count = values.length
  const oddLimit = Math.max(1, Math.floor(count * ODD_SHARE))
  const power = POWERS[exponent] ?? 1
  const odd: number[] = []
  let base = Number.NaN
  let offset = 0
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? 0
    const whole = exponent === 0 ? Math.round(value) : Math.round(value * power)
    const isWhole = whole / power === value && isPlain(whole, value, exponent)
    if (isWhole && Number.isNaN(base)) base = whole
    const distance = whole - base
    if (isWhole && Math.abs(distance) <= OFFSET_LIMIT && base + distance === whole) offset = distance
    else {
      const higher = isWhole ? undefined : exponentAbove(value, exponent)
      if (higher !== undefined) return { kind: 'higher', exponent: higher }
      if (odd.push(i) > oddLimit) return { kind: 'none' }
    }
    offsets[i] = offset
  }
  return { kind: 'scaled', exponent, base: Number.isNaN(base) ? 0 : base, odd }
}

/** Not -0, and with decimals not beyond what a float64 counts by ones. */
function isPlain(whole: number, value: number, exponent: number): boolean {
  if (whole === 0) return 1 / value > 0
  return exponent === 0 ? Number.isFinite(whole) : Math.abs(whole) <= Number.MAX_SAFE_INTEGER
}

function probedExponent(values: Float64Array): number {
  const probes = Math.min(PROBES, values.length)
  let exponent = 0
  for (let i = 0; i < probes; i++) {
    const value = values[Math.floor((i * values.length) / probes)] ?? 0
    if (!fits(value, exponent)) exponent = exponentAbove(value, exponent) ?? exponent
  }
  return exponent
}

function exponentAbove(value: number, exponent: number): number | undefined {
  if (!Number.isFinite(value)) return undefined
  for (let higher = exponent + 1; higher <= EXPONENT_MAX; higher++) if (fits(value, higher)) return higher
  return undefined
}

/** Whether value = whole / 10^exponent, to the bit. False for NaN, infinities and -0. */
function fits(value: number, exponent: number): boolean {
  const power = POWERS[exponent] ?? 1
  const whole = Math.round(value * power)
  return whole / power === value && isPlain(whole, value, exponent)
}

type ScaledColumn = { readonly values: Float64Array; readonly power: number; readonly base: number }

function readScaled(source: ChunkBytes, { values, power, base }: ScaledColumn, readNumbers: ReadNumbers): void {
  const odd = source.varint()
  const positions: number[] = []
  const kept = new Uint32Array(2 * Math.min(odd, values.length))
  let at = 0
  for (let i = 0; i < odd; i++) {
    at += source.varint()
    if (at >= values.length) throw new RangeError('an odd value outside its column')
    positions.push(at)
    source.copyWord(kept, i)
  }
  readIntegers(source, values, readNumbers)
  if (power === 1) for (let i = 0; i < values.length; i++) values[i] = base + (values[i] ?? 0)
  else for (let i = 0; i < values.length; i++) values[i] = (base + (values[i] ?? 0)) / power
  if (odd === 0) return
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
  for (const [i, position] of positions.entries()) words.set(kept.subarray(2 * i, 2 * i + 2), 2 * position)
}

/** Each value against the one before: a byte with the count of leading equal bytes and of kept ones, then those. */
function writeXored(out: ByteWriter, values: Float64Array): void {
  const bytes = bytesOf(values)
  const differing = new Uint8Array(8)
  for (let at = 0; at < bytes.length; at += 8) {
    for (let b = 0; b < 8; b++) differing[b] = (bytes[at + b] ?? 0) ^ (at === 0 ? 0 : (bytes[at - 8 + b] ?? 0))
    let high = 8
    while (high > 0 && differing[high - 1] === 0) high--
    let low = 0
    while (low < high && differing[low] === 0) low++
    out.u8((high << 4) | low)
    if (low < high) out.bytes(differing.subarray(low, high))
  }
}

function readXored(source: ChunkBytes, values: Float64Array): void {
  const bytes = bytesOf(values)
  for (let at = 0; at < bytes.length; at += 8) {
    const control = source.u8()
    const high = control >> 4
    const low = control & 15
    if (high > 8 || low > high) throw new RangeError('bad control byte')
    if (at > 0) bytes.copyWithin(at, at - 8, at)
    for (let b = low; b < high; b++) bytes[at + b] = (bytes[at + b] ?? 0) ^ source.u8()
  }
}

function bytesOf(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

/** How many decimals the finite values have at most; undefined when one has more than are looked for. */
export function decimalsOf(values: Float64Array): number | undefined {
  let exponent = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0
    if (value === 0 || !Number.isFinite(value) || fits(value, exponent)) continue
    const higher = exponentAbove(value, exponent)
    if (higher === undefined) return undefined
    exponent = higher
  }
  return exponent
}
