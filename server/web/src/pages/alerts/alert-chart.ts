import type { AlertResource } from '@eyenet/shared/api'
import { metricSpec } from '@eyenet/shared/catalogue'
import type { ChartQuery } from '../../chart/chart-lines.ts'
import type { Unit } from '../../format/quantity.ts'
import { numberOf, quoted } from '../../net/prometheus.ts'
import type { Span } from '../../router/time-range.ts'

export type AlertChart = { readonly unit: Unit; readonly queries: readonly ChartQuery[]; readonly expr: string }

/**
 * What to draw beside an alert: the left side of its rule's comparison, for this device alone, and the limit as a line.
 * A rule without such a comparison is drawn as it is.
 */
export function alertChart(alert: AlertResource): AlertChart {
  const { left, limit } = splitComparison(alert.expr)
  const expr = narrowed(left, alert.device)
  const unit = unitOf(left)
  const line: ChartQuery = {
    expr,
    name: (labels) => lineName(labels, alert),
    keep: (labels) => agrees(labels, alert.labels),
  }
  // A limit of zero or one on a state is the axis, not a line.
  const drawLimit = limit !== undefined && unit !== 'state'
  return { expr, unit, queries: drawLimit ? [line, { expr: `vector(${limit})`, name: 'Limit', limit: true }] : [line] }
}

const LEAST_AROUND_MS = 30 * 60_000

/** The alert's own time with some before and after. */
export function alertSpan({ startedAt, endedAt }: Pick<AlertResource, 'startedAt' | 'endedAt'>, now: number): Span {
  const end = endedAt ?? now
  const around = Math.max(LEAST_AROUND_MS, (end - startedAt) / 3)
  return { from: startedAt - around, to: Math.min(now, end + around) }
}

type Split = { readonly left: string; readonly limit?: number }

/**
 * The last comparison with a number at the top level, outside brackets and strings. Of conditions that are joined, the
 * first is what the rule is about.
 */
export function splitComparison(whole: string): Split {
  const expr = firstCondition(whole)
  const at = topLevelComparison(expr)
  if (at === undefined) return { left: expr }
  const right = expr.slice(at.end).trim()
  const limit = right === '' ? Number.NaN : numberOf(right)
  return Number.isFinite(limit) ? { left: expr.slice(0, at.start).trim(), limit } : { left: expr }
}

/** `(a > 1 and b) and c` begins with `a > 1`. */
function firstCondition(expr: string): string {
  const trimmed = expr.trim()
  const end = topLevelWord(trimmed, /^(?:and|unless)\b/)
  if (end !== undefined) return firstCondition(trimmed.slice(0, end))
  const wrapped = trimmed.startsWith('(') && topLevelWord(trimmed.slice(1), /^\)/) === trimmed.length - 2
  return wrapped ? firstCondition(trimmed.slice(1, -1)) : trimmed
}

/** Where a word stands outside brackets and strings. */
function topLevelWord(expr: string, word: RegExp): number | undefined {
  let depth = 0
  for (let at = 0; at < expr.length; at += 1) {
    const sign = expr.charAt(at)
    const begins = sign === ')' || !/\w/.test(expr.charAt(at - 1))
    if (depth === 0 && begins && word.test(expr.slice(at, at + 8))) return at
    if (sign === '"' || sign === "'" || sign === '`') at = endOfString(expr, at)
    else if ('({['.includes(sign)) depth += 1
    else if (')}]'.includes(sign)) depth -= 1
  }
  return undefined
}

function topLevelComparison(expr: string): { start: number; end: number } | undefined {
  let depth = 0
  let found: { start: number; end: number } | undefined
  for (let at = 0; at < expr.length; at += 1) {
    const sign = expr.charAt(at)
    if (sign === '"' || sign === "'" || sign === '`') at = endOfString(expr, at)
    else if ('({['.includes(sign)) depth += 1
    else if (')}]'.includes(sign)) depth -= 1
    else if (depth === 0 && '<>=!'.includes(sign)) {
      const length = expr.charAt(at + 1) === '=' ? 2 : 1
      found = { start: at, end: at + length }
      at += length - 1
    }
  }
  return found
}

function endOfString(expr: string, start: number): number {
  const quote = expr.charAt(start)
  for (let at = start + 1; at < expr.length; at += 1) {
    if (expr.charAt(at) === '\\' && quote !== '`') at += 1
    else if (expr.charAt(at) === quote) return at
  }
  return expr.length
}

/** Selectors of catalogue metrics get the device's matcher, so that a large network is not fetched for one line. */
export function narrowed(expr: string, device: string | undefined): string {
  if (device === undefined) return expr
  const matcher = `device=${quoted(device)}`
  return expr.replace(
    /("(?:[^"\\]|\\.)*")|([a-zA-Z_:][\w:]*)(\s*\{)?/g,
    (whole, ...[text, name, brace]: (string | undefined)[]) => {
      if (text !== undefined || name === undefined || metricSpec(name)?.labels.includes('agent') !== false) return whole
      return brace === undefined ? `${name}{${matcher}}` : `${name}{${matcher},`
    },
  )
}

/** The unit that a rule's left side has, as far as its metrics tell. */
export function unitOf(expr: string): Unit {
  const specs = [...expr.matchAll(/[a-zA-Z_:][\w:]*/g)].flatMap(([name]) => metricSpec(name) ?? [])
  const [first] = specs
  if (first === undefined) return 'none'
  const rated = /\b(?:rate|irate|increase)\s*\(/.test(expr)
  if (/\//.test(expr) && specs.length > 1) return 'ratio'
  if (rated && first.unit === 'octets') return /\b8\b/.test(expr) ? 'bits_per_second' : 'bytes'
  if (rated && first.unit === 'packets') return 'packets_per_second'
  return first.unit
}

/** Every label that the line and the alert both have is the same. */
function agrees(labels: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(
    ([name, value]) => name === '__name__' || wanted[name] === undefined || wanted[name] === value,
  )
}

function lineName(labels: Readonly<Record<string, string>>, alert: AlertResource): string {
  const part = ['interface', 'sensor', 'storage', 'cpu', 'agent']
    .map((name) => labels[name])
    .find((value) => value !== undefined)
  return (
    [alert.deviceName, part].filter((text) => text !== undefined && text !== '').join(' ') ||
    labels.__name__ ||
    alert.rule
  )
}
