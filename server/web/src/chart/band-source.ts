import { metricSpec } from '@eyenet/shared/catalogue'

/**
 * Where the usual range of a chart's line comes from: series of the store, whose range times `scale` is in the line's
 * unit. `folded`: the line's own labels are gone, and one series stands behind it.
 */
export type BandSource = { readonly selector: string; readonly scale: number; readonly folded: boolean }

export type Matcher = {
  readonly name: string
  readonly op: '=' | '!=' | '=~' | '!~'
  readonly value: string
}

const STRING = String.raw`"(?:[^"\\]|\\.)*"`
const NUMBER = String.raw`\d+(?:\.\d+)?(?:e[+-]?\d+)?`
const SELECTOR = String.raw`(?:[a-zA-Z_:][\w:]*\s*)?(?:\{(?:[^{}"]|${STRING})*\})?`

const SCALED_LEFT = new RegExp(`^(${NUMBER})\\s*\\*\\s*(.+)$`, 's')
const SCALED_RIGHT = new RegExp(`^(.+?)\\s*\\*\\s*(${NUMBER})$`, 's')
const CHOSEN = /^(?:topk|bottomk)\s*\(\s*\d+\s*,(.+)\)$/s
const FOLDED = /^(?:sum|avg|max|min)\s*(?:(?:by|without)\s*\([^()]*\)\s*)?\((.+)\)$/s
const RATED = new RegExp(`^i?rate\\s*\\(\\s*(${SELECTOR})\\s*\\[\\w+\\]\\s*\\)$`, 's')
const PLAIN = new RegExp(`^${SELECTOR}$`, 's')
const MATCHER = new RegExp(String.raw`([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*(${STRING})`, 'g')

/** A query nests no deeper than this, or it is not one whose lines are series of the store. */
const MOST_STEPS = 6

/** What stands behind a query whose lines are single series, scaled or not; undefined for all else. */
export function bandSource(expr: string): BandSource | undefined {
  let rest = unwrapped(expr)
  let scale = 1
  let folded = false
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const rated = RATED.exec(rest)?.[1]
    const selector = rated ?? (PLAIN.test(rest) ? rest : undefined)
    if (selector !== undefined) return judged(selector.trim(), { rated: rated !== undefined, folded, scale })
    const left = SCALED_LEFT.exec(rest)
    const right = left === null ? SCALED_RIGHT.exec(rest) : null
    const within = FOLDED.exec(rest)?.[1]
    const next = left?.[2] ?? right?.[1] ?? CHOSEN.exec(rest)?.[1] ?? within
    if (next === undefined) return undefined
    scale *= Number(left?.[1] ?? right?.[2] ?? 1)
    folded ||= left === null && right === null && within !== undefined
    rest = unwrapped(next)
  }
  return undefined
}

type Shape = { readonly rated: boolean; readonly folded: boolean; readonly scale: number }

/** Counters are judged by their rate and gauges as they are: another reading of them has no usual range. */
function judged(selector: string, { rated, folded, scale }: Shape): BandSource | undefined {
  const matchers = matchersOf(selector)
  const names = namesOf(matchers)
  if (names.length === 0) return undefined
  const specs = names.map(metricSpec)
  if (specs.some((spec) => spec !== undefined && (spec.kind === 'counter') !== rated)) return undefined
  const pinned = new Set(matchers.filter((one) => one.op === '=').map((one) => one.name))
  const isOne = specs.every(
    (spec) => spec !== undefined && pinned.has('device') && spec.labels.every((label) => pinned.has(label)),
  )
  // A sum over many series has a range of its own, which nobody knows.
  return folded && !isOne ? undefined : { selector, scale, folded }
}

/** The metrics that a selector may mean; none where that cannot be told. */
export function namesOf(matchers: readonly Matcher[]): readonly string[] {
  const name = matchers.find((one) => one.name === '__name__')
  if (name === undefined) return []
  if (name.op === '=') return [name.value]
  return name.op === '=~' && /^[\w:|]+$/.test(name.value) ? name.value.split('|') : []
}

/** What a selector asks of labels, its name among them. */
export function matchersOf(selector: string): readonly Matcher[] {
  const name = /^[a-zA-Z_:][\w:]*/.exec(selector)?.[0]
  const inside = selector.slice(name?.length ?? 0)
  const found = [...inside.matchAll(MATCHER)].map(([, label = '', op = '=', text = '""']) => ({
    name: label,
    op: op as Matcher['op'],
    value: unquoted(text),
  }))
  return name === undefined ? found : [{ name: '__name__', op: '=', value: name }, ...found]
}

/** Whether a series, its name under `__name__`, is one of a selector's. A pattern that is none fits nothing. */
export function selects(matchers: readonly Matcher[], labels: Readonly<Record<string, string>>): boolean {
  return matchers.every(({ name, op, value }) => {
    const has = labels[name] ?? ''
    if (op === '=' || op === '!=') return (has === value) === (op === '=')
    const pattern = patternOf(value)
    return pattern !== undefined && pattern.test(has) === (op === '=~')
  })
}

function patternOf(text: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${text})$`, 's')
  } catch {
    return undefined
  }
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch {
    return text.slice(1, -1)
  }
}

/** Without space around it and without brackets that hold all of it. */
function unwrapped(expr: string): string {
  const text = expr.trim()
  return text.startsWith('(') && closes(text) === text.length - 1 ? unwrapped(text.slice(1, -1)) : text
}

/** Where the bracket that a text begins with is closed. */
function closes(text: string): number {
  let depth = 0
  for (const { 0: sign, index } of text.matchAll(new RegExp(`${STRING}|[()]`, 'g'))) {
    depth += sign === '(' ? 1 : sign === ')' ? -1 : 0
    if (depth === 0) return index
  }
  return -1
}
