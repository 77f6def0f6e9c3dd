import { isDigit, parseDecimal } from './decimal-text.ts'
import { KnownLineReader } from './known-line-reader.ts'
import { type KnownLines, NONE, type Span } from './known-lines.ts'
import { type LabelPair, type Reading, type SampleSink, TURN_BYTES } from './sample-sink.ts'

/** The unit of a body's times, as its parameter `precision` writes it. */
export const INFLUX_UNITS = {
  ...{ ns: { digits: 6, factor: 1 }, n: { digits: 6, factor: 1 } },
  ...{ us: { digits: 3, factor: 1 }, u: { digits: 3, factor: 1 }, µ: { digits: 3, factor: 1 } },
  ms: { digits: 0, factor: 1 },
  s: { digits: 0, factor: 1_000 },
  m: { digits: 0, factor: 60_000 },
  h: { digits: 0, factor: 3_600_000 },
} as const satisfies Record<string, Unit>
export type InfluxOptions = { readonly unit: Unit; readonly known: KnownLines }
/** `digits` are cut at the end, the rest multiplied: so nanoseconds lose nothing above a millisecond. */
export type Unit = { readonly digits: number; readonly factor: number }

const TAB = 0x09
const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const QUOTE = 0x22
const HASH = 0x23
const COMMA = 0x2c
const MINUS = 0x2d
const EQUALS = 0x3d
const BACKSLASH = 0x5c
const LOWER_I = 0x69
const LOWER_U = 0x75
const MAX_FIELDS = 10_000
/** What the field has for a name that stands for its measurement. */
const PLAIN_FIELD = 'value'

/**
 * InfluxDB's line protocol. A field becomes the metric `measurement_field`, the field `value` the measurement alone;
 * bytes that no name may have become `_`; booleans are 0 and 1; strings are counted and left out. A line is taken whole
 * or not at all, but for times and series that the store refuses.
 */
export function* readInflux(bytes: Buffer, sink: SampleSink, { unit, known }: InfluxOptions): Reading {
  const reader = new InfluxReader(bytes, sink, { unit, known })
  for (let until = TURN_BYTES; reader.read(until); until = reader.at + TURN_BYTES) yield
}

class InfluxReader {
  at = 0
  readonly #bytes: Buffer
  readonly #sink: SampleSink
  readonly #unit: Unit
  readonly #known: KnownLines
  readonly #fast: KnownLineReader
  readonly #view: DataView
  #line = 1
  /** No quote follows any more, so that a string which does not end is not sought to the end again. */
  #quotesEnd = false
  #fault = ''
  #count = 0
  readonly #refs: number[] = []
  readonly #values: number[] = []

  constructor(bytes: Buffer, sink: SampleSink, { unit, known }: InfluxOptions) {
    this.#bytes = bytes
    this.#sink = sink
    this.#unit = unit
    this.#known = known
    this.#fast = new KnownLineReader(bytes, sink, { unit, known })
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Reads whole lines to an offset or beyond; false at the end. */
  read(until: number): boolean {
    while (this.at < this.#bytes.length && this.at < until) {
      const next = this.#fast.read(this.at)
      if (next !== NONE) {
        this.at = next
        this.#line += 1
        continue
      }
      const first = this.#line
      this.#fault = ''
      this.#count = 0
      const taken = this.#readLine(first)
      if (!taken) this.#sink.refuse(first, this.#reason(first))
      this.#toNextLine()
    }
    return this.at < this.#bytes.length
  }

  #reason(first: number): string {
    return this.#line === first ? this.#fault : `${this.#fault}; lines ${first} to ${this.#line} were left out for it`
  }

  #readLine(line: number): boolean {
    const bytes = this.#bytes
    while (isBlank(bytes[this.at])) this.at += 1
    const start = this.at
    if (start >= bytes.length || bytes[start] === NEWLINE || bytes[start] === HASH) return true
    this.#seek(SPACE)
    const end = this.at
    if (bytes[end] !== SPACE) return this.#bad('it has no fields')
    if (bytes[start] === COMMA || end === start) return this.#bad('it has no measurement')
    while (bytes[this.at] === SPACE) this.at += 1
    if (!this.#readFields({ from: start, to: end })) return false
    const time = this.#readTime()
    if (time === undefined) return this.#bad('its time is not a whole number')
    for (let i = 0; i < this.#count; i += 1) {
      const ref = this.#refs[i]
      if (ref !== undefined) this.#sink.sample(line, ref, { time, value: this.#values[i] ?? 0 })
    }
    return true
  }

  #readFields(headSpan: Span): boolean {
    const bytes = this.#bytes
    let head: Head | undefined
    for (let fields = 0; ; fields += 1) {
      if (fields >= MAX_FIELDS) return this.#bad(`it has more than ${MAX_FIELDS} fields`)
      const from = this.at
      this.#seek(EQUALS)
      if (bytes[this.at] !== EQUALS || this.at === from) return this.#bad('a field has no name or no value')
      const name = { from, to: this.at }
      const valueAt = this.at + 1
      this.at = valueAt
      if (bytes[valueAt] === QUOTE) {
        if (!this.#skipString()) return this.#bad('a string does not end')
        this.#sink.skip()
      } else {
        const value = this.#readValue()
        if (Number.isNaN(value)) return this.#bad('a value is neither a number, a boolean nor a string')
        head ??= readHead(bytes, headSpan)
        const ref = this.#series(head, headSpan, name)
        if (ref === undefined) return false
        this.#refs[this.#count] = ref
        this.#values[this.#count] = value
        this.#count += 1
      }
      if (bytes[this.at] !== COMMA) break
      this.at += 1
    }
    return isEnd(bytes[this.at]) || this.#bad('after a value comes a comma, a space or the end of the line')
  }

  #series(head: Head, headSpan: Span, name: Span): number | undefined {
    if (head.kind === 'bad') {
      this.#bad(head.reason)
      return undefined
    }
    const field = unescaped(this.#bytes, name.from, name.to)
    const metric = tidyName(field === PLAIN_FIELD ? head.measurement : `${head.measurement}_${field}`, true)
    const found = this.#sink.series([['__name__', metric], ...head.tags])
    if (typeof found !== 'number') {
      this.#bad(found.refused)
      return undefined
    }
    this.#known.learn(this.#view, headSpan, { name, ref: found })
    return found
  }

  /** A number or a boolean; NaN when it is neither. */
  #readValue(): number {
    const bytes = this.#bytes
    const from = this.at
    while (this.at < bytes.length && bytes[this.at] !== COMMA && !isEnd(bytes[this.at])) this.at += 1
    const to = this.at
    const last = bytes[to - 1] ?? 0
    if (to === from) return Number.NaN
    if (last === LOWER_I || last === LOWER_U) return parseInteger(bytes, from, to - 1)
    if (isDigit(last)) return parseDecimal(bytes, from, to)
    if (to - from <= 5) {
      const word = BOOLEANS.get(bytes.toString('latin1', from, to))
      if (word !== undefined) return word
    }
    return parseDecimal(bytes, from, to)
  }

  /** Milliseconds since 1970; negative ones too. undefined when it is no whole number. */
  #readTime(): number | undefined {
    const bytes = this.#bytes
    while (isBlank(bytes[this.at])) this.at += 1
    if (this.at >= bytes.length || bytes[this.at] === NEWLINE) return this.#sink.now
    const isNegative = bytes[this.at] === MINUS
    if (isNegative) this.at += 1
    const from = this.at
    while (isDigit(bytes[this.at] ?? 0)) this.at += 1
    const to = this.at
    while (isBlank(bytes[this.at])) this.at += 1
    if (to === from || (this.at < bytes.length && bytes[this.at] !== NEWLINE)) return undefined
    let time = 0
    for (let i = from; i < to - this.#unit.digits; i += 1) time = time * 10 + (bytes[i] ?? 0) - 0x30
    return isNegative ? -1 - time : time * this.#unit.factor
  }

  /** Goes on to the end of the head or of a field's name: what is wanted, or what cannot be in it. */
  #seek(wanted: number): void {
    const bytes = this.#bytes
    const length = bytes.length
    let at = this.at
    for (; at < length; at += 1) {
      const byte = bytes[at]
      if (byte === wanted || byte === NEWLINE || byte === SPACE || (byte === COMMA && wanted === EQUALS)) break
      if (byte === BACKSLASH && bytes[at + 1] !== NEWLINE) at += 1
    }
    this.at = Math.min(at, length)
  }

  /** Goes beyond the string that begins here; it may hold line ends. */
  #skipString(): boolean {
    const bytes = this.#bytes
    let lines = 0
    for (let at = this.at + 1; at < bytes.length; at += 1) {
      const byte = bytes[at]
      if (byte === BACKSLASH && bytes[at + 1] !== NEWLINE) at += 1
      else if (byte === NEWLINE) {
        if (this.#quotesEnd) return false
        lines += 1
      } else if (byte === QUOTE) {
        this.#line += lines
        this.at = at + 1
        return true
      }
    }
    this.#quotesEnd = true
    return false
  }

  #toNextLine(): void {
    const newline = this.#bytes.indexOf(NEWLINE, this.at)
    this.at = newline < 0 ? this.#bytes.length : newline + 1
    this.#line += 1
  }

  #bad(reason: string): false {
    this.#fault = reason
    return false
  }
}

const BOOLEANS: ReadonlyMap<string, number> = new Map([
  ...['t', 'T', 'true', 'True', 'TRUE'].map((word) => [word, 1] as const),
  ...['f', 'F', 'false', 'False', 'FALSE'].map((word) => [word, 0] as const),
])

type Head =
  | { readonly kind: 'good'; readonly measurement: string; readonly tags: readonly LabelPair[] }
  | { readonly kind: 'bad'; readonly reason: string }

/** The measurement and the tags in bytes `from` to `to`. */
function readHead(bytes: Buffer, { from, to }: Span): Head {
  const comma = find(bytes, from, { wanted: COMMA, to })
  const tags: LabelPair[] = []
  for (let at = comma; at < to; ) {
    const equals = find(bytes, at + 1, { wanted: EQUALS, to })
    const end = find(bytes, at + 1, { wanted: COMMA, to })
    if (equals >= end || equals === at + 1) return { kind: 'bad', reason: 'a tag has no name or no value' }
    // As in InfluxDB a tag without a value is none.
    if (equals + 1 < end) {
      tags.push([tidyName(unescaped(bytes, at + 1, equals), false), unescaped(bytes, equals + 1, end)])
    }
    at = end
  }
  return { kind: 'good', measurement: unescaped(bytes, from, comma), tags }
}

function find(bytes: Buffer, from: number, { wanted, to }: { wanted: number; to: number }): number {
  for (let at = from; at < to; at += 1) {
    if (bytes[at] === wanted) return at
    if (bytes[at] === BACKSLASH) at += 1
  }
  return to
}

/** A backslash goes where it stands before a comma, an equals sign, a space or another one. */
function unescaped(bytes: Buffer, from: number, to: number): string {
  const text = bytes.toString('utf8', from, to)
  return text.includes('\\') ? text.replaceAll(/\\([,= \\])/g, '$1') : text
}

/** A name of the Prometheus data model. */
function tidyName(name: string, isMetric: boolean): string {
  const tidy = name.replaceAll(isMetric ? /[^a-zA-Z0-9_:]/g : /[^a-zA-Z0-9_]/g, '_')
  const isReserved = !isMetric && tidy.startsWith('__')
  if (isReserved) return `tag${tidy}`
  return isDigit(tidy.charCodeAt(0)) ? `_${tidy}` : tidy
}

function parseInteger(bytes: Buffer, from: number, to: number): number {
  const first = bytes[from] === MINUS ? from + 1 : from
  for (let at = first; at < to; at += 1) if (!isDigit(bytes[at] ?? 0)) return Number.NaN
  return first === to ? Number.NaN : parseDecimal(bytes, from, to)
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === RETURN
}

function isEnd(byte: number | undefined): boolean {
  return byte === undefined || byte === SPACE || byte === NEWLINE || byte === RETURN
}
