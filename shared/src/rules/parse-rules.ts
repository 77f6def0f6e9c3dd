import { isMap, isScalar, LineCounter, type ParsedNode, parseDocument } from 'yaml'
import type { z } from 'zod'
import type { ConfigProblem } from '../config/config.ts'
import { nearestName } from '../errors/errors.ts'
import { type ParsedQuery, parseQuery, QueryError, typeOf } from '../promql/promql.ts'
import { knownKeysAt, type RuleEntry, RuleFile } from './rule-file-schema.ts'
import type { Rule, RuleGroup, Templates } from './rule-model.ts'
import { compileTemplate, type Template } from './template.ts'
import { TemplateError } from './template-error.ts'

export type ParsedRules =
  | { readonly kind: 'ok'; readonly groups: readonly RuleGroup[] }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] }

// Files that expand to more are an attack (a "billion laughs").
const MAX_ALIASES = 100
// Longer lists of mistakes help nobody.
const MAX_PROBLEMS = 50

type Path = readonly PropertyKey[]

/** The rules of a file in Prometheus' format, or everything that is wrong with it, each with line and column. */
export function parseRules({ file, text }: { readonly file: string; readonly text: string }): ParsedRules {
  return new RuleFileReader(file, text).read()
}

class RuleFileReader {
  private readonly problems: ConfigProblem[] = []
  private readonly lines = new LineCounter()
  private readonly document
  private readonly file: string
  private readonly text: string

  constructor(file: string, text: string) {
    this.file = file
    this.text = text
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false })
  }

  read(): ParsedRules {
    for (const error of this.document.errors) this.add([], error.message, error.pos[0])
    if (this.problems.length > 0) return this.invalid()
    const plain = this.plain()
    const parsed = plain === undefined ? undefined : RuleFile.safeParse(plain.value ?? { groups: [] })
    if (parsed === undefined) return this.invalid()
    if (!parsed.success) {
      for (const issue of parsed.error.issues) this.issue(issue)
      return this.invalid()
    }
    const groups = this.groups(parsed.data)
    return this.problems.length > 0 ? this.invalid() : { kind: 'ok', groups }
  }

  private invalid(): ParsedRules {
    return { kind: 'invalid', problems: this.problems.slice(0, MAX_PROBLEMS) }
  }

  private plain(): { readonly value: unknown } | undefined {
    try {
      return { value: this.document.toJS({ maxAliasCount: MAX_ALIASES }) }
    } catch (error) {
      // yaml throws a ReferenceError for an alias bomb.
      if (!(error instanceof ReferenceError)) throw error
      this.add([], error.message, 0)
      return undefined
    }
  }

  private add(path: Path, message: string, offset = this.offsetOf(path)): void {
    const { line, col: column } = this.lines.linePos(offset)
    this.problems.push({ source: this.file, line, column, path: path.map(String).join('.'), message })
  }

  private node(path: Path): ParsedNode | undefined {
    const node: unknown = this.document.getIn(path, true)
    return typeof node === 'object' && node !== null && 'range' in node ? (node as ParsedNode) : undefined
  }

  /** Where a value stands; for one that is missing, the nearest thing around it. */
  private offsetOf(path: Path): number {
    for (let length = path.length; length >= 0; length--) {
      const range = this.node(path.slice(0, length))?.range
      if (range) return range[0]
    }
    return 0
  }

  private keyOffset(path: Path, key: string): number | undefined {
    const map = this.node(path)
    if (!isMap(map)) return undefined
    const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key)
    return isScalar(pair?.key) ? pair.key.range?.[0] : undefined
  }

  private issue(issue: z.core.$ZodIssue): void {
    if (issue.code !== 'unrecognized_keys') {
      const expected = issue.code === 'invalid_type' || issue.code === 'invalid_union'
      const missing = expected && this.node(issue.path) === undefined
      this.add(issue.path, missing ? 'it is missing' : expectation(issue))
      return
    }
    for (const key of issue.keys) {
      const known = knownKeysAt(issue.path)
      const near = nearestName(key, known)
      const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`
      this.add([...issue.path, key], `unknown key ${key}; ${hint}`, this.keyOffset(issue.path, key))
    }
  }

  private groups(file: RuleFile): RuleGroup[] {
    const names = new Set<string>()
    return file.groups.map((group, g) => {
      if (names.has(group.name)) this.add(['groups', g, 'name'], `there are two groups named ${group.name}`)
      names.add(group.name)
      const rules = group.rules.flatMap((entry, r) => {
        const rule = this.rule({ ...entry, labels: { ...group.labels, ...entry.labels } }, group.name, [
          'groups',
          g,
          'rules',
          r,
        ])
        return rule === undefined ? [] : [rule]
      })
      return { name: group.name, intervalMs: group.interval, limit: group.limit ?? 0, rules }
    })
  }

  private rule(entry: RuleEntry, group: string, path: Path): Rule | undefined {
    const { alert, record } = entry
    const name = alert ?? record
    if (name === undefined || (alert !== undefined && record !== undefined)) {
      this.add(path, 'a rule needs either alert or record')
      return undefined
    }
    const query = this.query(entry.expr, [...path, 'expr'])
    if (record !== undefined) {
      for (const key of ['for', 'keep_firing_for', 'annotations'] as const) {
        if (entry[key] !== undefined) this.add([...path, key], `a recording rule has no ${key}`)
      }
      return query === undefined ? undefined : { kind: 'record', group, name, query, labels: entry.labels ?? {} }
    }
    const labels = this.templates(entry.labels, [...path, 'labels'])
    const annotations = this.templates(entry.annotations, [...path, 'annotations'])
    if (query === undefined) return undefined
    const timing = { forMs: entry.for ?? 0, keepFiringForMs: entry.keep_firing_for ?? 0 }
    return { kind: 'alert', group, name, query, ...timing, labels, annotations }
  }

  private query(text: string, path: Path): ParsedQuery | undefined {
    try {
      const query = parseQuery(text)
      const type = typeOf(query.expr)
      if (type === 'vector' || type === 'scalar') return query
      this.add(path, `a rule needs an instant vector or a scalar, found a ${type === 'matrix' ? 'range vector' : type}`)
      return undefined
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      this.add(path, error.reason, this.offsetWithin(path, error.offset))
      return undefined
    }
  }

  private templates(texts: Readonly<Record<string, string>> | null | undefined, path: Path): Templates {
    const compiled: Record<string, Template> = {}
    for (const [name, text] of Object.entries(texts ?? {})) {
      try {
        compiled[name] = compileTemplate(text)
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error
        this.add([...path, name], error.reason, this.offsetWithin([...path, name], error.offset))
      }
    }
    return compiled
  }

  /** The place in the file of a place in a text of it, where the text stands there as it is; else the text's start. */
  private offsetWithin(path: Path, offset: number): number {
    const node = this.node(path)
    const start = this.offsetOf(path)
    if (!isScalar(node) || typeof node.value !== 'string') return start
    const line = node.value.slice(0, offset).split('\n').length - 1
    const wanted = node.value.split('\n')[line] ?? ''
    const column = offset - node.value.lastIndexOf('\n', offset - 1) - 1
    // The line as it was written: the next place in the source that has the same text.
    let from = start
    for (let i = 0; i < line; i++) from = this.text.indexOf('\n', from) + 1
    const found = this.text.indexOf(wanted, from)
    return found >= 0 && found <= (node.range?.[1] ?? 0) ? found + column : start
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  object: 'a section with options',
  record: 'a section with names',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union') return 'expected a text'
  if (issue.code !== 'invalid_type') return issue.message
  const what = `expected ${EXPECTED[issue.expected] ?? issue.expected}`
  return issue.path.length === 0 ? `${what}; a rule file begins with groups:` : what
}
