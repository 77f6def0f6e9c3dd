import type { EpochMs, Labels } from '@eyenet/shared/identity'
import { type MetricStore, NO_ROOM } from './metric-store.ts'

export type Point = { readonly labels: Labels; readonly at: EpochMs; readonly value: number }

/** Points of one append, which is on disk as a whole or not at all. */
const PER_APPEND = 20_000

/** Stores single points by their labels; up to 20,000 all or none. Answers how many found no room. */
export async function appendPoints(
  store: Pick<MetricStore, 'intern' | 'append'>,
  points: readonly Point[],
): Promise<number> {
  let without = 0
  for (let from = 0; from < points.length; from += PER_APPEND) {
    const some = points.slice(from, from + PER_APPEND)
    const refs = await store.intern(some.map(({ labels }) => labels))
    const kept = some.flatMap((point, at) => {
      const ref = refs[at] ?? NO_ROOM
      return ref === NO_ROOM ? [] : [{ ...point, ref }]
    })
    without += some.length - kept.length
    await store.append({
      refs: Int32Array.from(kept, ({ ref }) => ref),
      times: Float64Array.from(kept, ({ at }) => at),
      values: Float64Array.from(kept, ({ value }) => value),
    })
  }
  return without
}
