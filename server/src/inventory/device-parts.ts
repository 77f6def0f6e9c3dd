import type { DeviceHardware, DeviceNetwork, DeviceSensors, PoolResource, SensorResource } from '@eyenet/shared/api'
import { metricSpec, sensorMetric } from '@eyenet/shared/catalogue'
import type { DeviceId, EpochMs } from '@eyenet/shared/identity'
import type { ReportedPool, ReportedSensor } from '@eyenet/shared/wire'
import type { MetricStore } from '../store/store.ts'
import type { DetailsRecords } from './details-records.ts'
import { type LatestParts, latestParts } from './latest-parts.ts'

export type DevicePartsOptions = {
  readonly records: DetailsRecords
  readonly store: MetricStore
  readonly now: () => EpochMs
  /** What people decided about the sensors of a family: by object, whether it is read. */
  readonly choices: (family: string) => Promise<ReadonlyMap<string, boolean>>
}

/** What a device consists of, with the latest values. A device of which no survey told has none of it. */
export class DeviceParts {
  readonly #options: DevicePartsOptions

  constructor(options: DevicePartsOptions) {
    this.#options = options
  }

  async sensors(device: DeviceId): Promise<DeviceSensors> {
    const found = await this.#options.records.sensors(device)
    if (found === undefined) return { family: '', items: [], truncated: false }
    const [latest, choices] = await Promise.all([
      this.#latest(device, 'sensor_.*', ['sensor']),
      this.#options.choices(found.family),
    ])
    const items = found.content.map((one) => sensorResource(one, latest, choices.get(one.object)))
    return { family: found.family, items, truncated: found.truncated }
  }

  async hardware(device: DeviceId): Promise<DeviceHardware> {
    const found = await this.#options.records.hardware(device)
    if (found === undefined) {
      return { processors: [], memory: [], storage: [], parts: [], supplies: [], truncated: false }
    }
    const metrics = 'device_cpu_ratio|device_(memory|storage)_.*|supply_remaining_ratio'
    const latest = await this.#latest(device, metrics, ['cpu', 'pool', 'storage', 'supply'])
    const { processors, memory, storage, parts, supplies } = found.content
    return {
      processors: processors.map((one) => ({
        ...one,
        ...known('ratio', latest.of('device_cpu_ratio', one.cpu)?.value),
      })),
      memory: memoryPools(memory, latest),
      storage: storage.map((one) => poolResource(one, figuresOf(latest, 'device_storage', one.pool))),
      parts: [...parts],
      supplies: supplies.map((one) => ({
        ...one,
        ...known('remainingRatio', latest.of('supply_remaining_ratio', one.supply)?.value),
      })),
      truncated: found.truncated,
    }
  }

  async network(device: DeviceId): Promise<DeviceNetwork> {
    const found = await this.#options.records.network(device)
    if (found === undefined) {
      return { neighbors: [], addresses: [], vlans: [], bgpPeers: [], ospfNeighbors: [], truncated: false }
    }
    return { ...found.content, truncated: found.truncated }
  }

  #latest(device: DeviceId, metrics: string, labels: readonly string[]): Promise<LatestParts> {
    const { store, now } = this.#options
    return latestParts({ store, now: now() }, { device, metrics, labels })
  }
}

const STATUS_OF_VALUE = ['ok', 'warning', 'bad'] as const

function sensorResource(sensor: ReportedSensor, latest: LatestParts, chosen: boolean | undefined): SensorResource {
  const point = latest.of(sensor.metric, sensor.sensor)
  const status = latest.status(sensor.sensor, sensor.kind)?.value
  return {
    ...sensor,
    unit: (metricSpec(sensor.metric) ?? sensorMetric(sensor.kind)).unit,
    status: (status === undefined ? undefined : STATUS_OF_VALUE[status]) ?? 'unknown',
    ...(point && { reading: point.value, at: point.at }),
    ...known('word', point && wordOf(sensor, point.value)),
    ...known('chosen', chosen),
  }
}

function wordOf({ states = {} }: ReportedSensor, value: number): string | undefined {
  const key = String(value)
  return Object.hasOwn(states, key) ? states[key] : undefined
}

type Figures = Pick<PoolResource, 'usedBytes' | 'totalBytes' | 'usedRatio'>

function figuresOf(latest: LatestParts, metric: string, part: string): Figures {
  return {
    ...known('usedBytes', latest.of(`${metric}_used_bytes`, part)?.value),
    ...known('totalBytes', latest.of(`${metric}_total_bytes`, part)?.value),
    ...known('usedRatio', latest.of(`${metric}_used_ratio`, part)?.value),
  }
}

/** The main memory has series without a label too. They are told where it is the only one: of several, nobody knows which. */
function memoryPools(pools: readonly ReportedPool[], latest: LatestParts): PoolResource[] {
  return pools.map((one) => {
    const figures = figuresOf(latest, 'device_memory_pool', one.pool)
    const isOnly = pools.length === 1 && Object.keys(figures).length === 0
    return poolResource(one, isOnly ? figuresOf(latest, 'device_memory', '') : figures)
  })
}

function poolResource({ pool, evidence, totalBytes }: ReportedPool, figures: Figures): PoolResource {
  const merged = { ...known('totalBytes', totalBytes), ...figures }
  const ratio =
    merged.usedBytes !== undefined && merged.totalBytes !== undefined && merged.totalBytes > 0
      ? merged.usedBytes / merged.totalBytes
      : undefined
  return { pool, ...known('usedRatio', ratio), ...merged, evidence }
}

function known<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V })
}
