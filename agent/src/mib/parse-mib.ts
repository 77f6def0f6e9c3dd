import type { ParsedModule, TypeDefinition, ValueDefinition, ValueMacro } from './mib-module.ts'
import type { MibFile, ProblemList } from './mib-problem.ts'
import { mibTokens } from './mib-tokens.ts'
import { parseConvention, parseMacro, parseOidValue } from './parse-clauses.ts'
import { parseSyntax } from './parse-syntax.ts'
import { TokenCursor } from './token-cursor.ts'

/** Larger than any MIB (the largest known has 3 MB). */
export const MAX_MIB_CHARACTERS = 16 * 1024 * 1024
/** Definitions of one module; the largest known has some 15,000. */
const MAX_DEFINITIONS = 200_000

const MACROS: Readonly<Record<string, ValueMacro>> = {
  'OBJECT-TYPE': 'OBJECT-TYPE',
  'OBJECT-IDENTITY': 'OBJECT-IDENTITY',
  'MODULE-IDENTITY': 'MODULE-IDENTITY',
  'NOTIFICATION-TYPE': 'NOTIFICATION-TYPE',
  'TRAP-TYPE': 'TRAP-TYPE',
  'OBJECT-GROUP': 'OBJECT-GROUP',
  'NOTIFICATION-GROUP': 'NOTIFICATION-GROUP',
  'MODULE-COMPLIANCE': 'MODULE-COMPLIANCE',
  'AGENT-CAPABILITIES': 'AGENT-CAPABILITIES',
}

/** The modules in a file, SMIv1 (RFC 1155, 1212, 1215) and SMIv2 (RFC 2578 to 2580). What is wrong is reported and passed over. */
export function parseMib(file: MibFile, problems: ProblemList): readonly ParsedModule[] {
  if (file.text.length > MAX_MIB_CHARACTERS) {
    problems.add({ file, offset: 0 }, 'error', `the file is larger than ${MAX_MIB_CHARACTERS / 1024 / 1024} MiB`)
    return []
  }
  const cursor = new TokenCursor(file, mibTokens(file, problems), problems)
  const modules: ParsedModule[] = []
  while (!cursor.atEnd()) {
    if (cursor.peek().kind === 'name' && headerFollows(cursor)) modules.push(parseModule(cursor))
    else cursor.next()
  }
  if (modules.length === 0)
    problems.add({ file, offset: 0 }, 'error', 'no MIB module: there is no DEFINITIONS ::= BEGIN')
  return modules
}

/** `NAME DEFINITIONS`, or `NAME { iso 3 } DEFINITIONS`. */
function headerFollows(cursor: TokenCursor): boolean {
  if (cursor.sees('DEFINITIONS', 1)) return true
  if (!cursor.sees('{', 1)) return false
  for (let ahead = 2; ahead < 64; ahead++) if (cursor.sees('}', ahead)) return cursor.sees('DEFINITIONS', ahead + 1)
  return false
}

type Draft = {
  readonly imports: Map<string, string>
  readonly values: ValueDefinition[]
  readonly types: TypeDefinition[]
}

function parseModule(cursor: TokenCursor): ParsedModule {
  const { text: name, offset } = cursor.next()
  while (!cursor.sees('BEGIN') && !cursor.sees('IMPORTS') && !cursor.atEnd()) {
    if (cursor.took('::=') && !cursor.sees('BEGIN')) break
    if (!cursor.sees('BEGIN')) cursor.next()
  }
  if (!cursor.took('BEGIN')) cursor.report('warning', `the module ${name} has no BEGIN`)
  const draft: Draft = { imports: new Map(), values: [], types: [] }
  let ended = false
  while (!cursor.atEnd() && !ended && !nextModule(cursor)) {
    if (cursor.took('END')) ended = true
    else parseItem(cursor, draft)
  }
  if (!ended) cursor.report('warning', `the module ${name} has no END`)
  const lastUpdated = draft.values.find((value) => value.macro === 'MODULE-IDENTITY')?.lastUpdated ?? ''
  return { name, file: cursor.file, offset, lastUpdated, ...draft }
}

const nextModule = (cursor: TokenCursor): boolean => cursor.peek().kind === 'name' && headerFollows(cursor)

function parseItem(cursor: TokenCursor, draft: Draft): void {
  if (cursor.took('IMPORTS')) parseImports(cursor, draft.imports)
  else if (cursor.took('EXPORTS')) while (!cursor.took(';') && !cursor.startsDefinition()) cursor.next()
  else if (cursor.peek().kind !== 'name') lost(cursor)
  else parseDefinition(cursor, draft)
}

function parseDefinition(cursor: TokenCursor, draft: Draft): void {
  if (draft.values.length + draft.types.length >= MAX_DEFINITIONS) {
    cursor.report('error', `more than ${MAX_DEFINITIONS} definitions: the rest is not read`)
    while (!cursor.atEnd()) cursor.next()
    return
  }
  const { text: name, offset } = cursor.next()
  const head = { name, offset }
  const macro = MACROS[cursor.peek().text]
  if (cursor.took('MACRO')) skipMacro(cursor)
  else if (macro !== undefined && !cursor.sees('::=', 1)) {
    cursor.next()
    const value = parseMacro(cursor, name, { macro, offset })
    if (value) draft.values.push(value)
  } else if (cursor.sees('OBJECT') && cursor.sees('IDENTIFIER', 1)) {
    cursor.next()
    cursor.next()
    if (!cursor.took('::=')) cursor.report('error', `${name} OBJECT IDENTIFIER needs ::= and an OID`)
    else pushNode(cursor, draft, head)
  } else if (cursor.took('::=')) parseAssignment(cursor, draft, head)
  else parseOddValue(cursor, draft, head)
}

type Head = { readonly name: string; readonly offset: number }

function pushNode(cursor: TokenCursor, draft: Draft, { name, offset }: Head): void {
  const oid = parseOidValue(cursor, name)
  if (!oid) return
  const empty = { units: '', access: '', status: '', description: '', lastUpdated: '', index: [], objects: [] }
  draft.values.push({ ...empty, name, macro: 'OBJECT IDENTIFIER', offset, oid })
}

/** `Name ::= type` or `Name ::= TEXTUAL-CONVENTION ...`. */
function parseAssignment(cursor: TokenCursor, draft: Draft, { name, offset }: Head): void {
  if (cursor.took('TEXTUAL-CONVENTION')) {
    const convention = parseConvention(cursor, name, offset)
    if (convention) draft.types.push(convention)
    return
  }
  // `name ::= { above 1 }` lacks its OBJECT IDENTIFIER.
  if (cursor.sees('{')) {
    cursor.report('warning', `${name} lacks the words OBJECT IDENTIFIER`, offset)
    pushNode(cursor, draft, { name, offset })
    return
  }
  const syntax = parseSyntax(cursor)
  if (!syntax) lost(cursor)
  else draft.types.push({ name, offset, syntax, displayHint: '', convention: syntax.kind === 'plain' })
}

/** `name SomeType ::= { above 1 }`: a value of a type that the tree does not need, unless it is an OID. */
function parseOddValue(cursor: TokenCursor, draft: Draft, head: Head): void {
  if (cursor.peek().kind === 'name' && cursor.sees('::=', 1)) {
    cursor.next()
    cursor.next()
    if (cursor.sees('{')) pushNode(cursor, draft, head)
    else if (!cursor.startsDefinition()) cursor.next()
    return
  }
  cursor.report('error', `${head.name} starts no definition`, head.offset)
  if (!cursor.startsDefinition()) cursor.skipToDefinition()
}

function lost(cursor: TokenCursor): void {
  const { text } = cursor.peek()
  // A semicolon too many, or the `}` of a list that was closed before, does no harm.
  if (text !== ';' && text !== '}') cursor.report('error', `${JSON.stringify(text.slice(0, 40))} starts no definition`)
  cursor.next()
  if (!cursor.startsDefinition() && text !== ';' && text !== '}') cursor.skipToDefinition()
}

function skipMacro(cursor: TokenCursor): void {
  while (!cursor.took('END') && !cursor.atEnd()) cursor.next()
}

/** `a, b FROM X c FROM Y;`, also without the semicolon or with one behind each module. */
function parseImports(cursor: TokenCursor, imports: Map<string, string>): void {
  let symbols: string[] = []
  while (!cursor.took(';')) {
    if (symbols.length === 0 && cursor.startsDefinition()) {
      cursor.report('warning', 'IMPORTS has no ; at its end')
      return
    }
    if (cursor.atEnd()) return
    const token = cursor.next()
    if (token.text === 'FROM' && token.kind === 'name') {
      const module = cursor.next().text
      for (const symbol of symbols) if (!imports.has(symbol)) imports.set(symbol, module)
      symbols = []
      if (cursor.sees('{')) cursor.skipBrackets()
    } else if (token.kind === 'name') symbols.push(token.text)
  }
}
