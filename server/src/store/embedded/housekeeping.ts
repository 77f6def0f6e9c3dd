import type { ChunkDatabase } from './chunks/chunk-database.ts'
import { mergeNext } from './chunks/merging.ts'
import { NOTHING_ON_DISK, type Series } from './heads/series.ts'
import type { SeriesIndex } from './heads/series-index.ts'
import { TURN_SAMPLES } from './store-options.ts'
import type { Periods, PeriodsOf } from './tiers/retention.ts'
import { type RollUp, renewStale, rollUpBorder, rollUpNext } from './tiers/rolling-up.ts'
import { FIVE_MINUTES, ONE_HOUR, TIERS } from './tiers/tier-buckets.ts'

const DAY_MS = 86_400_000
/** Chunks that ended so long ago get no more samples, but for late ones. */
const SETTLED_MS = 2 * DAY_MS
/** Looking at one series costs about as much as reading so many samples. */
const LOOK_SAMPLES = 100
/** What goes first when the store is over its quota is cut into so many parts. */
const QUOTA_PARTS = 64
/** More is left to the next round. */
const QUOTA_STEPS_MAX = 256

/** What is kept in order, and what of it is counted. */
export type House = {
  readonly index: SeriesIndex
  readonly database: ChunkDatabase
  readonly now: number
  readonly periodsOf: PeriodsOf
  /** Bytes of the file in use that are too many. */
  readonly maxBytes: number
  readonly damaged: (series: Series) => void
  /** Called for series of which nothing is left. */
  readonly end: (series: Series) => void
  /** Series that may be ended: none of theirs is on its way to the disk. */
  readonly isIdle: (series: Series) => boolean
  readonly counts: HouseCounts
}

/** Chunks and rows of tiers that were removed. */
export type HouseCounts = { expired: number; overQuota: number; ended: number }

/**
 * Brings the tiers up to date, merges chunks, removes what is too old or too much, and ends series of which nothing is
 * left. Between two steps others may work; each step is a transaction of some milliseconds.
 */
export function* keepHouse(house: House): Generator<void, void> {
  const border = rollUpBorder(house.now)
  if (border > house.database.rolledTo) {
    house.database.transaction('later', () => house.database.saveRolledTo(border))
  }
  yield* inTurns(house, (series) => rollUp(house, series, border))
  yield* inTurns(house, ({ ref }) => mergeNext(ref, house.database, house.now - SETTLED_MS))
  yield* expire(house, border)
  yield* keepQuota(house, border)
  yield* inTurns(house, (series) => {
    if (series.extent !== NOTHING_ON_DISK || series.head !== undefined || !house.isIdle(series)) return 0
    house.counts.ended++
    house.end(series)
    return 0
  })
  while (house.database.shrink()) yield
}

/** Works on all series, in one transaction per turn; `work` answers samples it read, 0 when it is done with a series. */
function* inTurns({ database, index }: House, work: (series: Series) => number): Generator<void, void> {
  const all = index.all()
  for (let at = 0; at < all.length; ) {
    database.transaction('later', () => {
      for (let spent = 0; at < all.length && spent < TURN_SAMPLES; ) {
        const series = all[at]
        // Others may have removed it between two turns.
        const read = series !== undefined && index.get(series.ref) === series ? work(series) : 0
        if (read === 0) at++
        spent += read + LOOK_SAMPLES
      }
    })
    yield
  }
}

function rollUp({ damaged, database, now, periodsOf }: House, series: Series, border: number): number {
  const work: RollUp = {
    ...{ database, ref: series.ref, border, kept: keptTiers(periodsOf(series.labels), now) },
    damaged: () => damaged(series),
  }
  return renewStale(work) || rollUpNext(work)
}

function keptTiers({ fiveMinutesMs, oneHourMs }: Periods, now: number): RollUp['kept'] {
  const periods = { [FIVE_MINUTES]: fiveMinutesMs, [ONE_HOUR]: oneHourMs }
  return TIERS.flatMap((tier) => (periods[tier] > 0 ? [{ tier, since: Math.max(0, now - periods[tier]) }] : []))
}

/** Samples that are to be rolled up stay until they are. */
function* expire(house: House, border: number): Generator<void, void> {
  const { counts, database, now, periodsOf } = house
  yield* removing(house, ({ extent, labels, ref }) => {
    const periods = periodsOf(labels)
    const kept = keptTiers(periods, now)
    const before = Math.min(now - periods.rawMs, kept.length > 0 ? border + 1 : Number.POSITIVE_INFINITY)
    let removed = 0
    if (extent.first < before && database.staleTier(ref) === undefined) removed += database.expireChunks(ref, before)
    for (const tier of TIERS) {
      const since = kept.find((one) => one.tier === tier)?.since ?? Number.MAX_SAFE_INTEGER
      if (extent.first < since) removed += database.expireTier(ref, tier, since)
    }
    counts.expired += removed
    return removed
  })
}

/** Removes the oldest samples, and when none are left that have buckets the oldest buckets, while there are too many bytes. */
function* keepQuota(house: House, border: number): Generator<void, void> {
  const { counts, database, maxBytes } = house
  for (let step = 0; step < QUOTA_STEPS_MAX && database.bytes > maxBytes; step++) {
    const raw = database.rawSpan()
    const tiers = database.tiersSpan()
    const isRaw = raw !== undefined && (raw.first < border || tiers === undefined)
    const span = isRaw ? raw : tiers
    if (span === undefined) return
    const cut = span.first + Math.max(ONE_HOUR, Math.ceil((span.last - span.first) / QUOTA_PARTS))
    yield* removing(house, ({ extent, ref }) => {
      if (extent.first >= cut) return 0
      const removed = isRaw
        ? database.expireChunks(ref, cut)
        : TIERS.reduce((sum, tier) => sum + database.expireTier(ref, tier, cut), 0)
      counts.overQuota += removed
      return removed
    })
  }
}

/** Removes something of each series; what is left of it is looked up once that is certain. */
function* removing(house: House, remove: (series: Series) => number): Generator<void, void> {
  const touched: Series[] = []
  const steps = inTurns(house, (series) => {
    if (remove(series) > 0) touched.push(series)
    return 0
  })
  for (const _ of steps) {
    for (const series of touched.splice(0)) series.extent = house.database.extent(series.ref) ?? NOTHING_ON_DISK
    yield
  }
}
