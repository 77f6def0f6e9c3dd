import { CHUNK_SAMPLES, decodeChunk, encodeChunk } from './chunk.ts'
import type { ChunkDatabase } from './chunk-database.ts'
import { type Columns, firstAtOrAfter, mergeColumns, NO_SAMPLES, sliceColumns } from './columns.ts'
import type { Extent, Series } from './series.ts'

/**
 * Writes a series' head into chunks: samples after the last full chunk join the open one, of which every 480 become a
 * full chunk; late ones become extra chunks that win over those before them. Answers the extent that holds once the
 * transaction is committed; the head is left to the caller.
 */
export function sealHead(series: Series, database: ChunkDatabase, damaged: () => void): Extent {
  const { extent, ref } = series
  const head = series.head?.all() ?? NO_SAMPLES
  const border = firstAtOrAfter(head.times, extent.sealedTo + 1)
  const late = sliceColumns(head, 0, border)
  const fresh = sliceColumns(head, border, head.times.length)
  const first = Math.min(extent.first, head.times[0] ?? extent.first)
  for (let at = 0; at < border; at += CHUNK_SAMPLES) {
    addChunk(series, database, sliceColumns(late, at, Math.min(at + CHUNK_SAMPLES, border)))
  }
  const open = mergeColumns(extent.openTo < 0 ? NO_SAMPLES : readOpenChunk(series, database, damaged), fresh)
  const full = Math.floor(open.times.length / CHUNK_SAMPLES) * CHUNK_SAMPLES
  for (let at = 0; at < full; at += CHUNK_SAMPLES) {
    addChunk(series, database, sliceColumns(open, at, at + CHUNK_SAMPLES))
  }
  const rest = sliceColumns(open, full, open.times.length)
  const next: Extent = { first, sealedTo: open.times[full - 1] ?? extent.sealedTo, openTo: rest.times.at(-1) ?? -1 }
  database.saveOpenChunk(ref, next, rest.times.length > 0 ? encodeChunk(rest) : null)
  return next
}

/** The samples after the last full chunk that are on disk; none, and counted, when they are damaged. */
export function readOpenChunk({ ref }: Series, database: ChunkDatabase, damaged: () => void): Columns {
  const bytes = database.openChunk(ref)
  const columns = bytes === undefined ? NO_SAMPLES : decodeChunk(bytes)
  if (columns === undefined) damaged()
  return columns ?? NO_SAMPLES
}

function addChunk({ ref }: Series, database: ChunkDatabase, samples: Columns): void {
  const span = { first: samples.times[0] ?? 0, last: samples.times.at(-1) ?? 0 }
  database.addChunk(ref, span, encodeChunk(samples))
}
