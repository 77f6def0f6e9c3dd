import { type Document, isMap, isPair, isScalar, LineCounter, type ParsedNode, parseDocument } from 'yaml'
import { z } from 'zod'
import { EyeNetError, messageOf, nearestName } from '../errors/errors.ts'
import { namedSettings, type SettingPath } from '../wire/wire.ts'
import { AgentConfig } from './agent-config.ts'
import { type ConfigProblem, formatProblem } from './config-problem.ts'
import { applyEnvironment } from './environment.ts'
import { describeIssue, isSecretPath, type Path } from './issue-text.ts'
import { knownKeys } from './schema-path.ts'
import { ServerConfig } from './server-config.ts'

export const EyeNetConfig = z.strictObject({ agent: AgentConfig.prefault({}), server: ServerConfig.prefault({}) })
export type EyeNetConfig = z.infer<typeof EyeNetConfig>

export type ParsedConfig =
  | {
      readonly kind: 'ok'
      readonly config: EyeNetConfig
      /** Settings of the agent that the file or the environment names; the others are defaults. */
      readonly named: readonly SettingPath[]
    }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] }

export type ConfigSources = {
  /** Name of the file, for messages. */
  readonly file: string
  /** Its text; empty for "all defaults". */
  readonly text: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What the file behind `${file:PATH}` holds, without its last line break. May throw. */
  readonly readSecret: (path: string) => string
  /** Why a text is no series selector; undefined when it is one. Without it they are not looked at. */
  readonly faultOfSelector?: (text: string) => string | undefined
}

/** Files that expand to more are an attack (a "billion laughs"). */
const MAX_ALIASES = 100
/** Longer lists of mistakes help nobody. */
const MAX_PROBLEMS = 50

/** The configuration, or everything that is wrong with it. Nothing is read or kept here. */
export function parseConfig(sources: ConfigSources): ParsedConfig {
  const lines = new LineCounter()
  const document = parseDocument(sources.text, { lineCounter: lines, prettyErrors: false })
  const problems: ConfigProblem[] = []
  const place: Place = { sources, document, lines, problems }
  if (document.errors.length > 0) {
    return invalid(document.errors.map((error) => at(place, error.pos[0], { path: '', message: error.message })))
  }
  const plain = plainValue(document)
  if (plain.kind === 'bomb') return invalid([at(place, 0, { path: '', message: plain.message })])
  const overridden = applyEnvironment(plain.value, EyeNetConfig, sources.environment)
  problems.push(...overridden.problems)
  const resolved = resolveSecrets(overridden.value, [], place)
  const parsed = EyeNetConfig.safeParse(resolved)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push(...problemsOf(issue, resolved, place))
  } else problems.push(...selectorProblems(parsed.data.server, place))
  return problems.length > 0 || !parsed.success
    ? invalid(problems)
    : { kind: 'ok', config: parsed.data, named: namedByFile(resolved) }
}

function namedByFile(value: unknown): readonly SettingPath[] {
  return typeof value === 'object' && value !== null && 'agent' in value ? namedSettings(value.agent) : []
}

function selectorProblems({ store }: EyeNetConfig['server'], place: Place): readonly ConfigProblem[] {
  if (!('retentionRules' in store)) return []
  return store.retentionRules.flatMap(({ match }, index) => {
    const fault = place.sources.faultOfSelector?.(match)
    const path = ['server', 'store', 'retentionRules', index, 'match']
    if (fault === undefined) return []
    const message = `${fault}; found ${JSON.stringify(match)}`
    return [at(place, offsetOf(place.document, path), { path: path.join('.'), message })]
  })
}

type Place = {
  readonly sources: ConfigSources
  readonly document: Document.Parsed
  readonly lines: LineCounter
  readonly problems: ConfigProblem[]
}

function plainValue(document: Document.Parsed): { kind: 'value'; value: unknown } | { kind: 'bomb'; message: string } {
  try {
    return { kind: 'value', value: document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {} }
  } catch (thrown) {
    return { kind: 'bomb', message: messageOf(thrown) }
  }
}

function invalid(problems: readonly ConfigProblem[]): ParsedConfig {
  return { kind: 'invalid', problems: problems.slice(0, MAX_PROBLEMS) }
}

function at(place: Place, offset: number, problem: { path: string; message: string }): ConfigProblem {
  const { line, col } = place.lines.linePos(offset)
  return { source: place.sources.file, line, column: col, ...problem }
}

function problemsOf(issue: z.core.$ZodIssue, root: unknown, place: Place): readonly ConfigProblem[] {
  const path: Path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
  if (issue.code !== 'unrecognized_keys') {
    return [
      at(place, offsetOf(place.document, path), { path: path.join('.'), message: describeIssue(issue, root, path) }),
    ]
  }
  const known = knownKeys(EyeNetConfig, path)
  return issue.keys.map((key) => {
    const nearest = nearestName(key, known)
    const hint = nearest === undefined ? `allowed here: ${known.join(', ')}` : `did you mean \`${nearest}\`?`
    const message = `there is no option \`${key}\`; ${hint}`
    return at(place, keyOffsetOf(place.document, path, key), { path: [...path, key].join('.'), message })
  })
}

/** Where the value at the path begins, or the nearest that there is around it. */
function offsetOf(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as ParsedNode | undefined
    if (node?.range) return node.range[0]
  }
  return document.contents?.range[0] ?? 0
}

function keyOffsetOf(document: Document.Parsed, path: Path, key: string): number {
  const map = path.length === 0 ? document.contents : document.getIn(path, true)
  if (!isMap(map)) return offsetOf(document, path)
  const pair = map.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key)
  return isScalar(pair?.key) ? (pair.key.range?.[0] ?? 0) : offsetOf(document, path)
}

const SECRET_FILE = /^\$\{file:(.+)\}$/

/** A copy in which each `${file:PATH}` is what the file holds. */
function resolveSecrets(value: unknown, path: Path, place: Place): unknown {
  if (Array.isArray(value)) return value.map((item, index) => resolveSecrets(item, [...path, index], place))
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    return Object.fromEntries(entries.map(([key, item]) => [key, resolveSecrets(item, [...path, key], place)]))
  }
  const file = typeof value === 'string' ? SECRET_FILE.exec(value)?.[1] : undefined
  if (file === undefined) return value
  try {
    return place.sources.readSecret(file)
  } catch (thrown) {
    const message = `the file ${file} cannot be read: ${messageOf(thrown)}`
    place.problems.push(at(place, offsetOf(place.document, path), { path: path.join('.'), message }))
    return isSecretPath(path) ? 'unreadable' : value
  }
}

/** For callers that cannot go on: all problems in one error. */
export function configFailure(problems: readonly ConfigProblem[]): EyeNetError {
  return new EyeNetError('invalid', problems.map(formatProblem).join('\n'))
}
