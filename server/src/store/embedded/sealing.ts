import { CHUNK_BYTES_MAX, CHUNK_SAMPLES, encodeChunk } from './chunk.ts'
import type { ChunkDatabase } from './chunk-database.ts'
import { type Columns, firstAtOrAfter, NO_SAMPLES, sliceColumns } from './columns.ts'
import type { Extent, Series } from './series.ts'

const DAY_MS = 86_400_000

/**
 * Writes a series' head into chunks of its own, which win over those before them. Answers the extent that holds once
 * the transaction is committed; the head is left to the caller.
 */
export function sealHead({ extent, head, ref }: Series, database: ChunkDatabase): Extent {
  const samples = head?.all() ?? NO_SAMPLES
  const count = samples.times.length
  if (count === 0) return extent
  // Late samples are cut at each day, so that none of their chunks overlaps much of what is there.
  let start = 0
  const border = firstAtOrAfter(samples.times, extent.last + 1)
  while (start < border) {
    const day = Math.floor((samples.times[start] ?? 0) / DAY_MS)
    const end = Math.min(border, firstAtOrAfter(samples.times, (day + 1) * DAY_MS))
    addChunks(ref, sliceColumns(samples, start, end), database)
    start = end
  }
  addChunks(ref, sliceColumns(samples, border, count), database)
  return {
    first: Math.min(extent.first, samples.times[0] ?? 0),
    last: Math.max(extent.last, samples.times[count - 1] ?? 0),
  }
}

/** Writes samples as chunks that are full, but for the last. */
export function addChunks(ref: number, samples: Columns, database: ChunkDatabase): void {
  for (let at = 0; at < samples.times.length; at += CHUNK_SAMPLES) {
    addChunk(ref, sliceColumns(samples, at, Math.min(at + CHUNK_SAMPLES, samples.times.length)), database)
  }
}

function addChunk(ref: number, samples: Columns, database: ChunkDatabase): void {
  const count = samples.times.length
  const data = encodeChunk(samples)
  if (data.length > CHUNK_BYTES_MAX && count > 1) {
    addChunk(ref, sliceColumns(samples, 0, count >> 1), database)
    addChunk(ref, sliceColumns(samples, count >> 1, count), database)
    return
  }
  const [first, last] = [samples.times[0] ?? 0, samples.times[count - 1] ?? 0]
  database.addChunk(ref, { first, last, samples: count, data })
}
