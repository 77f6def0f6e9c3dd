import { type ByteReader, type ByteWriter, MAX_EXACT, malformed } from './byte-cursor.ts'

/**
 * The values of one series: a head byte (how, and the power of ten), then integers as varints. What is not a decimal
 * of few digits (and NaN, infinities, -0) travels as float64, bit for bit.
 */
const RAW = 0
const DELTA = 1
const DELTA2 = 2
const SAME = 3
const MAX_EXPONENT = 9
const POWERS = Array.from({ length: MAX_EXPONENT + 1 }, (_, exponent) => 10 ** exponent)

/** Where the values of one series lie in the columns of a batch: [from, to). */
export type Range = { readonly from: number; readonly to: number }

/** Encodes ranges of one values column; reuses its scratch space. */
export class ValuesEncoder {
  readonly #values: Float64Array
  readonly #bits: Uint8Array
  readonly #scaled: Float64Array

  constructor(values: Float64Array) {
    this.#values = values
    this.#bits = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    this.#scaled = new Float64Array(values.length)
  }

  write(range: Range, heads: ByteWriter, body: ByteWriter): void {
    const exponent = this.#scale(range)
    const mode = exponent < 0 ? RAW : this.#cheapest(range)
    heads.byte(mode | (Math.max(exponent, 0) << 2))
    if (mode === RAW) body.raw(this.#bits.subarray(range.from * 8, range.to * 8))
    else this.#integers(range, mode, body)
  }

  /** Fills the scratch with exact integers; the exponent that does it, or -1. */
  #scale({ from, to }: Range): number {
    let exponent = 0
    for (let at = from; at < to; ) {
      const value = this.#values[at] ?? 0
      const scaled = Math.round(value * (POWERS[exponent] ?? 1))
      const exact = Math.abs(scaled) <= MAX_EXACT && Object.is(scaled / (POWERS[exponent] ?? 1), value)
      if (exact && !Object.is(scaled, -0)) {
        this.#scaled[at++] = scaled
        continue
      }
      if (!Number.isFinite(value) || Object.is(value, -0) || Math.abs(scaled) > MAX_EXACT) return -1
      exponent++
      if (exponent > MAX_EXPONENT) return -1
      at = from
    }
    return exponent
  }

  #cheapest({ from, to }: Range): number {
    const scaled = this.#scaled
    let delta = 0
    let delta2 = 0
    let last = scaled[from] ?? 0
    let step = 0
    let same = true
    for (let at = from + 1; at < to; at++) {
      const now = scaled[at] ?? 0
      const move = now - last
      const turn = move - step
      if (Math.abs(move) >= MAX_EXACT || Math.abs(turn) >= MAX_EXACT) return RAW
      if (move !== 0) same = false
      delta += Math.log2(1 + Math.abs(move))
      delta2 += Math.log2(1 + Math.abs(turn))
      last = now
      step = move
    }
    return same ? SAME : delta <= delta2 ? DELTA : DELTA2
  }

  #integers({ from, to }: Range, mode: number, body: ByteWriter): void {
    let last = this.#scaled[from] ?? 0
    let step = 0
    body.signed(last)
    if (mode === SAME) return
    for (let at = from + 1; at < to; at++) {
      const now = this.#scaled[at] ?? 0
      const move = now - last
      body.signed(mode === DELTA ? move : move - step)
      last = now
      step = move
    }
  }
}

/** Decodes one series into `values[from..to)`. Throws `invalid`. */
export function readValues(head: number, body: ByteReader, into: { values: Float64Array; range: Range }): void {
  const { values, range } = into
  const mode = head & 3
  const exponent = head >> 2
  const power = POWERS[exponent]
  if (power === undefined) throw malformed('a power of ten is out of range')
  if (mode === RAW) {
    const bytes = body.raw((range.to - range.from) * 8)
    // Through bytes, since a float64 that passes through a register may lose the bits of a NaN.
    new Uint8Array(values.buffer, values.byteOffset).set(bytes, range.from * 8)
    return
  }
  let last = body.signed()
  let step = 0
  values[range.from] = last / power
  for (let at = range.from + 1; at < range.to; at++) {
    if (mode === DELTA) last += body.signed()
    else if (mode === DELTA2) {
      step += body.signed()
      last += step
    }
    if (Math.abs(last) > MAX_EXACT) throw malformed('a value leaves the exact range')
    values[at] = last / power
  }
}
