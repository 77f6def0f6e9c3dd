const ZERO = 0x30
const NINE = 0x39
const DOT = 0x2e
const PLUS = 0x2b
const MINUS = 0x2d
const LOWER_E = 0x65
/** Up to this many digits an integer is exact in a float64, and so is its quotient by a power of ten of 22 at most. */
export const EXACT_DIGITS = 15
export const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
/** More digits than any number needs; bounds the slow way. */
const MAX_LENGTH = 1_100

/** A decimal number in bytes `from` to `to`; NaN when they are none, or one beyond a float64. */
export function parseDecimal(bytes: Buffer, from: number, to: number): number {
  let at = from
  const sign = bytes[at]
  if (sign === MINUS || sign === PLUS) at += 1
  let digits = 0
  let number = 0
  let decimals = 0
  let dotted = false
  for (; at < to; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte >= ZERO && byte <= NINE) {
      number = number * 10 + (byte - ZERO)
      digits += 1
      if (dotted) decimals += 1
    } else if (byte === DOT && !dotted) dotted = true
    else break
  }
  if (digits === 0) return Number.NaN
  if (at === to && digits <= EXACT_DIGITS) {
    const value = decimals === 0 ? number : number / (POWERS[decimals] ?? 1)
    return sign === MINUS ? -value : value
  }
  if (to - from > MAX_LENGTH || (at < to && !isExponent(bytes, at, to))) return Number.NaN
  const value = Number(bytes.toString('latin1', from, to))
  return Number.isFinite(value) ? value : Number.NaN
}

function isExponent(bytes: Buffer, from: number, to: number): boolean {
  if (((bytes[from] ?? 0) | 0x20) !== LOWER_E) return false
  let at = from + 1
  if (bytes[at] === MINUS || bytes[at] === PLUS) at += 1
  const first = at
  while (at < to && isDigit(bytes[at] ?? 0)) at += 1
  return at === to && at > first
}

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE
}
