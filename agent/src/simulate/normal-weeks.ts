/**
 * Normal weeks without a network: series of the simulated site and of other kinds that monitoring meets, as pure functions of
 * seed and time, so that months can be judged in seconds. Days and weeks, Monday mornings, bursts, heavy tails, counters
 * that start again after maintenance, polls that did not come. Nothing here is an anomaly.
 */
import { METRIC_NAME } from '@eyenet/shared/identity'
import { demoSite } from './demo-site.ts'
import { NO_FAULTS } from './fault-script.ts'
import { seedOf, unitNoise } from './noise.ts'
import { NORMAL_FAMILIES } from './normal-families.ts'
import { createSite } from './site.ts'
import { siteReadings } from './site-readings.ts'

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

/** The series of the simulated site that are taken, and what kind each is. */
const KINDS: Readonly<Record<string, string>> = {
  ifHCInOctets: 'traffic',
  ifHCOutOctets: 'traffic',
  ifHCInUcastPkts: 'packets',
  ifHCOutUcastPkts: 'packets',
  ifHCInBroadcastPkts: 'broadcast',
  ifInErrors: 'errors',
  device_cpu_ratio: 'load',
  sensor_temperature_celsius: 'sensor',
  sensor_fan_rpm: 'sensor',
  sensor_power_watts: 'sensor',
  sensor_voltage_volts: 'sensor',
}

function siteSeries({ seed, startedAt }: NormalWeeksOptions): readonly NormalSeries[] {
  const spec = demoSite({ seed, startedAt, community: '', addressOf: () => '', faults: NO_FAULTS })
  return [...siteReadings(createSite(spec)).values()].flatMap(({ labels, deviceName: device, isCounter, read }) => {
    const { [METRIC_NAME]: metric = '', device: _id, ...where } = labels
    const kind = KINDS[metric]
    if (kind === undefined) return []
    const key = `${device} ${Object.values(where).join(' ')} ${metric}`
    const reading = isCounter ? 'counter' : 'gauge'
    return [asPolled({ kind, metric, reading, device, key, read }, seedOf(seed, device))]
  })
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
