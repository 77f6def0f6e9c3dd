/** Numbers, durations and strings as PromQL writes them. */

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}

const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/
const DURATION_UNITS = ['y', 'w', 'd', 'h', 'm', 's', 'ms'] as const

/** `1h30m` as milliseconds; units in falling order, each once, as Prometheus has it; `0` too. Undefined when it is none. */
export function parseDurationMs(text: string): number | undefined {
  if (text === '0') return 0
  const match = text === '' ? null : DURATION.exec(text)
  if (match === null) return undefined
  return DURATION_UNITS.reduce((sum, unit, i) => sum + Number(match[i + 1] ?? 0) * (UNIT_MS[unit] ?? 0), 0)
}

/** The shortest Prometheus duration for a whole number of milliseconds: 90000 is `1m30s`. */
export function formatDurationMs(ms: number): string {
  if (ms === 0) return '0s'
  let rest = Math.abs(Math.round(ms))
  let text = ms < 0 ? '-' : ''
  for (const unit of DURATION_UNITS) {
    const size = UNIT_MS[unit] ?? 1
    // Years and weeks only where nothing is left over, so that 400d does not become 1y5w.
    if ((unit === 'y' || unit === 'w') && rest % size !== 0) continue
    const count = Math.floor(rest / size)
    if (count > 0) text += `${count}${unit}`
    rest -= count * size
  }
  return text
}

/** A number literal: decimal, hexadecimal, octal with a leading 0, Inf, NaN, or a duration (in seconds). */
export function parseNumberLiteral(text: string): number | undefined {
  const plain = text.replaceAll('_', '').toLowerCase()
  if (plain === 'inf') return Number.POSITIVE_INFINITY
  if (plain === 'nan') return Number.NaN
  if (/^0[0-7]+$/.test(plain)) return Number.parseInt(plain, 8)
  const value = Number(plain)
  if (plain !== '' && !Number.isNaN(value)) return value
  const ms = parseDurationMs(plain)
  return ms === undefined ? undefined : ms / 1000
}

const FLOAT = /^[+-]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:e[+-]?\d[\d_]*)?$/i
const INFINITY = /^([+-]?)inf(?:inity)?$/i

/** A decimal number as Go's ParseFloat reads a label's value: no durations, no octal. Undefined when it is none. */
export function parseFloatText(text: string): number | undefined {
  const infinite = INFINITY.exec(text)
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (/^[+-]?nan$/i.test(text)) return Number.NaN
  return FLOAT.test(text) ? Number(text.replaceAll('_', '')) : undefined
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
}

export type StringLiteral =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'bad'; readonly at: number; readonly reason: string }

/** A quoted string with Go's escapes; `at` counts from the start of `source`. Bytes that are no UTF-8 become U+FFFD. */
export function parseStringLiteral(source: string): StringLiteral {
  const quote = source[0]
  if (source.length < 2 || source.at(-1) !== quote) return { kind: 'bad', at: 0, reason: 'unterminated quoted string' }
  if (quote === '`') return { kind: 'string', value: source.slice(1, -1) }
  let value = ''
  let bytes: number[] = []
  const flush = (): void => {
    if (bytes.length > 0) value += decodeUtf8(bytes)
    bytes = []
  }
  for (let i = 1; i < source.length - 1; i++) {
    const char = source[i] ?? ''
    if (char === '\n') return { kind: 'bad', at: i, reason: 'line break in a string; write \\n' }
    if (char !== '\\') {
      flush()
      value += char
      continue
    }
    const next = source[i + 1]
    const isOtherQuote = (next === '"' || next === "'") && next !== quote
    const escaped = isOtherQuote ? undefined : readEscape(source.slice(i + 1, -1))
    if (escaped === undefined) return { kind: 'bad', at: i, reason: 'unknown escape sequence in a string' }
    if (escaped.byte === undefined) flush()
    else bytes.push(escaped.byte)
    value += escaped.text
    i += escaped.length
  }
  flush()
  return { kind: 'string', value }
}

type Escape = { readonly text: string; readonly byte: number | undefined; readonly length: number }

function readEscape(rest: string): Escape | undefined {
  const simple = SIMPLE_ESCAPES[rest[0] ?? '']
  if (simple !== undefined) return { text: simple, byte: undefined, length: 1 }
  const hex = /^(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))/i.exec(rest)
  if (hex?.[1] !== undefined) return { text: '', byte: Number.parseInt(hex[1], 16), length: 3 }
  const digits = hex?.[2] ?? hex?.[3]
  if (digits !== undefined) {
    const code = Number.parseInt(digits, 16)
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined
    return { text: String.fromCodePoint(code), byte: undefined, length: digits.length + 1 }
  }
  const octal = /^[0-3][0-7]{2}/.exec(rest)
  if (octal === null) return undefined
  return { text: '', byte: Number.parseInt(octal[0], 8), length: 3 }
}

/** UTF-8 by hand: shared has no run-time but the language. */
function decodeUtf8(bytes: readonly number[]): string {
  const escaped = bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  try {
    return decodeURIComponent(escaped)
  } catch {
    return bytes.map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : '\ufffd')).join('')
  }
}
