import { type ConfigProblem, describeIssue, knownKeys, type Path } from '@eyenet/shared/config'
import { messageOf, nearestName } from '@eyenet/shared/errors'
import { type Document, isMap, isPair, isScalar, Lexer, LineCounter, Parser, parseDocument } from 'yaml'
import type { z } from 'zod'
import { type Profile, ProfileFile } from './profile-schema.ts'

export type ParsedProfile =
  | { readonly kind: 'ok'; readonly profile: Profile; readonly locate: Locate }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] }

/** A problem at a path of the file, with its line and column. */
export type Locate = (path: Path, message: string) => ConfigProblem

/** A profile has no need of YAML's aliases. */
const MAX_ALIASES = 20

/** Lists and mappings in each other. The library reads them by recursion, and a stack that is full can end the process. */
const MAX_DEPTH = 64
/** Members of one list or mapping: the library compares each name of a mapping with all others. */
const MAX_MEMBERS = 2_000
/** Unknown names that are told, each with what was perhaps meant. */
const MAX_UNKNOWN = 20

/** What follows the first ones mostly follows from them. */
const MAX_SYNTAX_ERRORS = 3

/** One profile, or everything that is wrong with it, each with its place. */
export function parseProfile(id: string, file: string, text: string): ParsedProfile {
  if (isCostly(text)) {
    const message = `it has over ${MAX_DEPTH} lists or mappings in each other, or over ${MAX_MEMBERS} members in one`
    return { kind: 'invalid', problems: [{ source: file, line: 1, column: 1, path: '', message }] }
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number, path: string, message: string): ConfigProblem => {
    const { line, col } = lines.linePos(offset)
    return { source: file, line, column: col, path, message }
  }
  if (document.errors.length > 0) {
    return {
      kind: 'invalid',
      problems: document.errors.slice(0, MAX_SYNTAX_ERRORS).map((error) => at(error.pos[0], '', error.message)),
    }
  }
  const locate: Locate = (path, message) => at(offsetOf(document, path), path.join('.'), message)
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {}
  } catch (thrown) {
    return { kind: 'invalid', problems: [at(0, '', messageOf(thrown))] }
  }
  const parsed = ProfileFile.safeParse(value)
  if (parsed.success) return { kind: 'ok', profile: { ...parsed.data, id }, locate }
  return { kind: 'invalid', problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, value, locate)) }
}

/** The library's parser of tokens does without recursion. */
function isCostly(text: string): boolean {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    for (const _token of parser.next(lexeme)) {
      // What it has finished is of no use here.
    }
    if (parser.stack.length > MAX_DEPTH) return true
    const open = parser.stack.at(-1)
    if (open !== undefined && 'items' in open && open.items.length > MAX_MEMBERS) return true
  }
  return false
}

function problemsOf(issue: z.core.$ZodIssue, root: unknown, locate: Locate): readonly ConfigProblem[] {
  const path: Path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, path, locate)
  if (issue.code === 'invalid_union') return [locate(path, unionText(issue))]
  if (issue.code === 'invalid_key') return [locate(path, issue.issues[0]?.message ?? 'this key is not allowed here')]
  return [locate(path, describeIssue(issue, root, path))]
}

/** The branch that came furthest says most. */
function unionText(issue: z.core.$ZodIssueInvalidUnion): string {
  const texts = issue.errors.flatMap((branch) => branch.map(({ message }) => message))
  return `it fits none of the allowed forms: ${[...new Set(texts)].join('; ')}`
}

function unknownKeys(keys: readonly string[], path: Path, locate: Locate): readonly ConfigProblem[] {
  const known = knownKeys(ProfileFile, path)
  return keys.slice(0, MAX_UNKNOWN).map((key) => {
    const nearest = nearestName(key, known)
    const hint = nearest === undefined ? `allowed here: ${known.join(', ')}` : `did you mean \`${nearest}\`?`
    return locate([...path, key], `there is no option \`${key}\`; ${hint}`)
  })
}

/** Where the value at the path begins, its key where it is one of a map, or the nearest that there is around it. */
function offsetOf(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    if (isMap(parent)) {
      const key = String(path[length - 1])
      const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key)
      if (isScalar(pair?.key) && pair.key.range) return pair.key.range[0]
      continue
    }
    const node = document.getIn(path.slice(0, length), true)
    if (isMap(node) || isScalar(node)) return node.range?.[0] ?? 0
  }
  return document.contents?.range[0] ?? 0
}
