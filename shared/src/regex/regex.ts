import { assertNever, EyeNetError } from '../errors/errors.ts'
import { compileProgram, type Instruction } from './regex-program.ts'
import { type Assertion, type CharSet, parseRegex } from './regex-syntax.ts'

/**
 * Regular expressions in RE2 syntax whose time grows with pattern length times text length and never faster: a set of
 * states walks over the text (Thompson 1968, with Pike's captures). See docs/decisions/0003-regex-in-matchers.md.
 */
export type Regex = {
  /** Whether the whole text matches. */
  test(text: string): boolean
  /** The groups of a match of the whole text; index 0 is the text. */
  exec(text: string): RegexMatch | undefined
  /** Replaces each match anywhere in the text; `template` as Go's Regexp.Expand. */
  replaceAll(text: string, template: string): string
}
export type RegexMatch = {
  readonly groups: readonly (string | undefined)[]
  readonly names: ReadonlyMap<string, number>
}

const MAX_PATTERN_LENGTH = 65_536

/** Compiles RE2 syntax; throws EyeNetError `invalid`. */
export function compileRegex(source: string): Regex {
  if (source.length > MAX_PATTERN_LENGTH) {
    throw new EyeNetError('invalid', `regular expression longer than ${MAX_PATTERN_LENGTH} characters`)
  }
  const literals = literalAlternatives(source)
  const lazy = lazyProgram(source)
  // A bad pattern is told at once, not at the first text.
  if (literals === undefined) lazy()
  return {
    test: literals === undefined ? tester(source, lazy().test) : (text) => literals.has(text),
    exec(text) {
      const { program, names } = lazy()
      const saved = run(program, Array.from(text), { from: 0, whole: true })
      return saved === undefined ? undefined : { groups: pick(Array.from(text), saved), names }
    },
    replaceAll: (text, template) => replaceAll(lazy(), text, template),
  }
}

type Compiled = {
  readonly program: readonly Instruction[]
  readonly test: readonly Instruction[]
  readonly names: ReadonlyMap<string, number>
}

function lazyProgram(source: string): () => Compiled {
  let compiled: Compiled | undefined
  return () => {
    if (compiled !== undefined) return compiled
    const node = parseRegex(source)
    const names = new Map<string, number>()
    compiled = { program: compileProgram(node, names), test: compileProgram(node, undefined), names }
    return compiled
  }
}

/** `a|b|c` without any special character is a set: what dashboards send when several values are picked. */
function literalAlternatives(source: string): ReadonlySet<string> | undefined {
  return /[\\.+*?()[\]{}^$]/.test(source) ? undefined : new Set(source.split('|'))
}

/** The commonest shapes need no automaton. */
function tester(source: string, program: readonly Instruction[]): (text: string) => boolean {
  if (source === '.*') return () => true
  if (source === '.+') return (text) => text !== ''
  const affix = /^(\.\*)?([^\\.+*?()[\]{}^$|]+)(\.\*)?$/.exec(source)
  const literal = affix?.[2]
  if (affix !== null && literal !== undefined) {
    if (affix[1] === undefined) return (text) => text.startsWith(literal)
    return affix[3] === undefined ? (text) => text.endsWith(literal) : (text) => text.includes(literal)
  }
  return (text) => run(program, Array.from(text), { from: 0, whole: true }) !== undefined
}

type Thread = { readonly pc: number; readonly saved: readonly number[] }
type RunOptions = { readonly from: number; readonly whole: boolean }

/** The slots of the leftmost match with Perl's preferences (slot 0 and 1: its start and end), or undefined. */
function run(
  program: readonly Instruction[],
  text: readonly string[],
  { from, whole }: RunOptions,
): readonly number[] | undefined {
  const marks = new Int32Array(program.length).fill(-1)
  let threads: Thread[] = []
  let best: readonly number[] | undefined
  for (let i = from; i <= text.length; i++) {
    const here = threads
    // A new start has the least preference, and none once something matched.
    if (best === undefined && (i === from || !whole))
      follow({ program, text, marks, threads: here }, i, { pc: 0, saved: [i] })
    if (here.length === 0 && (whole || best !== undefined)) break
    const code = text[i]?.codePointAt(0)
    const next: Thread[] = []
    for (const thread of here) {
      const instruction = program[thread.pc]
      if (instruction?.op === 'match') {
        if (whole && i < text.length) continue
        best = Object.assign([...thread.saved], { 1: i })
        break
      }
      if (instruction?.op !== 'set' || code === undefined || !inSet(instruction.set, code)) continue
      follow({ program, text, marks, threads: next }, i + 1, { pc: thread.pc + 1, saved: thread.saved })
    }
    threads = next
  }
  return best
}

type Walk = {
  readonly program: readonly Instruction[]
  readonly text: readonly string[]
  /** The position at which each instruction was last added, so that it is added once. */
  readonly marks: Int32Array
  readonly threads: Thread[]
}

/** Adds a thread and all that it reaches without reading, in order of preference. */
function follow({ program, text, marks, threads }: Walk, position: number, start: Thread): void {
  const stack: Thread[] = [start]
  for (let thread = stack.pop(); thread !== undefined; thread = stack.pop()) {
    const { pc, saved } = thread
    if (marks[pc] === position) continue
    marks[pc] = position
    const instruction = program[pc]
    switch (instruction?.op) {
      case 'jump':
        stack.push({ pc: instruction.to, saved })
        break
      case 'split':
        stack.push({ pc: instruction.second, saved }, { pc: instruction.first, saved })
        break
      case 'save':
        stack.push({ pc: pc + 1, saved: Object.assign([...saved], { [instruction.slot]: position }) })
        break
      case 'assert':
        if (holds(instruction.what, text, position)) stack.push({ pc: pc + 1, saved })
        break
      default:
        threads.push(thread)
    }
  }
}

function holds(what: Assertion, text: readonly string[], at: number): boolean {
  switch (what) {
    case 'text-start':
      return at === 0
    case 'text-end':
      return at === text.length
    case 'line-start':
      return at === 0 || text[at - 1] === '\n'
    case 'line-end':
      return at === text.length || text[at] === '\n'
    case 'word':
      return isWord(text[at - 1]) !== isWord(text[at])
    case 'not-word':
      return isWord(text[at - 1]) === isWord(text[at])
    default:
      return assertNever(what)
  }
}

const isWord = (char: string | undefined): boolean => char !== undefined && /^\w$/.test(char)

function inSet({ ranges, fold }: CharSet, code: number): boolean {
  if (inRanges(ranges, code)) return true
  if (!fold) return false
  const char = String.fromCodePoint(code)
  return [char.toLowerCase(), char.toUpperCase()].some((other) => inRanges(ranges, other.codePointAt(0) ?? code))
}

function inRanges(ranges: CharSet['ranges'], code: number): boolean {
  for (const [low, high] of ranges) if (code >= low && code <= high) return true
  return false
}

function pick(text: readonly string[], saved: readonly number[]): (string | undefined)[] {
  const groups: (string | undefined)[] = []
  for (let slot = 0; slot < saved.length; slot += 2) {
    const from = saved[slot]
    const to = saved[slot + 1]
    groups.push(from === undefined || to === undefined ? undefined : text.slice(from, to).join(''))
  }
  return groups
}

function replaceAll({ program, names }: Compiled, source: string, template: string): string {
  const text = Array.from(source)
  let out = ''
  let done = 0
  for (let from = 0; from <= text.length; ) {
    const saved = run(program, text, { from, whole: false })
    const [start, end] = saved ?? []
    if (saved === undefined || start === undefined || end === undefined) break
    out += text.slice(done, start).join('') + expandTemplate(template, { groups: pick(text, saved), names })
    done = end
    from = end > start ? end : end + 1
    if (end === start && end < text.length) out += text[end] ?? ''
    if (end === start) done = Math.min(text.length, end + 1)
  }
  return out + text.slice(done).join('')
}

/**
 * `$1`, `$name`, `${1}`, `$$` as Go's Regexp.Expand: an unknown group is the empty string. EyeNetError('limit_exceeded')
 * when the text would become longer than `limit` characters.
 */
export function expandTemplate(
  template: string,
  { groups, names }: RegexMatch,
  limit = Number.POSITIVE_INFINITY,
): string {
  let left = limit - template.length
  if (left < 0) throw tooLong(limit)
  return template.replace(/\$(?:\$|\{\w+\}|\w+)/g, (found) => {
    const reference = found.replace(/[${}]/g, '')
    if (reference === '') return '$'
    const index = /^\d+$/.test(reference) ? Number(reference) : names.get(reference)
    const text = index === undefined ? '' : (groups[index] ?? '')
    left -= text.length
    if (left < 0) throw tooLong(limit)
    return text
  })
}

export const tooLong = (limit: number): EyeNetError =>
  new EyeNetError('limit_exceeded', `a label would become longer than ${limit} characters`)
