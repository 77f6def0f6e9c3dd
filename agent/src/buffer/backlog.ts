import type { OutboxEpoch } from '@eyenet/shared/identity'
import type { OutboxRow, OutboxRows } from './outbox-rows.ts'
import { cutColumns, mergeColumns } from './sample-columns.ts'
import { storedSamples, unpacked } from './stored-samples.ts'

/** Bounds memory and the time the event loop stands still: some 4 MiB and 60 ms. */
export const WINDOW_SAMPLES = 200_000
/** Some 20 to 60 KiB on the wire. */
export const MERGED_SAMPLES = 20_000
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
  const parts = cutColumns(columns, MERGED_SAMPLES)
  if (parts.length > last - first + 1 || parts.length >= found.length) return 0
  rows.transaction(() => {
    rows.remove('backfill', { first, last })
    for (const [at, part] of parts.entries()) {
      const end = at === parts.length - 1 ? last : first + at
      rows.insert(storedSamples(part, { lane: 'backfill', epoch, first: first + at, last: end }, true))
    }
  })
  return columns.ids.length
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
