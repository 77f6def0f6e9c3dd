import { nearestName } from '../errors/errors.ts'
import { AGGREGATE_OPS } from './ast.ts'
import { FUNCTIONS } from './function-table.ts'
import { whyUnsupported } from './unsupported.ts'

export type SyntaxFault = { readonly offset: number; readonly reason: string }

type Token = { readonly text: string; readonly at: number; readonly kind: TokenKind }
type TokenKind = 'string' | 'open string' | 'comment' | 'number' | 'word' | 'operator' | 'mark' | 'other'

const TOKEN = new RegExp(
  [
    /(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`]*`)/,
    /(?<open>["'`][\s\S]*)/,
    /(?<comment>#[^\n]*)/,
    /(?<number>\d[\w.]*(?:(?<=\d[eE])[+-]\d+)?|\.\d\w*)/,
    /(?<word>[a-zA-Z_:][\w:]*)/,
    /(?<operator>=~|!~|!=|==|<=|>=|[-+*/%^<>@=])/,
    /(?<mark>[(){}[\],:])/,
    /(?<other>[^\s])/,
  ]
    .map((part) => part.source)
    .join('|'),
  'gu',
)

const KINDS: readonly (readonly [group: string, kind: TokenKind])[] = [
  ['string', 'string'],
  ['open', 'open string'],
  ['comment', 'comment'],
  ['number', 'number'],
  ['word', 'word'],
  ['operator', 'operator'],
  ['mark', 'mark'],
  ['other', 'other'],
]

const KEYWORDS = new Set('and or unless atan2 bool offset by without on ignoring group_left group_right'.split(' '))
const PARTNER: Readonly<Record<string, string>> = { ')': '(', '}': '{', ']': '[' }
const DURATION = /^(?:\d+(?:ms|[smhdwy]))+$/

/** What is wrong at the place where the grammar gave up, in the words of Prometheus where it has some. */
export function syntaxFault(text: string, at: number): SyntaxFault {
  const tokens = tokensOf(text)
  const [first] = tokens
  if (first === undefined) return { offset: 0, reason: 'no expression found in input' }
  const open = tokens.find((token) => token.kind === 'open string')
  if (open !== undefined) {
    const reason = open.text.startsWith('`') ? 'unterminated raw string' : 'unterminated quoted string'
    return { offset: open.at, reason }
  }
  const cut = tokens.find((token) => token.at < at && at < token.at + token.text.length)
  if (cut !== undefined && cut.kind !== 'string') {
    const what = cut.kind === 'number' ? `bad number or duration syntax: "${cut.text}"` : `unexpected ${nameOf(cut)}`
    return { offset: cut.at, reason: what }
  }
  const before = tokens.filter((token) => token.at < at)
  const found = tokens[before.length]
  const brackets = openBrackets(before)
  if (found === undefined) return { offset: text.length, reason: atTheEnd(brackets) }
  if (found.text === '(') {
    const called = before.at(-1)
    const isUnknown = called?.kind === 'word' && !FUNCTIONS.has(called.text)
    if (isUnknown) return { offset: called.at, reason: unknownFunction(called.text) }
  }
  if (found.text === ')' && brackets.length === 0) {
    return { offset: found.at, reason: "unexpected right parenthesis ')'" }
  }
  const where = brackets.at(-1) === '{' ? ` in label matching, expected ${expectedInBraces(before.at(-1))}` : ''
  return { offset: found.at, reason: `unexpected ${nameOf(found)}${where}` }
}

/** Why there is no function of this name, and the name that was meant where that can be told. */
export function unknownFunction(name: string): string {
  const known = whyUnsupported(name)
  if (known !== undefined) return known
  const near = nearestName(name, [...FUNCTIONS.keys(), ...AGGREGATE_OPS])
  return `unknown function with name "${name}"${near === undefined ? '' : `; did you mean ${near}?`}`
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  for (const match of text.matchAll(TOKEN)) {
    const kind = KINDS.find(([group]) => match.groups?.[group] !== undefined)?.[1] ?? 'other'
    if (kind !== 'comment') tokens.push({ text: match[0], at: match.index, kind })
  }
  return tokens
}

/** The brackets that are open after the tokens. */
function openBrackets(tokens: readonly Token[]): readonly string[] {
  const open: string[] = []
  for (const { text, kind } of tokens) {
    if (kind !== 'mark') continue
    const partner = PARTNER[text]
    if (text === '(' || text === '{' || text === '[') open.push(text)
    else if (partner !== undefined && open.at(-1) === partner) open.pop()
  }
  return open
}

function atTheEnd(brackets: readonly string[]): string {
  switch (brackets.at(-1)) {
    case '(':
      return 'unclosed left parenthesis'
    case '[':
      return 'unclosed left bracket'
    case '{':
      return 'unexpected end of input inside braces'
    default:
      return 'unexpected end of input'
  }
}

function expectedInBraces(before: Token | undefined): string {
  if (before?.kind === 'string') return '"," or "}"'
  if (before?.kind === 'operator') return 'string'
  return before?.kind === 'word' ? 'label matching operator' : 'identifier or "}"'
}

function nameOf({ text, kind }: Token): string {
  switch (kind) {
    case 'number':
      return `${DURATION.test(text) ? 'duration' : 'number'} ${JSON.stringify(text)}`
    case 'string':
      return `string ${JSON.stringify(text)}`
    case 'operator':
      return text === '=' ? '"="' : `<op:${text}>`
    case 'word':
      return KEYWORDS.has(text.toLowerCase()) ? `<${text.toLowerCase()}>` : `identifier ${JSON.stringify(text)}`
    case 'mark':
      return JSON.stringify(text)
    default:
      return `character: '${text}'`
  }
}
