import { EXACT_DIGITS, POWERS } from './decimal-text.ts'
import { type KnownLines, NONE } from './known-lines.ts'
import type { SampleSink } from './sample-sink.ts'

const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const COMMA = 0x2c
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const EQUALS = 0x3d
const LOWER_I = 0x69
/** Fields of a line that are held until it is read to its end. */
const MAX_FIELDS = 1_024
/** Digits of a time that fit a float64 exactly once the unit's are cut. */
const MAX_TIME_DIGITS = 15

/**
 * Reads the lines of InfluxDB's line protocol that are of the plainest form and whose head and fields were read before:
 * numbers with few digits, one space between the parts. All others are left to the reader that takes every form.
 */
export class KnownLineReader {
  readonly #body: DataView
  readonly #known: KnownLines
  readonly #sink: SampleSink
  readonly #unit: { readonly digits: number; readonly factor: number }
  readonly #refs = new Int32Array(MAX_FIELDS)
  readonly #values = new Float64Array(MAX_FIELDS)
  #head = NONE
  #value = 0
  #time = 0
  /** Where the text of #time is, and how long: most lines have the time of the one before. */
  #timeAt = 0
  #timeLength = 0
  #isAdmitted = false

  constructor(bytes: Uint8Array, sink: SampleSink, { known, unit }: KnownLineOptions) {
    this.#body = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#known = known
    this.#sink = sink
    this.#unit = unit
  }

  /** Takes the line at `start`; answers where the next one begins, NONE when this one is not of that form. */
  read(start: number): number {
    const body = this.#body
    const known = this.#known
    const before = this.#head
    const guess = known.after(before)
    const head = known.head(body, start, guess)
    if (head === NONE) return NONE
    let at = start + known.headLength(head) + 1
    let count = 0
    for (let next = known.firstField(head); ; ) {
      const field = this.#fieldAt(head, next, at)
      if (field === NONE || count === MAX_FIELDS) return NONE
      at = this.#readValue(at + known.fieldLength(field) + 1)
      if (at === NONE) return NONE
      this.#refs[count] = known.refOf(field)
      this.#values[count++] = this.#value
      const byte = body.getUint8(at)
      next = known.fieldAfter(field)
      at++
      if (byte === SPACE) break
      if (byte !== COMMA) return NONE
    }
    const end = this.#readTime(at)
    if (end === NONE || !this.#isAdmitted) return NONE
    for (let i = 0; i < count; i++) this.#sink.add(this.#refs[i] ?? 0, this.#time, this.#values[i] ?? 0)
    if (head !== guess) known.follow(before, head)
    this.#head = head
    return end
  }

  /** The field of a head whose name, and the sign after it, is at `at`. */
  #fieldAt(head: number, guess: number, at: number): number {
    const known = this.#known
    if (guess !== NONE && this.#isNamed(guess, at)) return guess
    for (let field = known.firstField(head); field !== NONE; field = known.fieldAfter(field)) {
      if (field !== guess && this.#isNamed(field, at)) return field
    }
    return NONE
  }

  #isNamed(field: number, at: number): boolean {
    const end = at + this.#known.fieldLength(field)
    if (end >= this.#body.byteLength || this.#body.getUint8(end) !== EQUALS) return false
    return this.#known.isField(field, this.#body, at)
  }

  /** Reads a number into #value; answers where the comma or the space after it is. */
  #readValue(from: number): number {
    const body = this.#body
    const end = body.byteLength
    let at = from
    if (at >= end) return NONE
    const isNegative = body.getUint8(at) === MINUS
    if (isNegative) at++
    let number = 0
    let digits = 0
    let decimals = -1
    for (; at < end; at++) {
      const digit = body.getUint8(at) - ZERO
      if (digit >= 0 && digit <= 9) {
        number = number * 10 + digit
        digits++
        if (decimals >= 0) decimals++
      } else if (digit === DOT - ZERO && decimals < 0) decimals = 0
      else break
    }
    if (digits === 0 || digits > EXACT_DIGITS || at >= end) return NONE
    if (decimals > 0) number /= POWERS[decimals] ?? 1
    if (decimals < 0 && body.getUint8(at) === LOWER_I) at++
    if (at >= end) return NONE
    const byte = body.getUint8(at)
    if (byte !== SPACE && byte !== COMMA) return NONE
    this.#value = isNegative ? -number : number
    return at
  }

  /** Reads the time at `from` into #time; answers where the next line begins. */
  #readTime(from: number): number {
    const body = this.#body
    const size = body.byteLength
    const same = this.#afterSameTime(from)
    let at = same
    if (at === NONE) {
      at = from
      while (at < size && isDigit(body.getUint8(at))) at++
      const kept = at - from - this.#unit.digits
      if (kept < 1 || kept > MAX_TIME_DIGITS) return NONE
      let time = 0
      for (let i = from; i < from + kept; i++) time = time * 10 + body.getUint8(i) - ZERO
      this.#time = time * this.#unit.factor
      this.#timeAt = from
      this.#timeLength = at - from
      this.#isAdmitted = this.#sink.admits(this.#time)
    }
    if (at >= size) return at
    const byte = body.getUint8(at)
    if (byte === NEWLINE) return at + 1
    return byte === RETURN && at + 1 < size && body.getUint8(at + 1) === NEWLINE ? at + 2 : NONE
  }

  /** The end of the time at `from` when it has the digits of the one before and no more, else NONE. */
  #afterSameTime(from: number): number {
    const body = this.#body
    const end = from + this.#timeLength
    if (end === from || end >= body.byteLength || isDigit(body.getUint8(end))) return NONE
    // The last digits differ first.
    let at = end - 4
    let other = this.#timeAt + this.#timeLength - 4
    for (; at >= from; at -= 4, other -= 4) if (body.getInt32(at) !== body.getInt32(other)) return NONE
    at += 3
    other += 3
    for (; at >= from; at--, other--) if (body.getUint8(at) !== body.getUint8(other)) return NONE
    return end
  }
}

export type KnownLineOptions = {
  readonly known: KnownLines
  readonly unit: { readonly digits: number; readonly factor: number }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9
}
