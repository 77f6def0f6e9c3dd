import type { Labels } from '@eyenet/shared/identity'
import { compileMatchers, type Matcher } from '@eyenet/shared/promql'

const DAY_MS = 86_400_000

/** How long what is kept of a series, in milliseconds. Infinity keeps all of it, 0 nothing of a tier. */
export type Periods = { readonly rawMs: number; readonly fiveMinutesMs: number; readonly oneHourMs: number }

/** What is different for the series that match. */
export type RetentionRule = Partial<Periods> & { readonly matchers: readonly Matcher[] }

/** The first rule that matches a series holds for it. */
export type Retention = Periods & { readonly rules: readonly RetentionRule[] }

export const DEFAULT_RETENTION: Retention = {
  rawMs: 30 * DAY_MS,
  fiveMinutesMs: 400 * DAY_MS,
  oneHourMs: 5 * 365 * DAY_MS,
  rules: [],
}

/** The periods that hold for a series. */
export type PeriodsOf = (labels: Labels) => Periods

export function periodsBy({ rules, ...defaults }: Retention): PeriodsOf {
  const tests = rules.map(({ matchers, ...periods }) => ({
    matches: compileMatchers(matchers),
    periods: { ...defaults, ...periods },
  }))
  return (labels) => tests.find(({ matches }) => matches(labels))?.periods ?? defaults
}
