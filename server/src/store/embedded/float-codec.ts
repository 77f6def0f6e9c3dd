import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { OFFSET_LIMIT, readIntegers, writeIntegers } from './integer-codec.ts'

// Forms of a value column, as written in its first byte.
const SCALED = 0
const XORED = 1

/** Decimals that are looked for: nanoseconds in seconds. */
const EXPONENT_MAX = 9

const POWERS = Array.from({ length: EXPONENT_MAX + 1 }, (_, exponent) => 10 ** exponent)

// An odd value costs about nine bytes of its own; above this share the other form is smaller.
const ODD_SHARE = 1 / 8

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
  out.u8(SCALED)
  out.u8(scaled.exponent)
  out.f64(scaled.base)
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

/** Reads what writeFloats wrote. */
export function readFloats(reader: ByteReader, count: number): Float64Array {
  const values = new Float64Array(count)
  const form = reader.u8()
  if (form === XORED) readXored(reader, values)
  else if (form === SCALED) readScaled(reader, values)
  else throw new RangeError(`unknown value form ${form}`)
  return values
}

type Scaled = { readonly exponent: number; readonly base: number; readonly odd: readonly number[] }

/** Finds the decimal shift and fills `offsets`; undefined when too many values do not fit. */
function scaledForm(values: Float64Array): Scaled | undefined {
  const count = values.length
  const oddLimit = Math.max(1, Math.floor(count * ODD_SHARE))
  const exponent = commonExponent(values, oddLimit)
  if (exponent === undefined) return undefined
  if (offsets.length < count) offsets = new Float64Array(count)
  const power = POWERS[exponent] ?? 1
  const odd: number[] = []
  let base: number | undefined
  let offset = 0
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? 0
    const whole = Math.round(value * power)
    const start: number = base ?? whole
    const distance = whole - start
    if (fits(value, exponent) && Math.abs(distance) <= OFFSET_LIMIT && start + distance === whole) {
      base = start
      offset = distance
    } else if (odd.push(i) > oddLimit) return undefined
    offsets[i] = offset
  }
  return { exponent, base: base ?? 0, odd }
}

function commonExponent(values: Float64Array, oddLimit: number): number | undefined {
  let exponent = 0
  let odd = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0
    if (fits(value, exponent)) continue
    let higher = exponent + 1
    while (higher <= EXPONENT_MAX && !fits(value, higher)) higher++
    if (higher <= EXPONENT_MAX) exponent = higher
    else if (++odd > oddLimit) return undefined
  }
  return exponent
}

/** Whether value = whole / 10^exponent, to the bit. False for NaN, infinities and -0. */
function fits(value: number, exponent: number): boolean {
  if (exponent === 0) return Number.isInteger(value) && (value !== 0 || 1 / value > 0)
  const power = POWERS[exponent] ?? 1
  const whole = Math.round(value * power)
  return Math.abs(whole) <= Number.MAX_SAFE_INTEGER && whole / power === value && (value !== 0 || 1 / value > 0)
}

function readScaled(reader: ByteReader, values: Float64Array): void {
  const power = POWERS[reader.u8()]
  if (power === undefined) throw new RangeError('unknown decimal shift')
  const base = reader.f64()
  const odd = reader.varint()
  const positions: number[] = []
  const kept: Buffer[] = []
  let at = 0
  for (let i = 0; i < odd; i++) {
    at += reader.varint()
    positions.push(at)
    kept.push(reader.take(8))
  }
  readIntegers(reader, values, values.length)
  if (power === 1) for (let i = 0; i < values.length; i++) values[i] = base + (values[i] ?? 0)
  else for (let i = 0; i < values.length; i++) values[i] = (base + (values[i] ?? 0)) / power
  const bytes = bytesOf(values)
  for (const [i, position] of positions.entries()) bytes.set(kept[i] ?? [], position * 8)
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

function readXored(reader: ByteReader, values: Float64Array): void {
  const bytes = bytesOf(values)
  for (let at = 0; at < bytes.length; at += 8) {
    const control = reader.u8()
    const high = control >> 4
    const low = control & 15
    if (high > 8 || low > high) throw new RangeError('bad control byte')
    if (at > 0) bytes.copyWithin(at, at - 8, at)
    for (let b = low; b < high; b++) bytes[at + b] = (bytes[at + b] ?? 0) ^ reader.u8()
  }
}

function bytesOf(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
