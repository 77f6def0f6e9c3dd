import type { SelectionUse, TierSamples } from '@eyenet/shared/promql'
import { bucketEnd, ONE_HOUR, TIERS, type Tier } from './tier-buckets.ts'

const DAY_MS = 86_400_000
/** Over a longer time a chart shows no single samples. */
const LONG_MS = 3 * DAY_MS
/** A window of fewer buckets is little work from the samples themselves. */
const EXACT_BUCKETS = 4

type Column = TierSamples['column']

/** What these functions make of whole buckets is what they make of the samples in them. */
const EXACT: ReadonlyMap<string, Column> = new Map([
  ['min_over_time', 'min'],
  ['max_over_time', 'max'],
  ['sum_over_time', 'sum'],
  ['count_over_time', 'count'],
  ['avg_over_time', 'avg'],
  ['present_over_time', 'last'],
  ['last_over_time', 'last'],
])

/** These look from bucket to bucket. */
const STEPPING: ReadonlyMap<string, Column> = new Map([
  ['rate', 'counter'],
  ['increase', 'counter'],
  ['irate', 'counter'],
  ['delta', 'last'],
])

export type Span = { readonly first: number; readonly last: number }

/** What of a series is where. */
export type Coverage = {
  /** Where samples begin that may be read; Infinity when there are none. */
  readonly rawFirst: number
  /** Samples before this time have been removed, wholly or in part. */
  readonly rawFrom: number
  readonly tiers: ReadonlyMap<Tier, Span>
  /** From here on samples came that the tiers do not have yet. */
  readonly staleFrom: number
}

/** Where a part of the answer is read: from the samples (no tier) or from a tier. */
export type Segment = Span & { readonly tier: Tier | undefined }

/** The column that a function is answered from. */
export function columnFor(func: string | undefined): Column {
  return (func && (EXACT.get(func) ?? STEPPING.get(func))) || 'last'
}

/** Tiers that may answer though the samples are there, the coarsest first. */
export function fittingTiers(use: SelectionUse | undefined, lengthMs: number): readonly Tier[] {
  if (use === undefined) return []
  return [...TIERS].reverse().filter((tier) => isExact(use, tier) || isLong(use, tier, lengthMs))
}

function isExact({ func, firstMs, rangeMs, stepMs }: SelectionUse, tier: number): boolean {
  if (func === undefined || !EXACT.has(func)) return false
  return [firstMs, rangeMs, stepMs].every((ms) => ms % tier === 0) && rangeMs >= EXACT_BUCKETS * tier
}

function isLong({ func, rangeMs, stepMs }: SelectionUse, tier: number, lengthMs: number): boolean {
  const isStepping = func !== undefined && STEPPING.has(func)
  if (func !== undefined && !isStepping && !EXACT.has(func)) return false
  return lengthMs > LONG_MS && stepMs >= tier && rangeMs >= (isStepping ? 2 * tier : tier)
}

/**
 * Where each part of from..to is read, ascending: from the coarsest tier that fits, as far as it is made; else from the
 * samples where they are there; else from the finest tier that is.
 */
export function planSegments({ first, last }: Span, fitting: readonly Tier[], coverage: Coverage): readonly Segment[] {
  const { tiers } = coverage
  // Borders are the ends of hours, so that no bucket is cut.
  const rawFrom = coverage.rawFrom === 0 ? 0 : bucketEnd(coverage.rawFrom, ONE_HOUR) + 1
  const freshTo = Math.floor((coverage.staleFrom - 1) / ONE_HOUR) * ONE_HOUR
  const rawFirst = Math.max(rawFrom, coverage.rawFirst)
  // A tier that begins after the samples would stand between them.
  const wanted = fitting.find((tier) => {
    const span = tiers.get(tier)
    return span !== undefined && span.first <= Math.max(rawFirst, first) && span.first <= Math.min(last, freshTo)
  })
  const sourceAt = (time: number): Tier | undefined => {
    if (wanted !== undefined && time <= freshTo && covers(tiers.get(wanted), time)) return wanted
    return time >= rawFrom ? undefined : TIERS.find((tier) => covers(tiers.get(tier), time))
  }
  const borders = [rawFrom, freshTo + 1, ...[...tiers.values()].flatMap((span) => [span.first, span.last + 1])]
  const starts = [first, ...borders.filter((time) => time > first && time <= last).sort((a, b) => a - b)]
  const segments: Segment[] = []
  for (const [i, start] of starts.entries()) {
    const end = (starts[i + 1] ?? last + 1) - 1
    const before = segments.at(-1)
    const tier = sourceAt(start)
    if (end < start) continue
    if (before !== undefined && before.tier === tier) segments[segments.length - 1] = { ...before, last: end }
    else segments.push({ tier, first: start, last: end })
  }
  return segments
}

function covers(span: Span | undefined, time: number): boolean {
  return span !== undefined && span.first <= time && time <= span.last
}
