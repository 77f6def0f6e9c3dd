import type { EpochMs, Labels } from '../identity/identity.ts'
import { METRIC_NAME } from '../identity/identity.ts'
import { compileMatchers, type SeriesReader } from '../promql/promql.ts'

/** The series in which Prometheus shows alerts to expressions. */
export const ALERTS = 'ALERTS'

/**
 * A reader that also has `ALERTS{alertname, alertstate, ...} 1` at `now` for the alerts given, so that a rule can ask
 * whether it fires already. Nothing is stored; selectors that do not name ALERTS go to the reader as they are.
 */
export function withAlertsSeries(reader: SeriesReader, alerts: readonly Labels[], now: EpochMs): SeriesReader {
  return {
    async select(selection) {
      const named = selection.matchers.some(
        ({ name, op, value }) => name === METRIC_NAME && op === '=' && value === ALERTS,
      )
      if (!named) return reader.select(selection)
      if (now < selection.from || now > selection.to) return []
      const matches = compileMatchers(selection.matchers)
      return alerts
        .map((labels) => ({ ...labels, [METRIC_NAME]: ALERTS }))
        .filter(matches)
        .map((labels) => ({ labels, times: Float64Array.of(now), values: Float64Array.of(1) }))
    },
  }
}
