import { FORECAST_KINDS } from '@eyenet/shared/api'
import { DeviceId, type EpochMs, epochMs, type Labels, METRIC_NAME } from '@eyenet/shared/identity'
import { parseQuery } from '@eyenet/shared/promql'
import type { MetricStore, Point } from '../store/store.ts'
import type { DailyShares } from './growth.ts'

export const DAY_MS = 24 * 3_600_000
export const SHARE_METRIC = 'forecast_used_ratio'
const TIMEOUT_MS = 120_000
/** Shares of one day; what is beyond is not forecast. */
export const MAX_THINGS = 20_000

type Kind = (typeof FORECAST_KINDS)[number]
type Source = { readonly kind: Kind; readonly direction?: 'in' | 'out'; readonly expr: string }

const share = (name: string, fn: string): string =>
  `${fn}(${name}_used_bytes[1d]) / ${fn}(${name}_total_bytes[1d]) or ${fn}(${name}_used_ratio[1d])`

/** The busiest hour of the day, against the speed. */
const busiest = (direction: 'In' | 'Out'): string =>
  `(max_over_time(rate(ifHC${direction}Octets[1h])[1d:1h]) or max_over_time(rate(if${direction}Octets[1h])[1d:1h]))
    * 8 / on (site, device, interface) (last_over_time(ifSpeed[1d]) > 0)`

const SOURCES: readonly Source[] = [
  { kind: 'storage', expr: share('device_storage', 'last_over_time') },
  { kind: 'memory', expr: share('device_memory', 'avg_over_time') },
  { kind: 'memory', expr: share('device_memory_pool', 'avg_over_time') },
  { kind: 'interface', direction: 'in', expr: busiest('In') },
  { kind: 'interface', direction: 'out', expr: busiest('Out') },
]

/** What is in use of everything that can be full, on the day that ends at `end`. */
export async function sharesOfDay(store: Pick<MetricStore, 'query'>, end: EpochMs): Promise<Point[]> {
  const points: Point[] = []
  // One after the other: it is nobody's hurry.
  for (const { kind, direction, expr } of SOURCES) {
    const ask = { expr: parseQuery(expr), start: end, end, step: 0, timeoutMs: TIMEOUT_MS }
    const { result } = await store.query(ask)
    if (result.kind !== 'vector') continue
    for (const { labels, value } of result.samples) {
      if (!Number.isFinite(value) || value < 0 || points.length >= MAX_THINGS) continue
      const { site = '', device = '', storage = '', pool = '', interface: port = '' } = labels
      const own = { site, device, kind, storage, pool, interface: port, direction: direction ?? '' }
      points.push({ labels: { [METRIC_NAME]: SHARE_METRIC, ...withoutEmpty(own) }, at: end, value })
    }
  }
  return points
}

/** The newest day that is written, by its end; undefined for none in so long. */
export async function newestDay(
  store: Pick<MetricStore, 'query'>,
  { now, lookbackMs }: { readonly now: EpochMs; readonly lookbackMs: number },
): Promise<EpochMs | undefined> {
  const expr = parseQuery(`max(timestamp(${SHARE_METRIC}))`)
  const { result } = await store.query({ expr, start: now, end: now, step: 0, lookbackMs, timeoutMs: TIMEOUT_MS })
  const value = result.kind === 'vector' ? result.samples[0]?.value : undefined
  return value === undefined ? undefined : epochMs(Math.round(value * 1000))
}

/** A thing that can be full, and what of it was in use day by day. */
export type Thing = {
  readonly kind: Kind
  readonly site: string
  readonly device: DeviceId
  readonly name: string
  readonly direction?: 'in' | 'out'
  /** Without the metric's name. */
  readonly labels: Labels
  readonly daily: DailyShares
}

export async function readThings(
  store: Pick<MetricStore, 'select'>,
  span: { readonly from: EpochMs; readonly to: EpochMs },
): Promise<readonly Thing[]> {
  const found = await store.select({ matchers: [{ name: METRIC_NAME, op: '=', value: SHARE_METRIC }], ...span })
  return found.flatMap(({ labels: { [METRIC_NAME]: _name, ...labels }, times, values }) => {
    const { data: device } = DeviceId.safeParse(labels.device)
    const kind = FORECAST_KINDS.find((one) => one === labels.kind)
    if (device === undefined || kind === undefined) return []
    const direction = labels.direction === 'in' || labels.direction === 'out' ? labels.direction : undefined
    const daily = { days: Array.from(times, (time) => Math.round(time / DAY_MS)), shares: Array.from(values) }
    const name = labels.storage ?? labels.pool ?? labels.interface ?? ''
    const own = { kind, site: labels.site ?? '', device, name, labels, daily }
    return [{ ...own, ...(direction !== undefined && { direction }) }]
  })
}

function withoutEmpty(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))
}
