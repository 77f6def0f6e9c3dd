import { CHUNK_SAMPLES } from './chunk.ts'
import type { ChunkDatabase } from './chunk-database.ts'
import { type Columns, mergePieces } from './columns.ts'
import { planMerge } from './merge-plan.ts'
import { decodeOne } from './reading.ts'
import { addChunks } from './sealing.ts'

/**
 * Replaces some chunks of a series by fewer and larger ones with the same samples, which come after all there is, within
 * the caller's transaction. Answers how many samples, 0 when there was nothing to do. A damaged chunk stays as it is, and
 * so do those it was to be merged with: what is wrong with it must still be seen.
 */
export function mergeNext(ref: number, database: ChunkDatabase, settledBefore: number): number {
  const places = database.reader.places(ref)
  const chosen = planMerge(places, settledBefore)
  // Chunks with late samples are known by their numbers until the tiers have them.
  if (chosen === undefined || database.staleTier(ref) !== undefined) return 0
  const pieces: Columns[] = []
  let isDamaged = false
  for (const { id } of [...chosen].sort((a, b) => a.id - b.id)) {
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
  const { length } = merged.times
  // Chunks of one size, not full ones and a small rest that would stay.
  addChunks({ ref, database, size: Math.ceil(length / Math.ceil(length / CHUNK_SAMPLES)) }, merged)
  for (const { id } of chosen) database.dropChunk(id)
  // Samples that do not pack fill as many chunks as before: then it ends here.
  return database.reader.places(ref).length < places.length ? length : 0
}
