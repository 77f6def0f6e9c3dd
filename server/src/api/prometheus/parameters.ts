import { type EpochMs, epochMs } from '@eyenet/shared/identity'
import { type Matcher, parseDurationMs, parseQuery, QueryError } from '@eyenet/shared/promql'
import { PrometheusError } from './envelope.ts'

/** Fields of a query string and a form together; each may come more than once. */
export type Fields = Readonly<Record<string, readonly string[]>>

/** Beyond it lies nobody's time: the year 9999, as in RFC 3339. */
const MAX_MS = 253_402_300_799_999

export const oneOf = (fields: Fields, name: string): string | undefined => fields[name]?.[0]

export function required(fields: Fields, name: string): string {
  const text = oneOf(fields, name)
  if (text === undefined || text === '') throw bad(name, 'it is missing')
  return text
}

/** Unix seconds, with a fraction or not, or RFC 3339. */
export function timeOf(name: string, text: string): EpochMs {
  const ms = NUMBER.test(text) ? Number(text) * 1000 : RFC3339.test(text) ? Date.parse(text) : Number.NaN
  if (!(Math.abs(ms) <= MAX_MS)) throw bad(name, `cannot parse ${JSON.stringify(text)} to a valid timestamp`)
  return epochMs(Math.round(ms))
}

/** Milliseconds of seconds as a number, or of a duration such as 5m. */
export function durationOf(name: string, text: string): number {
  const ms = NUMBER.test(text) ? Number(text) * 1000 : parseDurationMs(text)
  if (ms === undefined || !(ms <= MAX_MS)) throw bad(name, `cannot parse ${JSON.stringify(text)} to a valid duration`)
  if (ms <= 0) throw bad(name, 'it must be longer than 0')
  return Math.max(1, Math.round(ms))
}

/** The matchers of each series selector in match[]. */
export function selectorsOf(fields: Fields): readonly (readonly Matcher[])[] {
  return (fields['match[]'] ?? []).map((text) => {
    const { expr } = parsed(text, 'match[]')
    if (expr.kind !== 'selector') throw bad('match[]', `${JSON.stringify(text)} is not a series selector`)
    return expr.matchers
  })
}

export function parsed(text: string, name: string) {
  try {
    return parseQuery(text)
  } catch (thrown) {
    if (thrown instanceof QueryError) throw bad(name, thrown.message)
    throw thrown
  }
}

export function bad(name: string, fault: string): PrometheusError {
  return new PrometheusError('bad_data', `invalid parameter "${name}": ${fault}`)
}

const NUMBER = /^-?\d+(?:\.\d*)?(?:e[+-]?\d+)?$/i
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/
