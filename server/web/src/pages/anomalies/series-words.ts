import type { Anomaly } from '@eyenet/shared/api'
import { metricSpec } from '@eyenet/shared/catalogue'
import { formatQuantity, type Unit } from '../../format/quantity.ts'
import { quoted } from '../../net/prometheus.ts'

type Series = NonNullable<Anomaly['series']>

/** What people call a metric; those that are not here are told by their name. */
const TITLES: Readonly<Record<string, string>> = {
  ifHCInOctets: 'Traffic in',
  ifHCOutOctets: 'Traffic out',
  ifInOctets: 'Traffic in',
  ifOutOctets: 'Traffic out',
  ifHCInUcastPkts: 'Unicast packets in',
  ifHCOutUcastPkts: 'Unicast packets out',
  ifInUcastPkts: 'Unicast packets in',
  ifOutUcastPkts: 'Unicast packets out',
  ifHCInMulticastPkts: 'Multicast packets in',
  ifHCOutMulticastPkts: 'Multicast packets out',
  ifHCInBroadcastPkts: 'Broadcast packets in',
  ifHCOutBroadcastPkts: 'Broadcast packets out',
  ifInErrors: 'Errors in',
  ifOutErrors: 'Errors out',
  ifInDiscards: 'Discards in',
  ifOutDiscards: 'Discards out',
  icmp_rtt_seconds: 'Latency',
  icmp_loss_ratio: 'Packet loss',
  icmp_jitter_seconds: 'Jitter',
  snmp_poll_duration_seconds: 'Time of an SNMP poll',
  device_cpu_ratio: 'CPU',
  device_memory_used_bytes: 'Memory in use',
  device_storage_used_bytes: 'Storage in use',
}

/** Labels that say which of a device's series it is; the rest is on the page already. */
const SAID = new Set(['site', 'device', 'agent'])

/** "Traffic in, Te1/1/1"; the device as a whole has no series. */
export function seriesTitle({ series }: Pick<Anomaly, 'series'>): string {
  if (series === undefined) return 'The device as a whole'
  const subject = subjectOf(series)
  return subject === '' ? metricTitle(series.name) : `${metricTitle(series.name)}, ${subject}`
}

export function metricTitle(name: string): string {
  const known = TITLES[name]
  if (known !== undefined) return known
  if (!/^[a-z0-9_]+$/.test(name)) return name
  const words = name
    .replace(/^(?:device|sensor|host|system|snmp)_/, '')
    .replace(/_(?:seconds|bytes|ratio|celsius|volts|amperes|watts|hertz|rpm|dbm|decibels|percent|total)$/, '')
    .replaceAll('_', ' ')
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1)
}

function subjectOf({ labels }: Series): string {
  return Object.entries(labels)
    .filter(([name, value]) => !SAID.has(name) && value !== '')
    .map(([name, value]) => (name === 'cpu' && /^\d+$/.test(value) ? `core ${value}` : value))
    .slice(0, 2)
    .join(' ')
}

export type SeriesScale = { readonly unit: Unit; readonly scale: number; readonly rated: boolean }

/** The unit that its values are shown in, and what they are multiplied by: counters are judged as rates per second. */
export function seriesScale(name: string): SeriesScale {
  const spec = metricSpec(name)
  if (spec?.kind !== 'counter') return { unit: spec?.unit ?? 'none', scale: 1, rated: false }
  if (spec.unit === 'octets') return { unit: 'bits_per_second', scale: 8, rated: true }
  if (spec.unit === 'packets') return { unit: 'packets_per_second', scale: 1, rated: true }
  return spec.unit === 'seconds'
    ? { unit: 'ratio', scale: 1, rated: true }
    : { unit: 'per_second', scale: 1, rated: true }
}

/** A value of an anomaly's series with its unit; undefined where nothing was read. */
export function valueText({ series }: Pick<Anomaly, 'series'>, value: number | null): string | undefined {
  if (value === null || series === undefined) return undefined
  const { unit, scale } = seriesScale(series.name)
  return formatQuantity(value * scale, unit)
}

/** "90 – 240 Mbit/s"; undefined while the usual range is not known. */
export function usualText(anomaly: Pick<Anomaly, 'series' | 'low' | 'high'>): string | undefined {
  const [low, high] = [valueText(anomaly, anomaly.low), valueText(anomaly, anomaly.high)]
  if (low === undefined || high === undefined) return undefined
  if (low === high) return low
  const [lowNumber, lowUnit] = low.split('\u00a0')
  const [, highUnit] = high.split('\u00a0')
  // One unit is enough where both have the same.
  return lowUnit !== undefined && lowUnit === highUnit ? `${lowNumber} – ${high}` : `${low} – ${high}`
}

/** PromQL that selects just this series. */
export function seriesSelector({ name, labels }: Series): string {
  const matchers = Object.entries(labels).filter(([label]) => label !== '__name__')
  return `${name}{${matchers.map(([label, value]) => `${label}=${quoted(value)}`).join(',')}}`
}

/** PromQL of what the judge looks at: the value, or a counter's rate, in the unit that is shown. */
export function seriesExpr(series: Series, window: string): string {
  const { scale, rated } = seriesScale(series.name)
  const selector = seriesSelector(series)
  if (!rated) return selector
  return `${scale === 1 ? '' : `${scale} * `}rate(${selector}[${window}])`
}

/** PromQL that holds while a verdict about this series lasts: the beginning of a rule. */
export function ruleExpr({ series, device }: Pick<Anomaly, 'series' | 'device'>): string {
  if (series === undefined) return `anomaly_active{device=${quoted(device)},metric=""} == 1`
  return `${seriesSelector({ name: 'anomaly_active', labels: { metric: series.name, ...series.labels } })} == 1`
}
