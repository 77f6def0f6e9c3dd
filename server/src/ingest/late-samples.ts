import { type DeviceId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import type { SamplesBatch } from '@eyenet/shared/wire'
import type { Dictionary } from './series-dictionary.ts'

/** A sample that is stored that long after its time came late. */
export const LATE_MS = 2 * 60_000

/** Late samples of one message: the first and the last time of one device, or of what belongs to none. */
export type LateSamples = {
  readonly device: DeviceId | undefined
  readonly from: EpochMs
  readonly to: EpochMs
  readonly samples: number
}

/** What of a message is late at `now`, by device. Times before 1970 were not stored. Pure. */
export function lateSamplesOf(dictionary: Dictionary, batch: SamplesBatch, now: EpochMs): readonly LateSamples[] {
  const { ids, times } = batch
  const limit = now - LATE_MS
  const found = new Map<DeviceId | undefined, { from: number; to: number; samples: number }>()
  let device: DeviceId | undefined
  let span: { from: number; to: number; samples: number } | undefined
  for (let at = 0; at < ids.length; at += 1) {
    const time = times[at] ?? now
    if (time >= limit || time < 0) continue
    const owner = dictionary.devices[ids[at] ?? -1]
    // Samples come by series: runs of one device cost little.
    if (span === undefined || owner !== device) {
      device = owner
      span = found.get(owner) ?? { from: time, to: time, samples: 0 }
      found.set(owner, span)
    }
    if (time < span.from) span.from = time
    if (time > span.to) span.to = time
    span.samples += 1
  }
  return [...found].map(([owner, { from, to, samples }]) => {
    return { device: owner, from: epochMs(from), to: epochMs(to), samples }
  })
}
