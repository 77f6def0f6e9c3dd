const FIRST_ROOM = 1 << 14
const ZERO = 0x30
const DOT = 0x2e
const MINUS = 0x2d
/** Two numbers' texts, the longest of 24 characters, and what stands around them. */
const POINT_ROOM = 96
const OPEN = 0x5b
const CLOSE = 0x5d
const COMMA = 0x2c
const QUOTE = 0x22
/** Up to so many digits a decimal number has one float64 and the float64 one shortest decimal: no other is tried. */
const EXACT = 1e15
const BILLION = 1e9
const POWERS = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]
const PAIRS = Uint8Array.from({ length: 200 }, (_, i) => ZERO + (i % 2 === 0 ? Math.floor(i / 20) : (i >> 1) % 10))

/** UTF-8 text that grows; `taken` hands it over. */
export class JsonBytes {
  #bytes = new Uint8Array(FIRST_ROOM)
  #length = 0
  readonly #encoder = new TextEncoder()

  get length(): number {
    return this.#length
  }

  text(text: string): void {
    // Three bytes for a UTF-16 unit are the most.
    this.#reserve(text.length * 3)
    this.#length += this.#encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written
  }

  byte(byte: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = byte
  }

  /** `[seconds,"value"]`: milliseconds since 1970 as seconds, and what `format` writes for values of too many digits. */
  point(ms: number, value: number, format: (value: number) => string): void {
    this.#reserve(POINT_ROOM)
    this.#bytes[this.#length++] = OPEN
    this.#seconds(ms)
    this.#bytes[this.#length++] = COMMA
    this.#bytes[this.#length++] = QUOTE
    this.#value(value, format)
    this.#bytes[this.#length++] = QUOTE
    this.#bytes[this.#length++] = CLOSE
  }

  #seconds(ms: number): void {
    if (!(ms >= 0 && ms < EXACT && Number.isInteger(ms))) {
      this.#ascii(String(ms / 1000))
      return
    }
    const whole = Math.floor(ms / 1000)
    this.#digits(whole)
    const rest = ms - whole * 1000
    if (rest > 0) this.#fraction(rest, 3)
  }

  #value(value: number, format: (value: number) => string): void {
    const size = value < 0 ? -value : value
    if (!(size < EXACT) || (value === 0 && 1 / value < 0)) {
      this.#ascii(format(value))
      return
    }
    for (let decimals = 0; decimals < POWERS.length; decimals++) {
      const power = POWERS[decimals] ?? 1
      const shifted = Math.round(size * power)
      if (shifted >= EXACT) break
      if (shifted / power !== size) continue
      // Smaller numbers have an exponent.
      if (size !== 0 && size < 1e-6) break
      if (value < 0) this.#bytes[this.#length++] = MINUS
      const whole = decimals === 0 ? shifted : Math.floor(shifted / power)
      this.#digits(whole)
      if (decimals > 0) this.#fraction(shifted - whole * power, decimals)
      return
    }
    this.#ascii(format(value))
  }

  /** A short text of one byte a character, for which there is room. */
  #ascii(text: string): void {
    for (let i = 0; i < text.length; i++) this.#bytes[this.#length++] = text.charCodeAt(i)
  }

  /** What was written, in a buffer of its own; the next text starts anew. */
  taken(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length)
    this.#length = 0
    return taken
  }

  /** A whole number from 0 to 10^15. */
  #digits(number: number): void {
    if (number < BILLION) {
      this.#small(number | 0, 1)
      return
    }
    const high = Math.floor(number / BILLION)
    this.#small(high | 0, 1)
    this.#small((number - high * BILLION) | 0, 9)
  }

  /** A point and the decimals without zeros at the end. */
  #fraction(number: number, decimals: number): void {
    this.#bytes[this.#length++] = DOT
    this.#small(number | 0, decimals)
    while (this.#bytes[this.#length - 1] === ZERO) this.#length--
  }

  /** A whole number below 2^31 with at least so many digits. */
  #small(number: number, least: number): void {
    let count = 1
    for (let limit = 10; count < 10 && number >= limit; limit *= 10) count++
    if (count < least) count = least
    let at = this.#length + count
    this.#length = at
    let rest = number
    while (count >= 2) {
      const pair = (rest % 100) << 1
      rest = (rest / 100) | 0
      this.#bytes[--at] = PAIRS[pair + 1] ?? 0
      this.#bytes[--at] = PAIRS[pair] ?? 0
      count -= 2
    }
    if (count === 1) this.#bytes[--at] = ZERO + (rest % 10)
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}
