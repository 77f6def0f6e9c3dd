import { parseDecimal } from './decimal-text.ts'
import { type LabelPair, type Reading, type SampleSink, TURN_BYTES } from './sample-sink.ts'

const TAB = 0x09
const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const QUOTE = 0x22
const HASH = 0x23
const COMMA = 0x2c
const EQUALS = 0x3d
const BACKSLASH = 0x5c
const LOWER_N = 0x6e
const OPEN = 0x7b
const CLOSE = 0x7d
const MAX_KEPT = 1_024

/** Milliseconds in one unit of a time: 1 in the text format 0.0.4, 1,000 in OpenMetrics. */
export type TextDialect = { readonly timeFactor: 1 | 1_000 }

/**
 * Prometheus' text exposition format 0.0.4 and what OpenMetrics 1.0 has of it. Comments (HELP, TYPE, EOF) and exemplars
 * are passed over; a sample without a time is of now.
 */
export function* readPrometheusText(bytes: Buffer, sink: SampleSink, { timeFactor }: TextDialect): Reading {
  let line = 1
  let turn = TURN_BYTES
  for (let from = 0; from < bytes.length; line += 1) {
    const newline = bytes.indexOf(NEWLINE, from)
    const end = newline < 0 ? bytes.length : newline
    const fault = new TextLine(bytes, from, bytes[end - 1] === RETURN && end > from ? end - 1 : end).read(sink, {
      line,
      timeFactor,
    })
    if (fault !== undefined) sink.refuse(line, fault)
    from = end + 1
    if (from < turn) continue
    turn = from + TURN_BYTES
    yield
  }
}

class TextLine {
  readonly #bytes: Buffer
  readonly #end: number
  #at: number

  constructor(bytes: Buffer, from: number, to: number) {
    this.#bytes = bytes
    this.#at = from
    this.#end = to
  }

  /** Takes the line's sample; answers what is wrong with it. */
  read(sink: SampleSink, { line, timeFactor }: { line: number; timeFactor: number }): string | undefined {
    this.#skipBlanks()
    const bytes = this.#bytes
    if (this.#at === this.#end || bytes[this.#at] === HASH) return undefined
    const start = this.#at
    while (this.#at < this.#end && !isBlank(bytes[this.#at]) && bytes[this.#at] !== OPEN) this.#at += 1
    const nameEnd = this.#at
    this.#skipBlanks()
    let open = -1
    if (bytes[this.#at] === OPEN) {
      open = this.#at
      if (!this.#seekClose()) return 'its labels do not end'
    }
    const text = bytes.toString('latin1', start, open < 0 ? nameEnd : this.#at)
    const close = this.#at
    const [value, time] = [this.#readValue(), this.#readTime(timeFactor)]
    if (value === undefined) return 'its value is not a number'
    if (time === undefined) return 'its time is not a number'
    let ref = sink.known.get(text)?.get('')
    if (ref === undefined) {
      const metric = bytes.toString('utf8', start, nameEnd)
      if (metric !== '' && !METRIC.test(metric)) return 'a name that is not plain stands in quotes between the braces'
      const labels: LabelPair[] = metric === '' ? [] : [['__name__', metric]]
      if (open >= 0 && !readLabels(bytes.subarray(open + 1, close - 1), labels)) return 'its labels cannot be read'
      const found = this.#series(sink, { text, labels })
      if (typeof found === 'string') return found
      ref = found
    }
    sink.sample(line, ref, { time: time ?? sink.now, value })
    return undefined
  }

  #series(sink: SampleSink, { text, labels }: { text: string; labels: LabelPair[] }): number | string {
    const found = sink.series(labels)
    if (typeof found !== 'number') return found.refused
    if (text.length <= MAX_KEPT) sink.remember(text, '', found)
    return found
  }

  /** Goes beyond the brace that closes the labels. */
  #seekClose(): boolean {
    let quoted = false
    for (this.#at += 1; this.#at < this.#end; this.#at += 1) {
      const byte = this.#bytes[this.#at]
      if (byte === BACKSLASH && quoted) this.#at += 1
      else if (byte === QUOTE) quoted = !quoted
      else if (byte === CLOSE && !quoted) {
        this.#at += 1
        return true
      }
    }
    return false
  }

  #readValue(): number | undefined {
    const [from, to] = this.#word()
    const value = parseDecimal(this.#bytes, from, to)
    return Number.isNaN(value) ? SPECIAL.get(this.#bytes.toString('latin1', from, Math.min(to, from + 10))) : value
  }

  /** Milliseconds; null when there is no time, undefined when it cannot be read. */
  #readTime(factor: number): number | undefined | null {
    const [from, to] = this.#word()
    if (from === to || this.#bytes[from] === HASH) return null
    const time = parseDecimal(this.#bytes, from, to)
    const [next, last] = this.#word()
    if (Number.isNaN(time) || (next < last && this.#bytes[next] !== HASH)) return undefined
    return factor === 1 ? time : Math.round(time * factor)
  }

  #word(): readonly [from: number, to: number] {
    this.#skipBlanks()
    const from = this.#at
    while (this.#at < this.#end && !isBlank(this.#bytes[this.#at])) this.#at += 1
    return [from, this.#at]
  }

  #skipBlanks(): void {
    while (this.#at < this.#end && isBlank(this.#bytes[this.#at])) this.#at += 1
  }
}

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ...['NaN', 'nan', 'NAN'].map((word) => [word, Number.NaN] as const),
  ...['Inf', '+Inf', 'inf', '+inf'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-Inf', '-inf'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
])

const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/**
 * What stands between the braces: `name="value",...`, a comma at the end allowed. Names that are not plain stand in quotes,
 * and so the metric's, which then has no value.
 */
function readLabels(bytes: Buffer, into: LabelPair[]): boolean {
  let at = 0
  const skipBlanks = (): void => {
    while (isBlank(bytes[at])) at += 1
  }
  const bare = (): string | undefined => {
    const from = at
    while (at < bytes.length && bytes[at] !== EQUALS && !isBlank(bytes[at])) at += 1
    const name = bytes.toString('utf8', from, at)
    return LABEL.test(name) ? name : undefined
  }
  const quoted = (): string | undefined => {
    if (bytes[at] !== QUOTE) return undefined
    const from = at + 1
    for (at = from; at < bytes.length && bytes[at] !== QUOTE; at += 1) if (bytes[at] === BACKSLASH) at += 1
    if (at >= bytes.length) return undefined
    at += 1
    return unescaped(bytes.subarray(from, at - 1))
  }
  for (skipBlanks(); at < bytes.length; skipBlanks()) {
    const isQuoted = bytes[at] === QUOTE
    const name = isQuoted ? quoted() : bare()
    if (name === undefined) return false
    skipBlanks()
    if (bytes[at] === EQUALS) {
      at += 1
      skipBlanks()
      const value = quoted()
      if (value === undefined) return false
      into.push([name, value])
    } else if (isQuoted) into.push(['__name__', name])
    else return false
    skipBlanks()
    if (at < bytes.length && bytes[at] !== COMMA) return false
    at += 1
  }
  return true
}

function unescaped(bytes: Buffer): string {
  if (!bytes.includes(BACKSLASH)) return bytes.toString('utf8', 0, bytes.length)
  const plain = Buffer.alloc(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at += 1) {
    let byte = bytes[at] ?? 0
    const next = bytes[at + 1]
    if (byte === BACKSLASH && (next === BACKSLASH || next === QUOTE || next === LOWER_N)) {
      byte = next === LOWER_N ? NEWLINE : next
      at += 1
    }
    plain[length] = byte
    length += 1
  }
  return plain.toString('utf8', 0, length)
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB
}
