import { EyeNetError } from '../errors/errors.ts'

/** Inclusive ranges of code points. */
export type CharSet = { readonly ranges: readonly (readonly [number, number])[]; readonly fold: boolean }

export type RegexNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'cat' | 'alt'; readonly parts: readonly RegexNode[] }
  | {
      readonly kind: 'repeat'
      readonly node: RegexNode
      readonly min: number
      readonly max: number
      readonly greedy: boolean
    }
  | { readonly kind: 'group'; readonly node: RegexNode; readonly index: number; readonly name: string | undefined }
  | { readonly kind: 'assert'; readonly what: Assertion }
export type Assertion = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word' | 'not-word'

const MAX_CODE = 0x10ffff
// RE2 refuses more than 1000 repetitions; deeper nesting than this is no honest matcher.
const MAX_REPEAT = 1000
const MAX_DEPTH = 200

type Flags = { readonly i: boolean; readonly s: boolean; readonly m: boolean; readonly U: boolean }
const DEFAULT_FLAGS: Flags = { i: false, s: true, m: false, U: false }

const PERL: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  d: [[48, 57]],
  w: [
    [48, 57],
    [65, 90],
    [95, 95],
    [97, 122],
  ],
  s: [
    [9, 10],
    [12, 13],
    [32, 32],
  ],
}

const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}

const POSIX_CLASSES: ReadonlyMap<string, string> = new Map(Object.entries(POSIX))

const CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 }

/** The complement of ranges. */
export function negate(ranges: readonly (readonly [number, number])[]): [number, number][] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0])
  const out: [number, number][] = []
  let next = 0
  for (const [low, high] of sorted) {
    if (low > next) out.push([next, low - 1])
    next = Math.max(next, high + 1)
  }
  if (next <= MAX_CODE) out.push([next, MAX_CODE])
  return out
}

/**
 * Parses RE2 syntax without Unicode classes (`\p{..}`). What needs backtracking (backreferences, lookaround) is refused,
 * as RE2 does. Throws EyeNetError `invalid`.
 */
export function parseRegex(source: string): RegexNode {
  const parser = new RegexParser(source)
  const node = parser.alternation(DEFAULT_FLAGS, 0)
  if (!parser.atEnd()) parser.fail('unexpected )')
  return node
}

class RegexParser {
  private groups = 0
  private readonly chars: readonly string[]
  private pos = 0
  private readonly source: string

  constructor(source: string) {
    this.source = source
    this.chars = Array.from(source)
  }

  atEnd(): boolean {
    return this.pos >= this.chars.length
  }

  fail(reason: string): never {
    throw new EyeNetError(
      'invalid',
      `regular expression ${JSON.stringify(this.source)}: ${reason} at character ${this.pos + 1}`,
    )
  }

  alternation(outer: Flags, depth: number): RegexNode {
    if (depth > MAX_DEPTH) this.fail('nested too deeply')
    let flags = outer
    const alternatives: RegexNode[] = []
    let parts: RegexNode[] = []
    while (!this.atEnd() && this.peek() !== ')') {
      if (this.eat('|')) {
        alternatives.push(cat(parts))
        parts = []
        continue
      }
      const inline = this.inlineFlags(flags)
      if (inline !== undefined) {
        flags = inline
        continue
      }
      parts.push(this.repetition(this.atom(flags, depth), flags))
    }
    if (alternatives.length === 0) return cat(parts)
    return { kind: 'alt', parts: [...alternatives, cat(parts)] }
  }

  private peek(ahead = 0): string {
    return this.chars[this.pos + ahead] ?? ''
  }

  private eat(char: string): boolean {
    if (this.peek() !== char) return false
    this.pos++
    return true
  }

  private rest(length: number): string {
    return this.chars.slice(this.pos, this.pos + length).join('')
  }

  /** `(?i)`: flags for the rest of this group. */
  private inlineFlags(flags: Flags): Flags | undefined {
    const match = /^\(\?([imsU]*(?:-[imsU]+)?)\)/.exec(this.rest(16))
    if (match === null) return undefined
    this.pos += match[0].length
    return withFlags(flags, match[1] ?? '')
  }

  private atom(flags: Flags, depth: number): RegexNode {
    const char = this.peek()
    if (char === '(') return this.group(flags, depth)
    if (char === '[') return { kind: 'set', set: { ranges: this.charClass(), fold: flags.i } }
    if (char === '\\') return this.escape(flags)
    if (char === '*' || char === '+' || char === '?') this.fail(`nothing to repeat before ${char}`)
    this.pos++
    if (char === '.')
      return { kind: 'set', set: { ranges: flags.s ? [[0, MAX_CODE]] : negate([[10, 10]]), fold: false } }
    if (char === '^') return { kind: 'assert', what: flags.m ? 'line-start' : 'text-start' }
    if (char === '$') return { kind: 'assert', what: flags.m ? 'line-end' : 'text-end' }
    return single(char.codePointAt(0) ?? 0, flags)
  }

  private group(flags: Flags, depth: number): RegexNode {
    this.pos++
    const head = this.rest(80)
    const named = /^\?P?<([A-Za-z_]\w*)>/.exec(head)
    const plain = /^\?([imsU]*(?:-[imsU]+)?):/.exec(head)
    if (named !== null || head[0] !== '?') {
      const index = ++this.groups
      this.pos += named?.[0].length ?? 0
      return { kind: 'group', node: this.closed(flags, depth), index, name: named?.[1] }
    }
    if (plain === null) return this.fail('lookaround and this kind of group are not supported')
    this.pos += plain[0].length
    return this.closed(withFlags(flags, plain[1] ?? ''), depth)
  }

  private closed(flags: Flags, depth: number): RegexNode {
    const node = this.alternation(flags, depth + 1)
    if (!this.eat(')')) this.fail('missing )')
    return node
  }

  private repetition(atom: RegexNode, flags: Flags): RegexNode {
    const counts = this.counts()
    if (counts === undefined) return atom
    const lazy = this.eat('?')
    const node: RegexNode = { kind: 'repeat', node: atom, ...counts, greedy: lazy === flags.U }
    if (this.counts() !== undefined) this.fail('repetition of a repetition')
    return node
  }

  private counts(): { min: number; max: number } | undefined {
    if (this.eat('*')) return { min: 0, max: Number.POSITIVE_INFINITY }
    if (this.eat('+')) return { min: 1, max: Number.POSITIVE_INFINITY }
    if (this.eat('?')) return { min: 0, max: 1 }
    const match = /^\{(\d+)(,(\d*))?\}/.exec(this.rest(16))
    if (match === null) return undefined
    this.pos += match[0].length
    const min = Number(match[1])
    const max = match[2] === undefined ? min : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3])
    if (min > MAX_REPEAT || (max !== Number.POSITIVE_INFINITY && max > MAX_REPEAT) || max < min)
      this.fail('bad repeat count')
    return { min, max }
  }

  private escape(flags: Flags): RegexNode {
    this.pos++
    const char = this.peek()
    const assertions: Readonly<Record<string, Assertion>> = { A: 'text-start', z: 'text-end', b: 'word', B: 'not-word' }
    const what = assertions[char]
    if (what !== undefined) {
      this.pos++
      return { kind: 'assert', what }
    }
    if (char === 'Q') return this.quoted(flags)
    const ranges = this.perlClass()
    if (ranges !== undefined) return { kind: 'set', set: { ranges, fold: false } }
    return single(this.escapedCode(), flags)
  }

  /** \Q...\E */
  private quoted(flags: Flags): RegexNode {
    this.pos++
    const parts: RegexNode[] = []
    while (!this.atEnd()) {
      if (this.peek() === '\\' && this.peek(1) === 'E') {
        this.pos += 2
        break
      }
      parts.push(single(this.peek().codePointAt(0) ?? 0, flags))
      this.pos++
    }
    return cat(parts)
  }

  private perlClass(): readonly (readonly [number, number])[] | undefined {
    const char = this.peek()
    const ranges = /[dswDSW]/.test(char) ? PERL[char.toLowerCase()] : undefined
    if (ranges === undefined) return undefined
    this.pos++
    return char === char.toLowerCase() ? ranges : negate(ranges)
  }

  private escapedCode(): number {
    if (this.atEnd()) this.fail('trailing backslash')
    const hex = /^x(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2}))/.exec(this.rest(10))
    if (hex !== null) {
      this.pos += hex[0].length
      return Math.min(MAX_CODE, Number.parseInt(hex[1] ?? hex[2] ?? '0', 16))
    }
    const char = this.peek()
    this.pos++
    const control = CONTROL[char]
    if (control !== undefined) return control
    if (/[0-9]/.test(char)) this.fail('backreferences are not supported')
    if (/[A-Za-z]/.test(char)) this.fail(`unknown escape \\${char}`)
    return char.codePointAt(0) ?? 0
  }

  private charClass(): readonly (readonly [number, number])[] {
    this.pos++
    const inverted = this.eat('^')
    const ranges: (readonly [number, number])[] = []
    for (let first = true; first || this.peek() !== ']'; first = false) {
      if (this.atEnd()) this.fail('missing ]')
      const posix = /^\[:(\^?)([a-z]+):\]/.exec(this.rest(12))
      const members = POSIX_CLASSES.get(posix?.[2] ?? '')
      if (posix !== null && members !== undefined) {
        this.pos += posix[0].length
        ranges.push(...new RegexParser(`[${posix[1]}${members}]`).charClass())
        continue
      }
      ranges.push(...this.classItem())
    }
    this.pos++
    return inverted ? negate(ranges) : ranges
  }

  private classItem(): readonly (readonly [number, number])[] {
    if (this.peek() === '\\' && /[dswDSW]/.test(this.peek(1))) {
      this.pos++
      return this.perlClass() ?? []
    }
    const low = this.classChar()
    if (this.peek() !== '-' || this.peek(1) === ']' || this.peek(1) === '') return [[low, low]]
    this.pos++
    const high = this.classChar()
    if (high < low) this.fail('bad range in a character class')
    return [[low, high]]
  }

  private classChar(): number {
    if (this.eat('\\')) return this.escapedCode()
    const code = this.peek().codePointAt(0)
    if (code === undefined) return this.fail('missing ]')
    this.pos++
    return code
  }
}

function withFlags(flags: Flags, text: string): Flags {
  const [on = '', off = ''] = text.split('-')
  const value = (flag: keyof Flags): boolean => (on.includes(flag) ? true : off.includes(flag) ? false : flags[flag])
  return { i: value('i'), s: value('s'), m: value('m'), U: value('U') }
}

function cat(parts: readonly RegexNode[]): RegexNode {
  const [only] = parts
  if (only === undefined) return { kind: 'empty' }
  return parts.length === 1 ? only : { kind: 'cat', parts }
}

function single(code: number, flags: Flags): RegexNode {
  return { kind: 'set', set: { ranges: [[code, code]], fold: flags.i } }
}
