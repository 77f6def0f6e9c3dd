/**
 * Every metric that EyeNet emits: name, unit, kind, help. Objects of standard MIBs keep their MIB names, as
 * snmp_exporter does; vendor-neutral readings have names in base units. Stated here once; agent, server, page and
 * documentation read it.
 */
import { AGENT_METRICS, REFUSAL_METRICS, TRAP_METRICS } from './agent-metrics.ts'
import { ANOMALY_METRICS } from './anomaly-metrics.ts'
import { DEVICE_METRICS } from './device-metrics.ts'
import { FORECAST_METRICS } from './forecast-metrics.ts'
import { INCIDENT_METRICS } from './incident-metrics.ts'
import { INTERFACE_METRICS } from './interface-metrics.ts'
import { LEDGER_METRICS } from './ledger-metrics.ts'
import type { MetricSpec } from './metric-spec.ts'
import { SENSOR_METRICS } from './sensor-metrics.ts'
import { TOPOLOGY_METRICS } from './topology-metrics.ts'

export type { MetricKind, MetricSpec, MetricUnit } from './metric-spec.ts'
export { type SensorMetric, sensorMetric } from './sensor-metrics.ts'

export const CATALOGUE: readonly MetricSpec[] = [
  ...DEVICE_METRICS,
  ...SENSOR_METRICS,
  ...INTERFACE_METRICS,
  ...AGENT_METRICS,
  ...REFUSAL_METRICS,
  ...TRAP_METRICS,
  ...LEDGER_METRICS,
  ...ANOMALY_METRICS,
  ...FORECAST_METRICS,
  ...TOPOLOGY_METRICS,
  ...INCIDENT_METRICS,
]

const BY_NAME: ReadonlyMap<string, MetricSpec> = new Map(CATALOGUE.map((spec) => [spec.name, spec]))

/** What the catalogue says of a metric; undefined for names that came from outside. */
export function metricSpec(name: string): MetricSpec | undefined {
  return BY_NAME.get(name)
}
