import type { Labels } from '@eyenet/shared/identity'
import type { Matcher } from '@eyenet/shared/promql'

/** Matchers as VictoriaMetrics reads them; none stand for every series. */
export function selectorText(matchers: readonly Matcher[]): string {
  if (matchers.length === 0) return '{__name__!=""}'
  return `{${matchers.map(({ name, op, value }) => `${labelName(name)}${op}${JSON.stringify(value)}`).join(',')}}`
}

/** A selector of one series, and of those that have more labels. */
export function seriesSelector(labels: Labels): string {
  return selectorText(Object.entries(labels).map(([name, value]) => ({ name, op: '=', value })))
}

/** Other characters than these need a backslash in MetricsQL. */
const labelName = (name: string): string => name.replace(/[^a-zA-Z0-9_]|^[0-9]/gu, '\\$&')
