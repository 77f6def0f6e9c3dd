import type { DeviceId, EpochMs } from '@eyenet/shared/identity'
import type { NewEvent } from '../buffer/buffer.ts'

/** One event per interface up to here; more at once are one of the device. */
const MAX_BREAK_EVENTS = 8

/** What is told of counters that began anew, each by its interface. */
export function breakEvents(
  breaks: readonly { interface: string; cause: 'counter-reset' | 'impossible-rate' }[],
  { device, tick }: { readonly device: DeviceId; readonly tick: EpochMs },
): NewEvent[] {
  const head = { kind: 'discontinuity', at: tick, device } as const
  const [first] = breaks
  if (first === undefined) return []
  if (breaks.length > MAX_BREAK_EVENTS) return [{ ...head, cause: first.cause }]
  return breaks.map((one) => ({ ...head, ...one }))
}
