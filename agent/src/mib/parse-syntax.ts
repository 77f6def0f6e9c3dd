import type { Syntax } from './mib-module.ts'
import type { TokenCursor } from './token-cursor.ts'

/** An enumeration or BITS with more labels is cut. */
const MAX_LABELS = 10_000
/** A restriction such as `0..10 | 20..30` has so many words at most. */
const MAX_RANGE_WORDS = 256

/** Reads what follows SYNTAX or `::=`. Undefined where there is no type. */
export function parseSyntax(cursor: TokenCursor): Syntax | undefined {
  skipTag(cursor)
  const { offset } = cursor.peek()
  const plain = { kind: 'plain', enums: '', range: '', offset } as const
  if (cursor.peek().kind !== 'name') return undefined
  const word = cursor.next().text
  if (word === 'SEQUENCE' && cursor.took('OF')) return { ...plain, kind: 'sequence-of', type: cursor.next().text }
  if (word === 'SEQUENCE' || word === 'CHOICE' || word === 'SET') {
    if (cursor.sees('{')) cursor.skipBrackets()
    return { ...plain, kind: word === 'CHOICE' ? 'choice' : 'sequence', type: word }
  }
  const type = typeName(cursor, word)
  let enums = ''
  let range = ''
  // Some modules write both `{ ... }` and `( ... )`.
  for (let round = 0; round < 2; round++) {
    if (enums === '' && cursor.sees('{')) enums = parseLabels(cursor)
    else if (range === '' && cursor.sees('(')) range = parseRange(cursor)
  }
  return { ...plain, type, enums, range }
}

function typeName(cursor: TokenCursor, word: string): string {
  if ((word === 'OBJECT' && cursor.took('IDENTIFIER')) || (word === 'OCTET' && cursor.took('STRING')))
    return word === 'OBJECT' ? 'OBJECT IDENTIFIER' : 'OCTET STRING'
  if (word === 'BIT' && cursor.took('STRING')) return 'BITS'
  // Module.Type
  if (cursor.sees('.') && cursor.peek(1).kind === 'name') {
    cursor.next()
    return cursor.next().text
  }
  return word
}

/** `[APPLICATION 0] IMPLICIT` in front of SMIv1's types. */
function skipTag(cursor: TokenCursor): void {
  if (cursor.sees('[')) cursor.skipBrackets()
  if (!cursor.took('IMPLICIT')) cursor.took('EXPLICIT')
}

/** `{ up(1), down(2) }` as `1 up|2 down`. */
function parseLabels(cursor: TokenCursor): string {
  cursor.next()
  const labels: string[] = []
  while (!cursor.took('}')) {
    if (cursor.startsDefinition()) {
      cursor.report('error', 'this list of labels has no }')
      break
    }
    const label = cursor.next()
    if (label.kind !== 'name' && label.kind !== 'number') continue
    if (!cursor.took('(')) continue
    const value = signedNumber(cursor)
    if (value === undefined) cursor.report('warning', `the label ${label.text} has no number`)
    else if (labels.length < MAX_LABELS) labels.push(`${value} ${label.text.replaceAll('|', '/')}`)
    if (!cursor.took(')') && !cursor.sees('}')) cursor.took('}')
  }
  return labels.join('|')
}

function signedNumber(cursor: TokenCursor): number | undefined {
  const negative = cursor.took('-')
  const token = cursor.peek()
  if (token.kind !== 'number' && !/^0x[0-9a-f]+$/i.test(token.text)) return undefined
  cursor.next()
  const value = numberOf(token.text)
  return value === undefined ? undefined : negative ? -value : value
}

/** `5`, `0x1F`, `'1F'H`, `'0101'B`. */
export function numberOf(text: string): number | undefined {
  const quoted = /^'([0-9A-Fa-f]*)'([hHbB])$/.exec(text)
  const digits = quoted?.[1] ?? text
  const value = quoted ? Number.parseInt(digits || '0', /h/i.test(quoted[2] ?? '') ? 16 : 2) : Number(text)
  return Number.isFinite(value) ? value : undefined
}

/** `(0..100 | 200)` as `0..100|200`, `(SIZE (6))` as `#6`; a size that varies says little and is left out. */
function parseRange(cursor: TokenCursor): string {
  let depth = 0
  let size = false
  const words: string[] = []
  do {
    if (depth > 0 && cursor.startsDefinition()) {
      cursor.report('error', 'this restriction has no )')
      return ''
    }
    const { kind, text } = cursor.next()
    if (text === '(') depth++
    else if (text === ')') depth--
    else if (text === 'SIZE') size = true
    else if (kind === 'number') words.push(String(numberOf(text) ?? text))
    else if (text === '..' || text === '|' || text === '-' || kind === 'name') words.push(text)
  } while (depth > 0 && !cursor.atEnd())
  if (words.length > MAX_RANGE_WORDS || words.some((word) => /^[A-Za-z]/.test(word))) return ''
  const range = words.join('')
  if (!size) return range
  return /^\d+$/.test(range) ? `#${range}` : ''
}
