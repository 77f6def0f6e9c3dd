import { isWholeChunk, isWholeRow, type Progress } from './checking.ts'
import { ChunkDatabase } from './chunks/chunk-database.ts'
import { chunksFileOf } from './chunks/chunks-file.ts'
import { mergeNext } from './chunks/merging.ts'
import { lockStore } from './store-lock.ts'

export type Compacting = {
  readonly folder: string
  /** Removes damaged chunks and rows; tiers are made again of samples where those are there. */
  readonly dropDamaged: boolean
  readonly progress: Progress
}

/**
 * Merges chunks as far as they go and rewrites the file without gaps; answers how many damaged chunks and rows it
 * removed. EyeNetError `unavailable` while a server uses the store.
 */
export function compactChunks({ dropDamaged, folder, progress }: Compacting): number {
  const lock = lockStore(folder)
  try {
    const database = ChunkDatabase.open(chunksFileOf(folder))
    try {
      if (dropDamaged) progress('damaged chunks are removed')
      const dropped = dropDamaged ? dropDamagedRows(database) : 0
      progress('chunks are merged')
      for (const { ref } of database.allSeries()) mergeAll(ref, database)
      progress('the file is rewritten')
      database.vacuum()
      return dropped
    } finally {
      database.close()
    }
  } finally {
    lock.release()
  }
}

function mergeAll(ref: number, database: ChunkDatabase): void {
  database.transaction('later', () => {
    while (mergeNext(ref, database, Number.POSITIVE_INFINITY) > 0);
  })
}

function dropDamagedRows(database: ChunkDatabase): number {
  const { reader } = database
  let dropped = 0
  for (let rows = reader.chunksAfter(0); rows.length > 0; rows = reader.chunksAfter(rows.at(-1)?.id ?? 0)) {
    const damaged = rows.filter((row) => !isWholeChunk(row))
    dropped += damaged.length
    database.transaction('later', () => {
      for (const { id } of damaged) database.dropChunk(id)
    })
  }
  for (let rows = reader.tierRowsAfter(0); rows.length > 0; rows = reader.tierRowsAfter(rows.at(-1)?.id ?? 0)) {
    const damaged = rows.filter((row) => !isWholeRow(row))
    dropped += damaged.length
    database.transaction('later', () => {
      for (const { id, series, first, last } of damaged) {
        database.dropTierRow(id)
        // No chunk is late: where samples are gone nothing is added.
        database.saveStaleTier(series, { first, last, since: Number.MAX_SAFE_INTEGER })
      }
    })
  }
  return dropped
}
