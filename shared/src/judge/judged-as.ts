import { metricSpec } from '../catalogue/catalogue.ts'

export type JudgedAs = 'gauge' | 'counter' | 'none'

/** Names whose samples are about what was judged or forecast; judging them would feed verdicts back into verdicts. */
const OWN = /^(anomaly|forecast)_/
/** Sawtooths that say how long something runs; every restart would be a verdict, and restarts have alerts of their own. */
const UPTIMES = new Set(['sysUpTime', 'device_uptime_seconds'])
/** Endings that say what a metric from outside is (OpenMetrics). */
const COUNTER = /(_total|_count|_sum|_bucket)$/
const INFO = /(_info|_status|_state|_created)$/

/**
 * Whether and how series of a metric are judged: a gauge by its value, a counter by its rate. Info metrics, states, clocks
 * and EyeNet's own verdicts are not judged. Names that the catalogue does not know are told by their ending.
 */
export function judgedAs(metricName: string): JudgedAs {
  if (OWN.test(metricName) || UPTIMES.has(metricName)) return 'none'
  const spec = metricSpec(metricName)
  if (spec === undefined) return INFO.test(metricName) ? 'none' : COUNTER.test(metricName) ? 'counter' : 'gauge'
  if (spec.kind === 'info' || spec.unit === 'state') return 'none'
  return spec.kind
}
