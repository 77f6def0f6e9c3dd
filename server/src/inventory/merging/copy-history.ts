import type { DeviceId, EpochMs, Labels } from '@eyenet/shared/identity'
import { epochMs, seriesKey } from '@eyenet/shared/identity'
import type { SeriesSamples } from '@eyenet/shared/promql'
import { type MetricStore, NO_ROOM } from '../../store/store.ts'

/** Series that are read at once. */
const SERIES_AT_ONCE = 50
/** Samples of one append. */
const MAX_APPENDED = 50_000

type CopyOptions = {
  readonly store: MetricStore
  readonly from: DeviceId
  readonly into: DeviceId
  readonly now: EpochMs
  /** True: stop at the next look. */
  readonly isStopped: () => boolean
}

/**
 * Copies the samples of one device to the series of another where those have none: before their first and after their last
 * sample, so that no moment has two. What was copied once is not copied again. Answers how many were copied.
 */
export async function copyHistory({ store, from, into, now, isStopped }: CopyOptions): Promise<number> {
  const range = { from: epochMs(0), to: now }
  const known = await store.series({ matchers: [{ name: 'device', op: '=', value: from }], ...range })
  let copied = 0
  for (let at = 0; at < known.length && !isStopped(); at += SERIES_AT_ONCE) {
    for (const labels of known.slice(at, at + SERIES_AT_ONCE)) {
      const [source] = await select(store, labels, range)
      if (source === undefined) continue
      const target = { ...labels, device: into }
      const [there] = await select(store, target, range)
      copied += await append(store, target, missing(source, there))
    }
  }
  return copied
}

/** The one series with exactly these labels. */
async function select(store: MetricStore, labels: Labels, range: { from: EpochMs; to: EpochMs }) {
  const matchers = Object.entries(labels).map(([name, value]) => ({ name, op: '=' as const, value }))
  const found = await store.select({ matchers, ...range })
  return found.filter((one) => seriesKey(one.labels) === seriesKey(labels))
}

type Points = { readonly times: Float64Array; readonly values: Float64Array }

function missing(source: SeriesSamples, there: SeriesSamples | undefined): Points {
  const first = there?.times[0] ?? Number.POSITIVE_INFINITY
  const last = there?.times.at(-1) ?? Number.NEGATIVE_INFINITY
  const kept: number[] = []
  for (let at = 0; at < source.times.length; at += 1) {
    const time = source.times[at] ?? Number.NaN
    if (time < first || time > last) kept.push(at)
  }
  return {
    times: Float64Array.from(kept, (at) => source.times[at] ?? Number.NaN),
    values: Float64Array.from(kept, (at) => source.values[at] ?? Number.NaN),
  }
}

async function append(store: MetricStore, labels: Labels, { times, values }: Points): Promise<number> {
  if (times.length === 0) return 0
  let copied = 0
  for (let at = 0; at < times.length; at += MAX_APPENDED) {
    const [ref = NO_ROOM] = await store.intern([labels])
    if (ref === NO_ROOM) return copied
    const part = times.slice(at, at + MAX_APPENDED)
    const refs = new Int32Array(part.length).fill(ref)
    const outcome = await store.append({ refs, times: part, values: values.slice(at, at + MAX_APPENDED) })
    if (outcome.kind === 'stored') copied += outcome.samples
  }
  return copied
}
