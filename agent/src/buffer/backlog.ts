import type { OutboxEpoch } from '@eyenet/shared/identity'
import type { OutboxRow, OutboxRows } from './outbox-rows.ts'
import { cutColumns, mergeColumns, type SampleColumns } from './sample-columns.ts'
import { storedSamples, unpacked } from './stored-samples.ts'

/** Bounds memory and the time the event loop stands still: some 4 MiB and 60 ms. */
export const WINDOW_SAMPLES = 200_000
/**
 * Some 3.4 KB on the wire, half a second of a line with 64 kbit/s: with ten times as many a sample costs 3 % fewer bytes,
 * but an event waits for five seconds.
 */
export const MERGED_SAMPLES = 2_000
/** Where samples are dearer than usual, messages have fewer, down to a quarter. */
const MERGED_BYTES = 4_096
const LEAST_MERGED_SAMPLES = 500
/** Bounds one read of small rows. */
const WINDOW_ROWS = 4_000

/**
 * Puts small rows of the backlog that were never sent together, so that several ticks of a series lie side by side: a
 * third of the bytes. The numbers they had are dealt out anew among fewer rows, which is why a row that may have been
 * sent is never touched. Returns the number of samples it moved.
 */
export function mergeBacklog(rows: OutboxRows, epoch: OutboxEpoch, from: number): number {
  const found = looseRows(rows, from)
  const first = found[0]?.first
  const last = found.at(-1)?.last
  if (first === undefined || last === undefined || found.length < 2) return 0
  const columns = mergeColumns(found.map((row) => unpacked(row.body)))
  const most = Math.min(last - first + 1, found.length - 1)
  const merged = cutToBytes(columns, { epoch, first, last }, most)
  if (merged === undefined) return 0
  rows.transaction(() => {
    rows.remove('backfill', { first, last })
    for (const row of merged) rows.insert(row)
  })
  return columns.ids.length
}

type Place = { readonly epoch: OutboxEpoch; readonly first: number; readonly last: number }

/** Rows of a size that a slow line takes well, or of the usual number of samples; undefined where even those are more than `most`. */
function cutToBytes(columns: SampleColumns, place: Place, most: number): OutboxRow[] | undefined {
  const usual = cutTo(columns, place, { samples: MERGED_SAMPLES, rows: most })
  const largest = Math.max(...(usual ?? []).map((row) => row.body.length))
  if (largest <= MERGED_BYTES) return usual
  const samples = Math.max(LEAST_MERGED_SAMPLES, Math.floor((MERGED_SAMPLES * MERGED_BYTES) / largest))
  return cutTo(columns, place, { samples, rows: most }) ?? usual
}

/** The numbers are dealt out one to a row, the last row has the rest. */
function cutTo(
  columns: SampleColumns,
  { epoch, first, last }: Place,
  most: { readonly samples: number; readonly rows: number },
): OutboxRow[] | undefined {
  const parts = cutColumns(columns, most.samples)
  if (parts.length > most.rows) return undefined
  return parts.map((part, at) => {
    const end = at === parts.length - 1 ? last : first + at
    return storedSamples(part, { lane: 'backfill', epoch, first: first + at, last: end }, true)
  })
}

/** The oldest rows that follow each other and are not merged yet. */
function looseRows(rows: OutboxRows, from: number): OutboxRow[] {
  const found: OutboxRow[] = []
  let samples = 0
  let next = rows.firstLoose('backfill', from)
  if (next === undefined) return []
  while (found.length < WINDOW_ROWS && samples < WINDOW_SAMPLES) {
    const some = rows.read('backfill', next, 64)
    for (const row of some) {
      next = row.last + 1
      if (row.merged || samples >= WINDOW_SAMPLES) return found
      found.push(row)
      samples += row.samples
    }
    if (some.length < 64) break
  }
  return found
}
