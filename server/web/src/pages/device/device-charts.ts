import type { Reading } from '@eyenet/shared/api'
import type { ChartQuery } from '../../chart/chart-lines.ts'
import type { Unit } from '../../format/quantity.ts'
import { quoted } from '../../net/prometheus.ts'

/** One chart that a device or an interface may have. */
export type ChartPlan = {
  readonly title: string
  readonly unit: Unit
  /** It is drawn when one of these is measured. */
  readonly metrics: readonly string[]
  readonly wide?: boolean
  readonly queries: (window: string) => readonly ChartQuery[]
}

const octets = (way: 'In' | 'Out'): string => `ifHC${way}Octets|if${way}Octets`
const packets = (way: 'In' | 'Out', what: string): string => `ifHC${way}${what}Pkts|if${way}${what}Pkts`

/** Sum of counters' rates; a series has either the 64-bit name or the 32-bit one. */
const rateOf = (names: string, matchers: string, window: string): string =>
  `sum(rate({__name__=~"${names}",${matchers}}[${window}]))`

export function deviceCharts(device: string): readonly ChartPlan[] {
  const on = `device=${quoted(device)}`
  return [
    traffic('Traffic, all interfaces', on),
    {
      title: 'Latency',
      unit: 'seconds',
      metrics: ['icmp_rtt_seconds'],
      queries: () => [{ expr: `icmp_rtt_seconds{${on}}`, name: 'Ping' }],
    },
    {
      title: 'Packet loss',
      unit: 'ratio',
      metrics: ['icmp_loss_ratio'],
      queries: () => [{ expr: `icmp_loss_ratio{${on}}`, name: 'Ping' }],
    },
    {
      title: 'CPU',
      unit: 'ratio',
      metrics: ['device_cpu_ratio'],
      queries: () => [{ expr: `device_cpu_ratio{${on}}`, name: (labels) => cpuName(labels.cpu) }],
    },
    {
      title: 'Memory',
      unit: 'bytes',
      metrics: ['device_memory_used_bytes'],
      queries: () => [
        { expr: `device_memory_used_bytes{${on}}`, name: 'Used' },
        { expr: `device_memory_total_bytes{${on}}`, name: 'Fitted' },
      ],
    },
    ...troubleCharts(on, 'Errors and discards, all interfaces'),
    {
      title: 'Temperature',
      unit: 'celsius',
      metrics: ['sensor_temperature_celsius'],
      queries: () => [{ expr: `sensor_temperature_celsius{${on}}`, name: (labels) => labels.sensor ?? 'Sensor' }],
    },
    {
      title: 'Storage in use',
      unit: 'ratio',
      metrics: ['device_storage_used_bytes'],
      queries: () => [
        {
          expr: `device_storage_used_bytes{${on}} / device_storage_total_bytes{${on}}`,
          name: (labels) => labels.storage ?? 'Storage',
        },
      ],
    },
    {
      title: 'Time of an SNMP poll',
      unit: 'seconds',
      metrics: ['snmp_poll_duration_seconds'],
      queries: () => [{ expr: `snmp_poll_duration_seconds{${on}}`, name: 'Last poll' }],
    },
    {
      title: 'Battery',
      unit: 'ratio',
      metrics: ['sensor_charge_ratio'],
      queries: () => [{ expr: `sensor_charge_ratio{${on}}`, name: (labels) => labels.sensor ?? 'Battery' }],
    },
  ]
}

export function interfaceCharts(device: string, name: string): readonly ChartPlan[] {
  const on = `device=${quoted(device)},interface=${quoted(name)}`
  const use = (way: 'In' | 'Out', window: string): string =>
    `8 * ${rateOf(octets(way), on, window)} / sum(ifSpeed{${on}} > 0)`
  return [
    traffic('Traffic', on),
    {
      title: 'Share of the nominal speed',
      unit: 'ratio',
      metrics: ['ifSpeed'],
      queries: (window) => [
        { expr: use('In', window), name: 'In' },
        { expr: use('Out', window), name: 'Out' },
      ],
    },
    {
      title: 'Unicast packets',
      unit: 'packets_per_second',
      metrics: ['ifHCInUcastPkts', 'ifInUcastPkts'],
      queries: (window) => [
        { expr: rateOf(packets('In', 'Ucast'), on, window), name: 'In' },
        { expr: rateOf(packets('Out', 'Ucast'), on, window), name: 'Out', below: true },
      ],
    },
    {
      title: 'Multicast and broadcast packets',
      unit: 'packets_per_second',
      metrics: ['ifHCInMulticastPkts', 'ifHCInBroadcastPkts'],
      queries: (window) => [
        { expr: rateOf('ifHCInMulticastPkts', on, window), name: 'Multicast in' },
        { expr: rateOf('ifHCInBroadcastPkts', on, window), name: 'Broadcast in' },
        { expr: rateOf('ifHCOutMulticastPkts', on, window), name: 'Multicast out', below: true },
        { expr: rateOf('ifHCOutBroadcastPkts', on, window), name: 'Broadcast out', below: true },
      ],
    },
    ...troubleCharts(on, 'Errors and discards'),
  ]
}

function traffic(title: string, on: string): ChartPlan {
  return {
    title,
    unit: 'bits_per_second',
    metrics: ['ifHCInOctets', 'ifInOctets'],
    wide: true,
    queries: (window) => [
      { expr: `8 * ${rateOf(octets('In'), on, window)}`, name: 'In' },
      { expr: `8 * ${rateOf(octets('Out'), on, window)}`, name: 'Out', below: true },
    ],
  }
}

function troubleCharts(on: string, title: string): readonly ChartPlan[] {
  return [
    {
      title,
      unit: 'packets_per_second',
      metrics: ['ifInErrors', 'ifOutErrors', 'ifInDiscards', 'ifOutDiscards'],
      queries: (window) => [
        { expr: rateOf('ifInErrors', on, window), name: 'Errors in' },
        { expr: rateOf('ifOutErrors', on, window), name: 'Errors out' },
        { expr: rateOf('ifInDiscards', on, window), name: 'Discards in' },
        { expr: rateOf('ifOutDiscards', on, window), name: 'Discards out' },
      ],
    },
  ]
}

const cpuName = (cpu: string | undefined): string =>
  cpu === undefined ? 'CPU' : /^\d+$/.test(cpu) ? `CPU ${cpu}` : cpu

/** What is measured decides what is drawn; what is not is named, so that nobody looks for it. */
export function measuredCharts(
  plans: readonly ChartPlan[],
  readings: readonly Reading[],
): { readonly drawn: readonly ChartPlan[]; readonly missing: readonly string[] } {
  const measured = new Set(readings.map((one) => one.metric))
  const has = (plan: ChartPlan): boolean => plan.metrics.some((metric) => measured.has(metric))
  return { drawn: plans.filter(has), missing: plans.filter((plan) => !has(plan)).map((plan) => plan.title) }
}
