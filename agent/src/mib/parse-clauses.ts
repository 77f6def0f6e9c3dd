import type { NamedReference, OidPart, Syntax, TypeDefinition, ValueDefinition, ValueMacro } from './mib-module.ts'
import { numberOf, parseSyntax } from './parse-syntax.ts'
import type { TokenCursor } from './token-cursor.ts'

/** Objects of a notification or columns of an index; more are left out. */
const MAX_REFERENCES = 1_000
const MAX_OID_WORDS = 256

type Clauses = {
  syntax?: Syntax
  augments?: NamedReference
  enterprise?: readonly OidPart[]
  units: string
  access: string
  status: string
  description: string
  lastUpdated: string
  displayHint: string
  index: readonly NamedReference[]
  objects: readonly NamedReference[]
}

/** Reads what follows `name OBJECT-TYPE` and its like; undefined, and reported, where no OID follows. */
export function parseMacro(
  cursor: TokenCursor,
  name: string,
  { macro, offset }: { macro: ValueMacro; offset: number },
): ValueDefinition | undefined {
  const clauses = parseClauses(cursor, macro)
  const { displayHint: _, enterprise, ...kept } = clauses
  if (!cursor.took('::=')) {
    cursor.report('error', `${name} ends without ::= and its OID`, offset)
    return undefined
  }
  const definition = { ...kept, name, macro, offset }
  if (macro !== 'TRAP-TYPE' || cursor.sees('{')) {
    const oid = parseOidValue(cursor, name)
    return oid && { ...definition, oid }
  }
  const trap = cursor.next()
  const number = trap.kind === 'number' ? numberOf(trap.text) : undefined
  if (number === undefined || !enterprise) {
    cursor.report('error', `the trap ${name} has no ${enterprise ? 'number' : 'ENTERPRISE'}`, offset)
    return undefined
  }
  return { ...definition, oid: enterprise, trap: number }
}

/** Reads `TEXTUAL-CONVENTION ... SYNTAX type`, from behind the first word. */
export function parseConvention(cursor: TokenCursor, name: string, offset: number): TypeDefinition | undefined {
  const { syntax, displayHint } = parseClauses(cursor, 'TEXTUAL-CONVENTION')
  if (!syntax) cursor.report('error', `the textual convention ${name} has no SYNTAX`, offset)
  return syntax && { name, offset, syntax, displayHint, convention: true }
}

function parseClauses(cursor: TokenCursor, macro: ValueMacro | 'TEXTUAL-CONVENTION'): Clauses {
  const clauses: Clauses = {
    units: '',
    access: '',
    status: '',
    description: '',
    lastUpdated: '',
    displayHint: '',
    index: [],
    objects: [],
  }
  const ofObject = macro !== 'MODULE-COMPLIANCE' && macro !== 'AGENT-CAPABILITIES'
  while (!cursor.sees('::=') && !cursor.startsDefinition()) {
    const token = cursor.next()
    if (!ofObject && token.text === 'STATUS' && token.kind === 'name') readClause(cursor, token.text, clauses)
    // A textual convention has no ::= behind it: its SYNTAX is the end.
    if (token.kind === 'name' && ofObject && readClause(cursor, token.text, clauses) && macro === 'TEXTUAL-CONVENTION')
      break
    if (token.kind === 'mark' && token.text === '{')
      while (!cursor.took('}') && !cursor.startsDefinition()) cursor.next()
  }
  return clauses
}

/** Reads one clause behind its first word; true for SYNTAX. */
function readClause(cursor: TokenCursor, word: string, clauses: Clauses): boolean {
  switch (word) {
    case 'SYNTAX': {
      const syntax = parseSyntax(cursor)
      if (syntax) clauses.syntax ??= syntax
      else cursor.report('error', 'a type is missing behind SYNTAX')
      return true
    }
    case 'UNITS':
      clauses.units ||= textBehind(cursor)
      break
    case 'ACCESS':
    case 'MAX-ACCESS':
      if (cursor.peek().kind === 'name') clauses.access ||= cursor.next().text
      break
    case 'STATUS':
      if (cursor.peek().kind === 'name') clauses.status ||= cursor.next().text
      break
    case 'DESCRIPTION':
      clauses.description ||= textBehind(cursor)
      break
    case 'LAST-UPDATED':
      clauses.lastUpdated ||= textBehind(cursor)
      break
    case 'DISPLAY-HINT':
      clauses.displayHint ||= textBehind(cursor)
      break
    case 'ENTERPRISE':
      clauses.enterprise ??= enterpriseBehind(cursor)
      break
    case 'INDEX':
      clauses.index = referencesBehind(cursor)
      break
    case 'AUGMENTS': {
      const row = referencesBehind(cursor)[0]
      if (row) clauses.augments = row
      break
    }
    case 'OBJECTS':
    case 'VARIABLES':
      clauses.objects = referencesBehind(cursor)
      break
    case 'DEFVAL':
      if (cursor.sees('{')) cursor.skipBrackets()
  }
  return false
}

function textBehind(cursor: TokenCursor): string {
  return cursor.peek().kind === 'string' ? cursor.next().text.trim() : ''
}

function enterpriseBehind(cursor: TokenCursor): readonly OidPart[] {
  const token = cursor.peek()
  if (token.kind !== 'name') return parseOidValue(cursor, 'ENTERPRISE') ?? []
  cursor.next()
  return [{ name: token.text, offset: token.offset }]
}

/** `{ ifIndex, IMPLIED name }`; tolerates missing braces and commas. Types, as SMIv1 allows in INDEX, are left out by resolving. */
function referencesBehind(cursor: TokenCursor): readonly NamedReference[] {
  if (!cursor.took('{')) {
    const token = cursor.peek()
    if (token.kind !== 'name') return []
    cursor.next()
    return [{ name: token.text, implied: false, offset: token.offset }]
  }
  const references: NamedReference[] = []
  let implied = false
  while (!cursor.took('}')) {
    if (cursor.sees('::=') || cursor.startsDefinition()) {
      cursor.report('error', 'this list of objects has no }')
      break
    }
    const { kind, text, offset } = cursor.next()
    if (kind === 'mark' && text === '.' && cursor.peek().kind === 'number') cursor.next()
    if (kind !== 'name') continue
    if (text === 'IMPLIED') implied = true
    else {
      if (references.length < MAX_REFERENCES) references.push({ name: text, implied, offset })
      implied = false
    }
  }
  return references
}

/** `{ ifEntry 3 }`, `{ iso org(3) dod(6) }`, `{ 1 3 6 }`, `{ parent.3 }`; undefined, and reported, for anything else. */
export function parseOidValue(cursor: TokenCursor, name: string): readonly OidPart[] | undefined {
  if (!cursor.took('{')) {
    cursor.report('error', `${name} needs an OID in braces behind ::=`)
    return undefined
  }
  const parts: OidPart[] = []
  while (!cursor.took('}')) {
    if (cursor.sees('::=') || cursor.startsDefinition() || parts.length > MAX_OID_WORDS) {
      cursor.report('error', `the OID of ${name} has no }`)
      break
    }
    const token = cursor.next()
    const { text, offset } = token
    if (token.kind === 'number') parts.push({ number: numberOf(text) ?? -1, offset })
    else if (token.kind === 'name' && cursor.sees('(') && cursor.peek(1).kind === 'number') {
      cursor.next()
      parts.push({ name: text, number: numberOf(cursor.next().text) ?? -1, offset })
      cursor.took(')')
    } else if (token.kind === 'name') parts.push({ name: text, offset })
  }
  if (parts.length === 0) cursor.report('error', `the OID of ${name} is empty`)
  return parts.length === 0 ? undefined : parts
}
