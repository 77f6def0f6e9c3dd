import type { ChunkDatabase } from '../chunks/chunk-database.ts'
import { type Columns, clipColumns, mergePieces } from '../chunks/columns.ts'
import { decodeOne, readSeries } from '../chunks/reading.ts'
import {
  type Buckets,
  bucketEnd,
  bucketsOf,
  coarserBuckets,
  FIVE_MINUTES,
  joinBuckets,
  ONE_HOUR,
  type Tier,
} from './tier-buckets.ts'
import { type Span, TierRows } from './tier-rows.ts'

const DAY_MS = 86_400_000
/** Samples younger than this have no buckets yet: late ones mostly come before. */
const ROLL_UP_AGE_MS = DAY_MS
// Of one series so much is rolled up in a turn: 5,760 samples at 30 s.
const WINDOW_MS = 2 * DAY_MS

/** One series whose tiers are to be brought up to date. */
export type RollUp = {
  readonly database: ChunkDatabase
  readonly ref: number
  /** The tiers that are kept of it, the finer one first, and since when. */
  readonly kept: readonly { readonly tier: Tier; readonly since: number }[]
  /** Buckets up to here shall be made; the end of an hour. */
  readonly border: number
  readonly damaged: () => void
}

/** The end of the last whole day that is old enough to be rolled up. */
export function rollUpBorder(now: number): number {
  return Math.max(0, Math.floor((now - ROLL_UP_AGE_MS) / DAY_MS) * DAY_MS)
}

/** Makes the next buckets within the caller's transaction; answers what was read, 0 when there was nothing to do. */
export function rollUpNext(work: RollUp): number {
  for (const { tier } of work.kept) {
    const read = rollUpTier(work, tier)
    if (read > 0) return read
  }
  return 0
}

function rollUpTier(work: RollUp, tier: Tier): number {
  const { border, database, ref } = work
  const rows = new TierRows(database, ref, tier)
  const made = rows.span?.last ?? -1
  if (made >= border) return 0
  const fine = finerTier(work, tier)
  const next =
    fine === undefined
      ? database.reader.firstAfter(ref, made)
      : database.reader.tierRows(ref, fine, { from: made + 1, to: border })[0]?.first
  if (next === undefined || next > border) return 0
  const first = Math.max(made + 1, bucketEnd(next, ONE_HOUR) - ONE_HOUR + 1)
  const span = { first, last: Math.min(border, Math.floor(first / DAY_MS) * DAY_MS + WINDOW_MS) }
  const { buckets, read } = makeBuckets(work, tier, { ...span, before: rows.valueBefore(first) })
  rows.extend(buckets, span)
  return read + 1
}

/** Makes buckets again to which samples came late, within the caller's transaction; answers what was read. */
export function renewStale(work: RollUp): number {
  const { database, kept, ref } = work
  const stale = database.staleTier(ref)
  if (stale === undefined) return 0
  database.dropStaleTier(ref)
  const [finest] = kept
  if (finest === undefined) return 1
  const start = Math.floor((stale.first - 1) / ONE_HOUR) * ONE_HOUR
  const end = Math.min(bucketEnd(stale.last, ONE_HOUR), start + WINDOW_MS)
  if (end < stale.last) database.saveStaleTier(ref, { ...stale, first: end + 1 })
  // The step from the newest late sample to the next bucket belongs to that one.
  const after = new TierRows(database, ref, finest.tier).endAfter(end)
  const span = { first: start + 1, last: bucketEnd(after ?? end, ONE_HOUR) }
  const complete = kept.map(({ tier }) => completeFrom(work, tier))
  let read = 1
  for (const [i, { tier, since }] of kept.entries()) {
    if (span.last >= since) read += renewTier({ ...work, tier, span, since: stale.since }, complete[i] ?? 0)
  }
  return read
}

type Renewal = RollUp & { readonly tier: Tier; readonly span: Span; readonly since: number }

/** From where on all is there that a tier is made of. */
function completeFrom(work: RollUp, tier: Tier): number {
  const fine = finerTier(work, tier)
  if (fine === undefined) return bucketEnd(work.database.reader.rawFrom(work.ref), ONE_HOUR) + 1
  return work.database.reader.tierSpan(work.ref, fine)?.first ?? Number.POSITIVE_INFINITY
}

function renewTier(work: Renewal, completeSince: number): number {
  const { database, ref, span, tier } = work
  const rows = new TierRows(database, ref, tier)
  // What is not made yet is made of all samples when its turn comes.
  const last = Math.min(span.last, rows.span?.last ?? -1)
  let read = 0
  const border = Math.min(last, completeSince - 1)
  if (span.first <= border) read += addLate(work, rows, { first: span.first, last: border })
  const first = Math.max(span.first, completeSince)
  if (first <= last) {
    if (isLost(work, tier, { first, last })) {
      work.damaged()
      return read
    }
    const made = makeBuckets(work, tier, { first, last, before: rows.valueBefore(first) })
    rows.replace(made.buckets, { first, last })
    read += made.read
  }
  return read
}

/** Whether what the buckets were made of cannot be read any more: then they are the best that there is. */
function isLost(work: RollUp, tier: Tier, span: Span): boolean {
  const { database, ref } = work
  const fine = finerTier(work, tier)
  if (fine === undefined || database.reader.rawFrom(ref) <= span.first) return false
  return new TierRows(database, ref, fine).within(span) === undefined
}

/** Adds late samples to buckets whose other samples are gone. */
function addLate(work: Renewal, rows: TierRows, span: Span): number {
  const late = lateSamples(work, span)
  const known = rows.within(span)
  if (late.times.length === 0 || known === undefined) return 0
  rows.replace(joinBuckets(known, bucketsOf(late, work.tier, undefined)), span)
  return late.times.length
}

function lateSamples({ damaged, database, ref, since }: Renewal, { first, last }: Span): Columns {
  const chunks = database.reader.chunks(ref, first, last).filter(({ id }) => id >= since)
  chunks.sort((a, b) => a.id - b.id)
  return mergePieces(chunks.map((chunk) => clipColumns(decodeOne(chunk, damaged), first, last)))
}

type Wanted = Span & { readonly before: number | undefined }

function makeBuckets(work: RollUp, tier: Tier, { first, last, before }: Wanted): { buckets: Buckets; read: number } {
  const { damaged, database, ref } = work
  const fine = finerTier(work, tier)
  if (fine !== undefined) {
    const known = new TierRows(database, ref, fine).within({ first, last })
    if (known !== undefined) return { buckets: coarserBuckets(known, tier), read: known.ends.length }
    damaged()
  }
  const samples = readSeries({ reader: database.reader, ref, head: undefined, from: first, to: last, damaged })
  return { buckets: bucketsOf(samples, tier, before), read: samples.times.length }
}

/** Hours are made of five minutes where those are kept. */
function finerTier({ kept }: RollUp, tier: Tier): Tier | undefined {
  return tier === ONE_HOUR && kept.some((one) => one.tier === FIVE_MINUTES) ? FIVE_MINUTES : undefined
}
