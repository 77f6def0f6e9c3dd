import { EyeNetError } from '@eyenet/shared/errors'
import {
  type AgentId,
  type DeviceId,
  type EpochMs,
  epochMs,
  type Labels,
  METRIC_NAME,
  type SiteName,
} from '@eyenet/shared/identity'
import type { LedgerWatchRow } from '../db/db.ts'
import { type MetricStore, NO_ROOM } from '../store/store.ts'
import { type PollsOf, storedPolls } from './stored-polls.ts'

export const RATED_MS = 5 * 60_000

export type Rating = {
  readonly store: MetricStore
  /** Of the devices to rate, at any time in the span. */
  readonly watches: readonly LedgerWatchRow[]
  readonly of: { readonly kind: 'all' } | { readonly kind: 'site'; readonly site: SiteName }
  /** Intervals of RATED_MS with from < their ends <= to; both are multiples of it. */
  readonly from: EpochMs
  readonly to: EpochMs
}

export type Rated = {
  readonly device: DeviceId
  readonly agent: AgentId
  readonly site: SiteName
  readonly at: EpochMs
  readonly ratio: number
}

/** Devices of one question, by name. */
const DEVICES_PER_QUERY = 200

/**
 * Share of the expected polls of each interval that are stored. A device that is polled less often than once an interval is
 * rated over one poll's time that ends with it. One question for all devices, and one for each longer poll interval.
 */
export async function rate({ store, watches, of, from, to }: Rating): Promise<readonly Rated[]> {
  const byWindow = new Map<number, LedgerWatchRow[]>()
  for (const watch of watches) {
    const window = Math.max(RATED_MS, watch.interval_ms)
    const some = byWindow.get(window)
    if (some === undefined) byWindow.set(window, [watch])
    else some.push(watch)
  }
  const rated: Rated[] = []
  for (const [windowMs, some] of byWindow) {
    for (const [asked, rows] of windowMs === RATED_MS ? [[of, some] as const] : inGroups(some)) {
      const counts = await storedPolls(store, asked, { from, to, stepMs: RATED_MS, windowMs })
      for (const row of rows) {
        for (let at = from + RATED_MS; at <= to; at += RATED_MS) {
          // Where the watch changed within the interval, the one that holds at its end counts.
          if (row.until !== null && row.until < at) continue
          const expected = Math.floor((at - Math.max(at - windowMs, row.since)) / row.interval_ms)
          if (expected < 1) continue
          const stored = counts.get(row.device)?.get(at) ?? 0
          const { device, agent, site } = row
          rated.push({ device, agent, site, at: epochMs(at), ratio: Math.min(1, stored / expected) })
        }
      }
    }
  }
  return rated
}

/**
 * As ordinary samples. A second rating of an interval replaces the first: the embedded store and InfluxDB keep the later one
 * of a time, VictoriaMetrics with -dedup.minScrapeInterval=1ms the larger one, which is the later one too.
 */
export async function writeRatings(store: MetricStore, rated: readonly Rated[]): Promise<void> {
  if (rated.length === 0) return
  const numbers = new Map<string, number>()
  const series: Labels[] = []
  const at = rated.map(({ site, agent, device }) => {
    const key = `${agent} ${device}`
    const number = numbers.get(key) ?? numbers.size
    if (number === numbers.size) series.push({ [METRIC_NAME]: 'eyenet_completeness_ratio', site, agent, device })
    numbers.set(key, number)
    return number
  })
  const interned = await store.intern(series)
  const refs = Int32Array.from(at, (number) => interned[number] ?? NO_ROOM)
  if (refs.includes(NO_ROOM)) throw new EyeNetError('limit_exceeded', 'the store has no room for series of the ledger')
  await store.append({
    refs,
    times: Float64Array.from(rated, ({ at }) => at),
    values: Float64Array.from(rated, ({ ratio }) => ratio),
  })
}

function* inGroups(watches: readonly LedgerWatchRow[]): Generator<readonly [PollsOf, readonly LedgerWatchRow[]]> {
  for (let at = 0; at < watches.length; at += DEVICES_PER_QUERY) {
    const some = watches.slice(at, at + DEVICES_PER_QUERY)
    yield [{ kind: 'devices', devices: [...new Set(some.map(({ device }) => device))] }, some]
  }
}
