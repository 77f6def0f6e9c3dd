import { nearestName } from '../errors/errors.ts'
import { parseStringLiteral } from '../promql/promql.ts'
import type { TemplateValue } from './go-format.ts'
import { TemplateError } from './template-error.ts'
import { TEMPLATE_FUNCTIONS, type TemplateFunction } from './template-functions.ts'

export const TEMPLATE_VARIABLES = ['labels', 'externalLabels', 'externalURL', 'value'] as const
export type TemplateVariable = (typeof TEMPLATE_VARIABLES)[number]

export type Term =
  | { readonly kind: 'constant'; readonly value: TemplateValue }
  | { readonly kind: 'variable'; readonly name: TemplateVariable; readonly field: string | undefined }
  | { readonly kind: 'call'; readonly call: TemplateFunction['call']; readonly args: readonly Term[] }

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly term: Term }
  | { readonly kind: 'if'; readonly test: Term; readonly then: TemplatePart[]; readonly otherwise: TemplatePart[] }

// A template that a person writes is far below these.
const MAX_LENGTH = 20_000
const MAX_DEPTH = 50

type Token = { readonly text: string; readonly at: number }
type Action = { readonly at: number; readonly tokens: readonly Token[] }
type Piece = { readonly kind: 'text'; readonly text: string } | ({ readonly kind: 'action' } & Action)

const TOKEN =
  /\s+|"(?:\\.|[^"\\])*"|`[^`]*`|\$?\.?[A-Za-z_][\w.]*|\$|\.|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|:=|[|(),=]/y

/** Parses the part of Go's templates that rule files use. Throws TemplateError. */
export function parseTemplate(source: string): readonly TemplatePart[] {
  if (source.length > MAX_LENGTH) throw new TemplateError(0, `longer than ${MAX_LENGTH} characters`)
  const reader = new PieceReader(pieces(source), source.length)
  const parts = reader.block(0)
  reader.refuseRest()
  return parts
}

function pieces(source: string): Piece[] {
  const found: Piece[] = []
  let at = 0
  let trimNext = false
  while (at < source.length) {
    const open = source.indexOf('{{', at)
    const text = source.slice(at, open < 0 ? source.length : open)
    const trimsBefore = open >= 0 && /^\{\{-\s/.test(source.slice(open, open + 4))
    const left = trimNext ? text.trimStart() : text
    found.push({ kind: 'text', text: trimsBefore ? left.trimEnd() : left })
    if (open < 0) break
    const inside = open + (trimsBefore ? 3 : 2)
    const comment = /^\s*\/\*[\s\S]*?\*\/\s*-?\}\}/.exec(source.slice(inside))
    const { tokens, end, trims } =
      comment === null
        ? tokenize(source, inside)
        : { tokens: [], end: inside + comment[0].length, trims: comment[0].endsWith('-}}') }
    if (comment === null) found.push({ kind: 'action', at: open, tokens })
    trimNext = trims
    at = end
  }
  return found
}

function tokenize(source: string, from: number): { tokens: Token[]; end: number; trims: boolean } {
  const tokens: Token[] = []
  let at = from
  for (;;) {
    if (source.startsWith('}}', at)) return { tokens, end: at + 2, trims: false }
    if (source.startsWith('-}}', at) && /\s/.test(source[at - 1] ?? '')) return { tokens, end: at + 3, trims: true }
    if (at >= source.length) throw new TemplateError(from - 2, '{{ is not closed by }}')
    TOKEN.lastIndex = at
    const [text] = TOKEN.exec(source) ?? []
    if (text === undefined) throw new TemplateError(at, `unexpected ${JSON.stringify(source[at])}`)
    if (text.trim() !== '') tokens.push({ text, at })
    at += text.length
  }
}

class PieceReader {
  private readonly pieces: readonly Piece[]
  private readonly length: number
  private next = 0

  constructor(list: readonly Piece[], length: number) {
    this.pieces = list
    this.length = length
  }

  /** Parts up to `else`, `end` or the end of the source. */
  block(depth: number): TemplatePart[] {
    if (depth > MAX_DEPTH) throw new TemplateError(0, 'nested too deeply')
    const parts: TemplatePart[] = []
    for (let piece = this.pieces[this.next]; piece !== undefined; piece = this.pieces[this.next]) {
      if (piece.kind === 'text') parts.push(piece)
      else {
        const word = piece.tokens[0]?.text
        if (word === 'end' || word === 'else') return parts
        if (word === 'if') {
          this.next++
          parts.push(this.conditional(piece, piece.tokens.slice(1), depth))
          continue
        }
        parts.push({ kind: 'print', term: new TermReader(piece.tokens, piece.at).pipeline() })
      }
      this.next++
    }
    return parts
  }

  refuseRest(): void {
    const piece = this.pieces[this.next]
    if (piece?.kind === 'action') throw new TemplateError(piece.at, `${piece.tokens[0]?.text} without if`)
  }

  private conditional(opening: Action, tokens: readonly Token[], depth: number): TemplatePart {
    const test = new TermReader(tokens, opening.at).pipeline()
    const then = this.block(depth + 1)
    const closing = this.action(opening)
    if (closing.tokens[0]?.text === 'end') return { kind: 'if', test, then, otherwise: [] }
    const [, nested, ...rest] = closing.tokens
    if (nested?.text === 'if') {
      return { kind: 'if', test, then, otherwise: [this.conditional(closing, rest, depth + 1)] }
    }
    const otherwise = this.block(depth + 1)
    const end = this.action(opening)
    if (end.tokens[0]?.text !== 'end') throw new TemplateError(end.at, 'expected {{ end }}')
    return { kind: 'if', test, then, otherwise }
  }

  private action(opening: Action): Action {
    const piece = this.pieces[this.next++]
    if (piece?.kind === 'action') return piece
    throw new TemplateError(Math.min(opening.at, this.length), '{{ if }} without {{ end }}')
  }
}

class TermReader {
  private readonly tokens: readonly Token[]
  private readonly at: number
  private next = 0

  constructor(tokens: readonly Token[], at: number) {
    this.tokens = tokens
    this.at = at
  }

  /** The whole action. */
  pipeline(): Term {
    const term = this.pipes(0)
    const rest = this.tokens[this.next]
    if (rest !== undefined) throw new TemplateError(rest.at, `unexpected ${JSON.stringify(rest.text)}`)
    return term
  }

  private pipes(depth: number): Term {
    if (depth > MAX_DEPTH) throw new TemplateError(this.at, 'nested too deeply')
    let term = this.command(undefined, depth)
    while (this.tokens[this.next]?.text === '|') {
      this.next++
      term = this.command(term, depth)
    }
    return term
  }

  /** A term, or a function with its arguments; what is piped in comes last. */
  private command(piped: Term | undefined, depth: number): Term {
    const first = this.tokens[this.next]
    if (first === undefined) throw new TemplateError(this.at, 'something is missing between {{ and }}')
    if (!/^[A-Za-z_]/.test(first.text) || first.text === 'true' || first.text === 'false') {
      if (piped !== undefined)
        throw new TemplateError(first.at, `${first.text} is no function; only functions stand after |`)
      return this.term(depth)
    }
    this.next++
    const call = knownFunction(first)
    const args: Term[] = []
    for (
      let token = this.tokens[this.next];
      token !== undefined && token.text !== '|' && token.text !== ')';
      token = this.tokens[this.next]
    ) {
      args.push(this.term(depth))
    }
    return functionCall(first, call, piped === undefined ? args : [...args, piped])
  }

  private term(depth: number): Term {
    const token = this.tokens[this.next++]
    if (token === undefined) throw new TemplateError(this.at, 'something is missing between {{ and }}')
    const { text, at } = token
    if (text === '(') {
      const inner = this.pipes(depth + 1)
      if (this.tokens[this.next++]?.text !== ')') throw new TemplateError(at, '( is not closed')
      return inner
    }
    if (text.startsWith('"') || text.startsWith('`')) return { kind: 'constant', value: stringOf(token) }
    if (/^[+-]?[\d.]+/.test(text) && text !== '.' && !Number.isNaN(Number(text)))
      return { kind: 'constant', value: Number(text) }
    if (text === 'true' || text === 'false') return { kind: 'constant', value: text === 'true' }
    if (text.startsWith('$') || text.startsWith('.')) return variable(token)
    if (TEMPLATE_FUNCTIONS.has(text)) return functionCall(token, knownFunction(token), [])
    throw new TemplateError(at, `unexpected ${JSON.stringify(text)}`)
  }
}

function stringOf({ text, at }: Token): string {
  const literal = parseStringLiteral(text)
  if (literal.kind === 'bad') throw new TemplateError(at + literal.at, literal.reason)
  return literal.value
}

/** `$labels.x`, `.Labels.x`, `$value`, `.Value` and the like. */
function variable({ text, at }: Token): Term {
  const [head = '', ...fields] = text.replace(/^\$?\.?/, '').split('.')
  const name = TEMPLATE_VARIABLES.find((known) =>
    text.startsWith('$') ? known === head : known.toLowerCase() === head.toLowerCase() && /^[A-Z]/.test(head),
  )
  if (name === undefined || (text.startsWith('$.') && !/^[A-Z]/.test(head))) {
    const near = nearestName(head, TEMPLATE_VARIABLES)
    throw new TemplateError(
      at,
      `unknown variable ${text}; ${near === undefined ? 'there are $labels, $value, $externalLabels' : `did you mean $${near}?`}`,
    )
  }
  const isMap = name === 'labels' || name === 'externalLabels'
  if (fields.length > (isMap ? 1 : 0)) throw new TemplateError(at, `${text} has no field ${fields.at(-1)}`)
  return { kind: 'variable', name, field: fields[0] }
}

function knownFunction({ text, at }: Token): TemplateFunction {
  const found = TEMPLATE_FUNCTIONS.get(text)
  if (found !== undefined) return found
  const near = nearestName(text, [...TEMPLATE_FUNCTIONS.keys()])
  throw new TemplateError(at, `unknown function ${text}${near === undefined ? '' : `; did you mean ${near}?`}`)
}

function functionCall({ text, at }: Token, known: TemplateFunction, args: readonly Term[]): Term {
  if (args.length < known.least || args.length > known.most) {
    throw new TemplateError(at, `${text} takes ${known.least} arguments, found ${args.length}`)
  }
  return { kind: 'call', call: known.call, args }
}
