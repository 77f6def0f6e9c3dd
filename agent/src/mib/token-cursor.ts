import type { MibFile, MibProblem, ProblemList } from './mib-problem.ts'
import type { MibToken } from './mib-tokens.ts'

const END: MibToken = { kind: 'end', text: '', offset: 0 }

const MACROS: ReadonlySet<string> = new Set([
  'OBJECT-TYPE',
  'OBJECT-IDENTITY',
  'MODULE-IDENTITY',
  'NOTIFICATION-TYPE',
  'TRAP-TYPE',
  'OBJECT-GROUP',
  'NOTIFICATION-GROUP',
  'MODULE-COMPLIANCE',
  'AGENT-CAPABILITIES',
])
/** Words that open a clause and therefore name nothing. */
const CLAUSES: ReadonlySet<string> = new Set([
  'SYNTAX',
  'UNITS',
  'ACCESS',
  'MAX-ACCESS',
  'MIN-ACCESS',
  'STATUS',
  'DESCRIPTION',
  'REFERENCE',
  'INDEX',
  'AUGMENTS',
  'DEFVAL',
  'ENTERPRISE',
  'VARIABLES',
  'OBJECTS',
  'NOTIFICATIONS',
  'LAST-UPDATED',
  'ORGANIZATION',
  'CONTACT-INFO',
  'REVISION',
  'DISPLAY-HINT',
  'PRODUCT-RELEASE',
  'MODULE',
  'MANDATORY-GROUPS',
  'GROUP',
  'OBJECT',
])

/** A place in a file's tokens. Every method that moves, moves forward: no input makes a parser run in circles. */
export class TokenCursor {
  readonly file: MibFile
  readonly #tokens: readonly MibToken[]
  readonly #problems: ProblemList
  #at = 0

  constructor(file: MibFile, tokens: readonly MibToken[], problems: ProblemList) {
    this.file = file
    this.#tokens = tokens
    this.#problems = problems
  }

  peek(ahead = 0): MibToken {
    return this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1) ?? END
  }

  next(): MibToken {
    const token = this.peek()
    if (this.#at < this.#tokens.length) this.#at++
    return token
  }

  /** True where the next token is this mark or word. */
  sees(text: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.text === text && token.kind !== 'string'
  }

  /** Takes the mark or word if it is next. */
  took(text: string): boolean {
    if (!this.sees(text)) return false
    this.#at++
    return true
  }

  atEnd(): boolean {
    return this.peek().kind === 'end'
  }

  report(severity: MibProblem['severity'], message: string, offset = this.peek().offset): void {
    this.#problems.add({ file: this.file, offset }, severity, message)
  }

  /** True where a new definition, a new module or the end of this one starts: where a parser that is lost can go on. */
  startsDefinition(ahead = 0): boolean {
    const word = this.peek(ahead)
    if (word.kind === 'end') return true
    if (word.kind !== 'name') return false
    const one = this.peek(ahead + 1)
    const two = this.peek(ahead + 2)
    if (word.text === 'END') return one.kind === 'end' || (one.kind === 'name' && two.kind !== 'string')
    if (CLAUSES.has(word.text)) return false
    if (one.kind === 'mark' && one.text === '::=') return /^[A-Z]/.test(word.text) && two.kind === 'name'
    if (one.kind !== 'name') return false
    if (one.text === 'DEFINITIONS') return true
    if (one.text === 'OBJECT') return two.text === 'IDENTIFIER' && this.sees('::=', ahead + 3)
    if (one.text === 'MACRO') return two.text === '::='
    return MACROS.has(one.text) && two.kind === 'name' && two.text !== 'FROM' && two.text !== 'MACRO'
  }

  /** Behind the bracket that closes the one that is next; stops before the next definition. */
  skipBrackets(): void {
    let depth = 0
    do {
      const token = this.peek()
      if (depth > 0 && this.startsDefinition()) return
      this.next()
      if (token.kind !== 'mark') continue
      if ('{(['.includes(token.text)) depth++
      else if ('})]'.includes(token.text)) depth--
    } while (depth > 0)
  }

  /** To the next definition; the token at hand is passed over in any case. */
  skipToDefinition(): void {
    this.next()
    while (!this.startsDefinition()) this.next()
  }
}
