import type { EpochMs, Labels } from '../identity/identity.ts'
import { METRIC_NAME } from '../identity/identity.ts'
import type { SeriesSamples } from '../promql/promql.ts'

/** The series in which Prometheus shows alerts to expressions. */
export const ALERTS = 'ALERTS'

/** `ALERTS{alertname, alertstate, ...} 1` at `now` for the alerts given, so that a rule can ask whether it fires already. */
export function alertsSeries(alerts: readonly Labels[], now: EpochMs): readonly SeriesSamples[] {
  return alerts.map((labels) => ({
    labels: { ...labels, [METRIC_NAME]: ALERTS },
    times: Float64Array.of(now),
    values: Float64Array.of(1),
  }))
}
