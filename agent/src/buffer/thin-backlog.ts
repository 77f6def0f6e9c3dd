import type { OutboxEpoch } from '@eyenet/shared/identity'
import { MERGED_SAMPLES } from './backlog.ts'
import { LossTally } from './loss-tally.ts'
import type { OutboxRow, OutboxRows } from './outbox-rows.ts'
import { cutColumns, mergeColumns } from './sample-columns.ts'
import { storedSamples, unpacked } from './stored-samples.ts'
import { thinColumns } from './thin-columns.ts'

/** Of each series one sample in this time stays. */
export const THINNED_TO_MS = 300_000
/** Bounds one step: some 50 ms. */
const STEP_SAMPLES = 100_000
const STEP_ROWS = 256

export type ThinStep = {
  readonly epoch: OutboxEpoch
  readonly deviceOf: (id: number) => string
  /** The first number that is looked at. */
  readonly from: number
  /** Samples of this time or later stay as they are, and rows that are younger for the most part. */
  readonly before: number
}

/**
 * Thins the oldest rows of the backlog that are as they were sampled, one bounded step. None of them may ever have been
 * sent, since their numbers are dealt out anew. Within a transaction. `next` is where to go on; absent when nothing is
 * old enough.
 */
export function thinBacklog(rows: OutboxRows, step: ThinStep): { lost: LossTally; next?: number } {
  const { found, next } = rawRows(rows, step)
  const first = found[0]?.first
  const last = found.at(-1)?.last
  if (first === undefined || last === undefined) return { lost: new LossTally(), ...(next > step.from ? { next } : {}) }
  const whole = mergeColumns(found.map((row) => unpacked(row.body)))
  const { kept, lost } = thinColumns(whole, { everyMs: THINNED_TO_MS, before: step.before }, step.deviceOf)
  const parts = cutColumns(kept, MERGED_SAMPLES)
  rows.remove('backfill', { first, last })
  if (parts.length > last - first + 1) {
    // Too little went: they stay as they are, and count as thinned.
    for (const row of found) rows.insert({ ...row, merged: true, thinned: true })
    return { lost: new LossTally(), next }
  }
  for (const [at, part] of parts.entries()) {
    const end = at === parts.length - 1 ? last : first + at
    const place = { lane: 'backfill', epoch: step.epoch, first: first + at, last: end } as const
    rows.insert({ ...storedSamples(part, place, true), thinned: true })
  }
  return { lost, next }
}

/** The oldest rows that follow each other and are not thinned, and the number behind them. */
function rawRows(rows: OutboxRows, { from, before }: ThinStep): { found: OutboxRow[]; next: number } {
  const found: OutboxRow[] = []
  let samples = 0
  let next = from
  for (let count = 0; count < STEP_ROWS && samples < STEP_SAMPLES; count++) {
    const row = rows.read('backfill', next, 1)[0]
    if (row === undefined || (row.since + row.until) / 2 >= before) break
    const isRaw = row.thinned !== true
    if (found.length > 0 && (!isRaw || row.first !== next)) break
    next = row.last + 1
    if (!isRaw) continue
    found.push(row)
    samples += row.samples
  }
  return { found, next }
}
