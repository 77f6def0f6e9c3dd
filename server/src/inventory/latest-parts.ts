import type { DeviceId, EpochMs } from '@eyenet/shared/identity'
import { epochMs, METRIC_NAME } from '@eyenet/shared/identity'
import { isStaleMarker } from '@eyenet/shared/promql'
import type { MetricStore } from '../store/store.ts'

/** Sensors and storage may be read as seldom as hourly; what is older says nothing of now. */
const LOOKBACK_MS = 65 * 60_000

export type LatestPoint = { readonly value: number; readonly at: EpochMs }

/** Latest values of one device: by metric, then by the label that names the part (empty where there is none). */
export type LatestParts = {
  of(metric: string, part: string): LatestPoint | undefined
  /** sensor_status, by sensor and kind. */
  status(sensor: string, kind: string): LatestPoint | undefined
}

/** `metrics` is a pattern of metric names, `label` the label that names the part. One read, however many series. */
export async function latestParts(
  { store, now }: { readonly store: MetricStore; readonly now: EpochMs },
  { device, metrics, labels }: { device: DeviceId; metrics: string; labels: readonly string[] },
): Promise<LatestParts> {
  const series = await store.select({
    matchers: [
      { name: 'device', op: '=', value: device },
      { name: METRIC_NAME, op: '=~', value: metrics },
    ],
    from: epochMs(now - LOOKBACK_MS),
    to: now,
  })
  const points = new Map<string, LatestPoint>()
  for (const one of series) {
    const [value, at] = [one.values.at(-1), one.times.at(-1)]
    if (value === undefined || at === undefined || isStaleMarker(value) || !Number.isFinite(value)) continue
    const named = labels.map((label) => one.labels[label] ?? '').find((part) => part !== '') ?? ''
    const key = keyOf(one.labels[METRIC_NAME] ?? '', named, one.labels.kind)
    if ((points.get(key)?.at ?? 0) < at) points.set(key, { value, at: epochMs(at) })
  }
  return {
    of: (metric, part) => points.get(keyOf(metric, part)),
    status: (sensor, kind) => points.get(keyOf('sensor_status', sensor, kind)),
  }
}

/** Names come from devices: JSON keeps them apart whatever is in them. */
function keyOf(metric: string, part: string, kind = ''): string {
  return JSON.stringify([metric, part, kind])
}
