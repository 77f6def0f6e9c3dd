import type { Extent, Series } from '../heads/series.ts'
import { CHUNK_BYTES_MAX, CHUNK_SAMPLES, encodeChunk } from './chunk.ts'
import type { ChunkDatabase } from './chunk-database.ts'
import { type Columns, firstAtOrAfter, NO_SAMPLES, sliceColumns } from './columns.ts'

const DAY_MS = 86_400_000

// Parts of a chunk are seldom of exactly one size.
const PARTS_ROOM = 1.05

export type ChunkTarget = { readonly ref: number; readonly database: ChunkDatabase; readonly size: number }

/**
 * Writes a series' head into chunks of its own, which win over those before them. Answers the extent that holds once
 * the transaction is committed; the head is left to the caller.
 */
export function sealHead({ extent, head, ref }: Series, database: ChunkDatabase): Extent {
  const samples = head?.all() ?? NO_SAMPLES
  const count = samples.times.length
  if (count === 0) return extent
  const earliest = samples.times[0] ?? 0
  const { rolledTo } = database
  const target = { ref, database, size: CHUNK_SAMPLES }
  let since: number | undefined
  // Late samples are cut at each day, so that none of their chunks overlaps much of what is there.
  let start = 0
  const border = firstAtOrAfter(samples.times, extent.last + 1)
  while (start < border) {
    const day = Math.floor((samples.times[start] ?? 0) / DAY_MS)
    const end = Math.min(border, firstAtOrAfter(samples.times, (day + 1) * DAY_MS))
    const id = addChunks(target, sliceColumns(samples, start, end))
    since ??= id
    start = end
  }
  const inOrder = addChunks(target, sliceColumns(samples, border, count))
  if (earliest <= rolledTo) {
    const last = Math.min(samples.times[count - 1] ?? 0, rolledTo)
    database.saveStaleTier(ref, { first: earliest, last, since: since ?? inOrder ?? 0 })
  }
  return {
    first: Math.min(extent.first, earliest),
    last: Math.max(extent.last, samples.times[count - 1] ?? 0),
  }
}

/** Writes samples as chunks of the size, the last with the rest; answers the first one's number. */
export function addChunks({ ref, database, size }: ChunkTarget, samples: Columns): number | undefined {
  const count = samples.times.length
  let firstId: number | undefined
  for (let at = 0; at < count; at += size) {
    const id = addChunk(ref, sliceColumns(samples, at, Math.min(at + size, count)), database)
    firstId ??= id
  }
  return firstId
}

function addChunk(ref: number, samples: Columns, database: ChunkDatabase): number {
  const count = samples.times.length
  const data = encodeChunk(samples)
  if (data.length > CHUNK_BYTES_MAX && count > 1) {
    const parts = Math.min(count, Math.ceil((data.length * PARTS_ROOM) / CHUNK_BYTES_MAX))
    let firstId: number | undefined
    for (let part = 0; part < parts; part++) {
      const [start, end] = [Math.floor((part * count) / parts), Math.floor(((part + 1) * count) / parts)]
      const id = addChunk(ref, sliceColumns(samples, start, end), database)
      firstId ??= id
    }
    return firstId ?? 0
  }
  const [first, last] = [samples.times[0] ?? 0, samples.times[count - 1] ?? 0]
  return database.addChunk(ref, { first, last, samples: count, data })
}
