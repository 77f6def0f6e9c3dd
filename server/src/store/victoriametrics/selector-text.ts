import { randomUUID } from 'node:crypto'
import type { Labels } from '@eyenet/shared/identity'
import type { Matcher } from '@eyenet/shared/promql'

/** Matchers as VictoriaMetrics reads them; none stand for every series. */
export function selectorText(matchers: readonly Matcher[]): string {
  if (matchers.length === 0) return '{__name__!=""}'
  return `{${matchers.map(({ name, op, value }) => `${labelName(name)}${op}${JSON.stringify(value)}`).join(',')}}`
}

/**
 * The same series, those too that were new in the last ten seconds: for so long VictoriaMetrics gives again what it
 * found for the same selector. No series has this label.
 */
export function freshSelector(matchers: readonly Matcher[]): string {
  const fresh: Matcher = { name: 'eyenet_fresh', op: '!=', value: randomUUID() }
  return selectorText([...matchers, fresh])
}

/** Matchers of one series, and of those that have more labels. */
export function seriesMatchers(labels: Labels): readonly Matcher[] {
  return Object.entries(labels).map(([name, value]) => ({ name, op: '=', value }))
}

/** Other characters than these need a backslash in MetricsQL. */
const labelName = (name: string): string => name.replace(/[^a-zA-Z0-9_]|^[0-9]/gu, '\\$&')
