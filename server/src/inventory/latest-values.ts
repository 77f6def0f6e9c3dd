import type { DeviceSummary, InterfaceResource, Reading } from '@eyenet/shared/api'
import { metricSpec } from '@eyenet/shared/catalogue'
import { messageOf } from '@eyenet/shared/errors'
import { DeviceId, type EpochMs, epochMs, METRIC_NAME } from '@eyenet/shared/identity'
import { formatSampleValue, isStaleMarker, parseQuery } from '@eyenet/shared/promql'
import type { Logger } from 'pino'
import type { MetricStore } from '../store/store.ts'

/** A value is the latest while it is not older: PromQL's look-back. */
const LOOKBACK_MS = 5 * 60_000
/** A list without a column is of more use than one that does not come. */
const TIMEOUT_MS = 20_000
/** Lists are asked for by every open page: what was worked out is used that long. */
const REUSE_MS = 5_000

/** The rate of a counter of interfaces between its last two samples, right from the second poll on: the 64-bit one, or the 32-bit one where there is no other. */
function rateOf(counter: string, direction: 'In' | 'Out', selector: string): string {
  return `irate(ifHC${direction}${counter}${selector}[5m]) or irate(if${direction}${counter}${selector}[5m])`
}

/** Of all devices, or of those that the selector in braces names. */
const deviceColumns = (of: string) =>
  ({
    rttSeconds: `max by (device) (icmp_rtt_seconds${of})`,
    cpuRatio: `avg by (device) (device_cpu_ratio${of})`,
    memoryRatio: `max by (device) (device_memory_used_bytes${of} / device_memory_total_bytes${of}) or max by (device) (device_memory_used_ratio${of})`,
    trafficBps: `(sum by (device) (${rateOf('Octets', 'In', of)}) + sum by (device) (${rateOf('Octets', 'Out', of)})) * 8`,
  }) as const

type Columns<T extends string> = Partial<Record<T, number>>
type DeviceColumns = Columns<keyof ReturnType<typeof deviceColumns> & keyof DeviceSummary>

const interfaceColumns = (device: DeviceId) => {
  const only = `{device="${device}"}`
  return {
    adminStatus: `max by (interface) (ifAdminStatus${only})`,
    operStatus: `max by (interface) (ifOperStatus${only})`,
    inBps: `sum by (interface) (${rateOf('Octets', 'In', only)}) * 8`,
    outBps: `sum by (interface) (${rateOf('Octets', 'Out', only)}) * 8`,
    inErrorsPerSecond: `sum by (interface) (irate(ifInErrors${only}[5m]))`,
    outErrorsPerSecond: `sum by (interface) (irate(ifOutErrors${only}[5m]))`,
  } as const
}

type InterfaceColumns = Columns<keyof ReturnType<typeof interfaceColumns> & keyof InterfaceResource>

type Point = { readonly labels: Readonly<Record<string, string>>; readonly value: number }

/** What the store says of devices and interfaces now. */
export class LatestValues {
  readonly #store: MetricStore
  readonly #now: () => EpochMs
  readonly #logger: Logger
  #devices: { readonly at: EpochMs; readonly values: Promise<ReadonlyMap<string, DeviceColumns>> } | undefined

  constructor({ store, now, logger }: { store: MetricStore; now: () => EpochMs; logger: Logger }) {
    this.#store = store
    this.#now = now
    this.#logger = logger
  }

  ofDevices(): Promise<ReadonlyMap<string, DeviceColumns>> {
    const now = this.#now()
    if (this.#devices === undefined || Math.abs(now - this.#devices.at) > REUSE_MS) {
      this.#devices = { at: now, values: this.#columns('device', deviceColumns('')) }
    }
    return this.#devices.values
  }

  async ofDevice(device: DeviceId): Promise<DeviceColumns> {
    return (await this.#columns('device', deviceColumns(`{device="${device}"}`))).get(device) ?? {}
  }

  ofInterfaces(device: DeviceId): Promise<ReadonlyMap<string, InterfaceColumns>> {
    return this.#columns('interface', interfaceColumns(device))
  }

  async uptimeSeconds(device: DeviceId): Promise<number | undefined> {
    const expr = `max by (device) ({__name__=~"device_uptime_seconds",device="${device}"} or {__name__=~"sysUpTime",device="${device}"} / 100)`
    return (await this.#vector(expr)).find(({ labels }) => labels.device === device)?.value
  }

  async readings(device: DeviceId): Promise<readonly Reading[]> {
    const now = this.#now()
    const series = await this.#store.select({
      matchers: [{ name: 'device', op: '=', value: DeviceId.parse(device) }],
      from: epochMs(now - LOOKBACK_MS),
      to: now,
    })
    const readings: Reading[] = []
    for (const { labels, times, values } of series) {
      const value = values.at(-1)
      const at = times.at(-1)
      if (value === undefined || at === undefined || isStaleMarker(value)) continue
      const { [METRIC_NAME]: metric = '', site: _site, device: _device, ...rest } = labels
      const unit = metricSpec(metric)?.unit ?? 'none'
      readings.push({ metric, labels: rest, value: formatSampleValue(value), unit, at: epochMs(at) })
    }
    return readings.sort((a, b) => (a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : 0))
  }

  async #columns<T extends string>(
    by: string,
    exprs: Readonly<Record<T, string>>,
  ): Promise<ReadonlyMap<string, Columns<T>>> {
    const rows = new Map<string, Columns<T>>()
    const columns = await Promise.all(
      namesOf(exprs).map(async (column) => ({ column, points: await this.#vectorOrNone(exprs[column]) })),
    )
    for (const { column, points } of columns) {
      for (const { labels, value } of points) {
        const key = labels[by]
        if (key === undefined || !Number.isFinite(value)) continue
        const row: Columns<T> = rows.get(key) ?? {}
        row[column] = value
        rows.set(key, row)
      }
    }
    return rows
  }

  /** A column that cannot be worked out, for its size say, stays empty: the list is still of use. */
  async #vectorOrNone(expr: string): Promise<readonly Point[]> {
    try {
      return await this.#vector(expr)
    } catch (thrown) {
      this.#logger.warn({ expr, error: messageOf(thrown) }, 'a column of a list could not be worked out')
      return []
    }
  }

  async #vector(expr: string): Promise<readonly Point[]> {
    const now = this.#now()
    const ask = { expr: parseQuery(expr), start: now, end: now, step: 0, timeoutMs: TIMEOUT_MS }
    const { result } = await this.#store.query(ask)
    return result.kind === 'vector' ? result.samples : []
  }
}

function namesOf<T extends string>(record: Readonly<Record<T, string>>): readonly T[] {
  return Object.keys(record) as T[]
}
