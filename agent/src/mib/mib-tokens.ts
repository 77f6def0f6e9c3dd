import type { MibFile, ProblemList } from './mib-problem.ts'

export type MibToken = {
  readonly kind: 'name' | 'number' | 'string' | 'mark' | 'end'
  /** Of a string what is between the quotes. */
  readonly text: string
  readonly offset: number
}

/** A MIB module has some hundred thousand tokens at most; a file with more is no MIB. */
const MAX_TOKENS = 2_000_000
/** Characters that no MIB has are reported so often per file. */
const MAX_STRANGE = 5

const NAME = /[A-Za-z0-9](?:[A-Za-z0-9_]|-(?!-))*/y
const SPACE = /[\s\uFEFF\u00A0\u001A\0]+/y
/** A text that runs over the head of the next definition, up to the opening quote of a text there, lacks its closing quote. */
const SWALLOWED =
  /\n[ \t]*[a-z][\w-]*[ \t]+(?:OBJECT-TYPE\s+SYNTAX\s|NOTIFICATION-TYPE\s+(?:STATUS|OBJECTS)\s|OBJECT[ \t]+IDENTIFIER[ \t]*::=)/
const BEFORE_TEXT =
  /(?:DESCRIPTION|REFERENCE|UNITS|ORGANIZATION|CONTACT-INFO|LAST-UPDATED|REVISION|DISPLAY-HINT)\s{0,200}$/
/** What may follow a comment that ends with `--` on the same line; anything else is taken for more of the comment. */
const AFTER_COMMENT =
  /[ \t]*(?:::=|[{}(),;]|(?:SYNTAX|ACCESS|MAX-ACCESS|STATUS|DESCRIPTION|INDEX|IMPORTS|FROM|BEGIN|END|OBJECT)\b|[\w-]+[ \t]*\([ \t]*-?\d+[ \t]*\)|[\w-]+[ \t]+(?:OBJECT-TYPE|OBJECT[ \t]+IDENTIFIER|::=))/y

/** Splits a MIB file into tokens; the last is of kind `end`. Time is linear in the text. */
export function mibTokens(file: MibFile, problems: ProblemList): readonly MibToken[] {
  const { text } = file
  const tokens: MibToken[] = []
  let at = 0
  let strange = 0
  while (at < text.length) {
    if (tokens.length >= MAX_TOKENS) {
      problems.add({ file, offset: at }, 'error', `more than ${MAX_TOKENS} words: the rest is not read`)
      break
    }
    const spaceEnd = matchEnd(SPACE, text, at)
    if (spaceEnd > at) {
      at = spaceEnd
      continue
    }
    if (text.startsWith('--', at)) {
      at = commentEnd(text, at)
      continue
    }
    const token = text.charAt(at) === '"' ? stringAt(file, at, problems) : plainAt(text, at)
    if (token) {
      tokens.push(token.token)
      at = token.end
      continue
    }
    if (strange++ < MAX_STRANGE)
      problems.add(
        { file, offset: at },
        'warning',
        `the character ${JSON.stringify(text.charAt(at))} does not belong here`,
      )
    at++
  }
  tokens.push({ kind: 'end', text: '', offset: text.length })
  return tokens
}

type Read = { readonly token: MibToken; readonly end: number }

function plainAt(text: string, offset: number): Read | undefined {
  const quoted = text.charAt(offset) === "'" ? matchEnd(/'[^'\n]{0,4096}'[hHbB]?/y, text, offset) : offset
  if (quoted > offset) return read('number', text, { offset, end: quoted })
  const end = matchEnd(NAME, text, offset)
  if (end > offset) return read(/^\d+$/.test(text.slice(offset, end)) ? 'number' : 'name', text, { offset, end })
  for (const mark of ['::=', '..'])
    if (text.startsWith(mark, offset)) return read('mark', text, { offset, end: offset + mark.length })
  return '{}()[],;|.:<>-'.includes(text.charAt(offset)) ? read('mark', text, { offset, end: offset + 1 }) : undefined
}

function read(kind: MibToken['kind'], text: string, { offset, end }: { offset: number; end: number }): Read {
  return { token: { kind, text: text.slice(offset, end), offset }, end }
}

/** A text in quotes; two quotes in a row stand for one. */
function stringAt(file: MibFile, offset: number, problems: ProblemList): Read {
  const { text } = file
  let end = text.indexOf('"', offset + 1)
  while (end >= 0 && text.charAt(end + 1) === '"') end = text.indexOf('"', end + 2)
  const content = text.slice(offset + 1, end < 0 ? text.length : end)
  const swallowed = end < 0 || BEFORE_TEXT.test(content.slice(-220)) ? SWALLOWED.exec(content) : null
  if (swallowed) {
    problems.add({ file, offset }, 'error', 'this text has no closing quote')
    const cut = offset + 1 + swallowed.index
    return { token: { kind: 'string', text: text.slice(offset + 1, cut), offset }, end: cut }
  }
  if (end < 0) problems.add({ file, offset }, 'error', 'this text has no closing quote')
  return { token: { kind: 'string', text: content, offset }, end: end < 0 ? text.length : end + 1 }
}

/** Where a comment ends: at the end of the line, or behind a second `--` that something follows. */
function commentEnd(text: string, offset: number): number {
  const lineEnd = text.indexOf('\n', offset)
  const end = lineEnd < 0 ? text.length : lineEnd
  let close = offset + 2
  while (text.charAt(close) === '-') close++
  close = text.indexOf('--', close)
  if (close < 0 || close >= end) return end
  let behind = close + 2
  while (text.charAt(behind) === '-') behind++
  return matchEnd(AFTER_COMMENT, text, behind) > behind ? behind : end
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}
