import type { DeviceLifecycle } from '@eyenet/shared/api'
import type { EpochMs } from '@eyenet/shared/identity'

const DAY_MS = 24 * 3_600_000
/** A device is stale at least this long before it is retired, so that somebody can see it. */
const NOTICE_MS = DAY_MS

/** How long a device may be silent, in days. */
export type LifecycleSettings = { readonly staleDays: number; readonly retireDays: number }

/** Where a device stands, since when, and who put it there: empty where the server did by itself. */
export type LifecycleState = { readonly lifecycle: DeviceLifecycle; readonly since: EpochMs; readonly by: string }

export type Silence = {
  /** When it answered last, or its silence began to be counted. */
  readonly answeredAt: EpochMs
  /** Its agent asks it now, and it does not answer: where nobody asks, silence says nothing of the device. */
  readonly isSilentNow: boolean
  /** The server makes its agent watch it; what an agent's own file names is never retired. */
  readonly isManaged: boolean
}

/** What the lifecycle of a device becomes by itself; undefined where it stays. Pure. */
export function nextLifecycle(
  { lifecycle, since, by }: LifecycleState,
  { answeredAt, isSilentNow, isManaged }: Silence,
  { staleDays, retireDays, now }: LifecycleSettings & { readonly now: EpochMs },
): DeviceLifecycle | undefined {
  // Who retired it by hand wants it away, answer or not.
  if (lifecycle === 'retired' && by !== '') return undefined
  if (lifecycle !== 'active' && answeredAt > since) return 'active'
  if (!isSilentNow) return undefined
  const silentMs = now - answeredAt
  // What somebody has just restored has its whole time once more.
  const restoredMs = lifecycle === 'active' && by !== '' ? now - since : Number.POSITIVE_INFINITY
  if (lifecycle === 'active') return Math.min(silentMs, restoredMs) > staleDays * DAY_MS ? 'stale' : undefined
  const isNoticed = now - since >= Math.min(NOTICE_MS, (retireDays - staleDays) * DAY_MS)
  return lifecycle === 'stale' && isManaged && isNoticed && silentMs > retireDays * DAY_MS ? 'retired' : undefined
}
