import { type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import { parseQuery } from '@eyenet/shared/promql'
import type { MetricStore } from '../store/store.ts'

const TIMEOUT_MS = 5_000

/** Since when a device runs, as it told after the moment; undefined where it has not told. */
export async function readStartedAt(
  store: Pick<MetricStore, 'query'>,
  { device, after, now }: { readonly device: DeviceId; readonly after: EpochMs; readonly now: EpochMs },
): Promise<EpochMs | undefined> {
  const upTime = `device_uptime_seconds{device="${device}"}`
  const expr = parseQuery(`timestamp(${upTime}) - ${upTime} and timestamp(${upTime}) > ${after / 1000}`)
  const { result } = await store.query({ expr, start: now, end: now, step: 0, timeoutMs: TIMEOUT_MS, limit: 1 })
  const value = result.kind === 'vector' ? result.samples[0]?.value : undefined
  return value === undefined || !Number.isFinite(value) ? undefined : epochMs(Math.round(value * 1000))
}
