import type { ChunkDatabase } from './chunk-database.ts'
import type { ChunkPlace } from './chunk-reader.ts'
import { type Columns, mergePieces } from './columns.ts'
import { planMerge } from './merge-plan.ts'
import { decodeOne } from './reading.ts'
import { addChunks } from './sealing.ts'

// Looking at the places of a series costs about as much as merging so many samples.
const LOOK_SAMPLES = 100
/** More merges of one series wait for the next round. */
const MERGES_MAX = 64

/** What is spent on one series, in samples. Its chunks are merged step by step within the caller's transaction. */
export function mergeSeries(ref: number, database: ChunkDatabase, settledBefore: number): number {
  let spent = LOOK_SAMPLES
  for (let merges = 0; merges < MERGES_MAX; merges++) {
    const chunks = planMerge(database.reader.places(ref), settledBefore)
    if (chunks === undefined) return spent
    const merged = mergeChunks(ref, chunks, database)
    if (merged === 0) return spent
    spent += merged + LOOK_SAMPLES
  }
  return spent
}

/**
 * Replaces the chunks by others with the same samples, which come after all there is; 0 when nothing was done. A damaged
 * chunk stays as it is, and so do those it was to be merged with: what is wrong with it must still be seen.
 */
function mergeChunks(ref: number, places: readonly ChunkPlace[], database: ChunkDatabase): number {
  const pieces: Columns[] = []
  let isDamaged = false
  for (const { id } of [...places].sort((a, b) => a.id - b.id)) {
    const chunk = database.reader.chunk(id)
    if (chunk === undefined) return 0
    pieces.push(
      decodeOne(chunk, () => {
        isDamaged = true
      }),
    )
  }
  if (isDamaged) return 0
  const merged = mergePieces(pieces)
  addChunks(ref, merged, database)
  for (const { id } of places) database.dropChunk(id)
  return merged.times.length
}
