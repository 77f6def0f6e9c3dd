/**
 * Normal weeks without a network: series of the simulated site and of other kinds that monitoring meets, as pure functions of
 * seed and time, so that months can be judged in seconds. Days and weeks, Monday mornings, bursts, heavy tails, counters
 * that start again after maintenance, polls that did not come. Nothing here is an anomaly.
 */
import { demoSite } from './demo-site.ts'
import { NO_FAULTS } from './fault-script.ts'
import type { DirectionCounters, InterfaceModel } from './interface-model.ts'
import { seedOf, unitNoise } from './noise.ts'
import { NORMAL_FAMILIES } from './normal-families.ts'
import { createSite, type SimulatedDevice } from './site.ts'

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
/** 1 January 1970 was a Thursday: Sunday, two o'clock, when maintenance is done. */
const MAINTENANCE_MS = 3 * DAY_MS + 2 * 3_600_000
/** One week in eight a device is restarted then; it is silent for so long. */
const RESTARTS_EVERY_WEEKS = 8
const SILENT_MS = 9 * 60_000
/** Share of polls that do not come, one at a time. */
const LOST_POLLS = 0.0004

export type NormalSeries = {
  /** Unique; also the seed of what is lost. */
  readonly key: string
  /** What kind of series it is, for tables: traffic, packets, errors, processor, ... */
  readonly kind: string
  /** Metric name of the catalogue. */
  readonly metric: string
  readonly device: string
  readonly reading: 'gauge' | 'counter'
  /** The reading at a time, milliseconds since 1970; NaN: it was due and did not come. */
  valueAt(now: number): number
}

export type NormalWeeksOptions = {
  readonly seed: number
  /** Time of the first sample: counters start before it. */
  readonly startedAt: number
  /** Series besides the simulated site's, of all kinds in turn. */
  readonly others: number
}

/** All series that a site has. The first come from the devices of the demonstration. */
export function normalWeeks(options: NormalWeeksOptions): readonly NormalSeries[] {
  return [...siteSeries(options), ...otherSeries(options)]
}

/** So many of the series, chosen at random, but the same each time. */
export function thinnedTo(series: readonly NormalSeries[], count: number): readonly NormalSeries[] {
  return series
    .map((one) => ({ one, lot: seedOf(0, one.key) }))
    .sort((left, right) => left.lot - right.lot)
    .slice(0, count)
    .map(({ one }) => one)
}

type Read = (now: number) => number
type Part = Pick<NormalSeries, 'kind' | 'metric' | 'reading'> & { readonly name: string; readonly read: Read }

function siteSeries({ seed, startedAt }: NormalWeeksOptions): readonly NormalSeries[] {
  const spec = demoSite({ seed, startedAt, community: 'public', addressOf: () => '127.0.0.1', faults: NO_FAULTS })
  return createSite(spec).devices.flatMap((device) => {
    const { name } = device.model.spec
    return [...portParts(device), ...sensorParts(device), ...loadParts(device)].map((part) =>
      asPolled({ ...part, device: name, key: `${name} ${part.name}` }, seedOf(seed, name)),
    )
  })
}

/** Of ports with a cable; the others stand still for ever. */
function portParts({ interfaces }: SimulatedDevice): readonly Part[] {
  return interfaces
    .filter((port) => port.spec.admin === 'up' && port.spec.plugged && port.spec.peakIn > 0)
    .flatMap((port) => COLUMNS.map(([side, column, kind, metric]) => partOf(port, { side, column, kind, metric })))
}

const COLUMNS = [
  ['received', 'octets', 'traffic', 'ifHCInOctets'],
  ['sent', 'octets', 'traffic', 'ifHCOutOctets'],
  ['received', 'unicast', 'packets', 'ifHCInUcastPkts'],
  ['sent', 'unicast', 'packets', 'ifHCOutUcastPkts'],
  ['received', 'broadcast', 'broadcast', 'ifHCInBroadcastPkts'],
  ['received', 'errors', 'errors', 'ifInErrors'],
] as const satisfies readonly (readonly ['received' | 'sent', keyof DirectionCounters, string, string])[]

type Column = {
  readonly side: 'received' | 'sent'
  readonly column: keyof DirectionCounters
  readonly kind: string
  readonly metric: string
}

function partOf(port: InterfaceModel, { side, column, kind, metric }: Column): Part {
  const read = (now: number) => port[side][column](now)
  return { kind, metric, reading: 'counter', name: `${port.spec.name} ${metric}`, read }
}

const SENSOR_METRICS = {
  celsius: 'sensor_temperature_celsius',
  rpm: 'sensor_fan_rpm',
  volts: 'sensor_voltage_volts',
  watts: 'sensor_power_watts',
} as const

function sensorParts({ model }: SimulatedDevice): readonly Part[] {
  return model.spec.sensors.map((sensor) => ({
    ...{ kind: 'sensor', metric: SENSOR_METRICS[sensor.kind], reading: 'gauge', name: `sensor ${sensor.name}` },
    read: (now) => Math.round(10 * model.sensor(sensor, now)) / 10,
  }))
}

function loadParts({ model }: SimulatedDevice): readonly Part[] {
  const { host, health } = model.spec
  const range = host?.load ?? health?.load
  if (range === undefined) return []
  const processors = host?.processors ?? 1
  return Array.from({ length: processors }, (_, at) => ({
    ...{ kind: 'load', metric: 'device_cpu_ratio', reading: 'gauge', name: `processor ${at}` },
    read: (now) => model.load(range, at, now) / 100,
  }))
}

function otherSeries({ seed, others }: NormalWeeksOptions): readonly NormalSeries[] {
  const families = Object.entries(NORMAL_FAMILIES)
  return Array.from({ length: others }, (_, at) => {
    const [kind, family] = families[at % families.length] ?? []
    if (kind === undefined || family === undefined) throw new RangeError('there is no family')
    const key = `${kind} ${at}`
    const read = family(seedOf(seed, key))
    // Twelve series hang on one device, whose polls fail together.
    const device = `host-${Math.floor(at / 12)}`
    return asPolled({ kind, metric: `made_${kind}`, reading: 'gauge', device, key, read }, seedOf(seed, device))
  })
}

/** What a poller sees: at times nothing, and after a restart counters from 0. */
function asPolled(series: Omit<NormalSeries, 'valueAt'> & { readonly read: Read }, device: number): NormalSeries {
  const { read, ...about } = series
  const isCounter = about.reading === 'counter'
  return {
    ...about,
    valueAt(now) {
      if (unitNoise(device + 17, Math.floor(now / 1_000)) < LOST_POLLS) return Number.NaN
      const restart = lastRestart(device, now)
      if (now - restart < SILENT_MS) return Number.NaN
      return isCounter && restart > 0 ? Math.max(0, read(now) - read(restart + SILENT_MS)) : read(now)
    },
  }
}

/** When the device was last restarted: one Sunday in eight. */
function lastRestart(device: number, now: number): number {
  const week = Math.floor((now - MAINTENANCE_MS) / WEEK_MS)
  const turn = device % RESTARTS_EVERY_WEEKS
  const weeksAgo = (((week - turn) % RESTARTS_EVERY_WEEKS) + RESTARTS_EVERY_WEEKS) % RESTARTS_EVERY_WEEKS
  return (week - weeksAgo) * WEEK_MS + MAINTENANCE_MS
}
