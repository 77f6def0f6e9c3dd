import { decodeChunk } from './chunk.ts'
import type { ChunkDatabase } from './chunk-database.ts'
import { type Columns, clipColumns, mergePieces } from './columns.ts'
import { readOpenChunk } from './sealing.ts'
import type { Series } from './series.ts'

export type ReadContext = {
  readonly from: number
  readonly to: number
  readonly database: ChunkDatabase
  /** Called for each chunk that is left out because its bytes are damaged. */
  readonly damaged: () => void
}

/** One series' samples with from <= time <= to, in columns of their own. Decodes only chunks that overlap. */
export function readSeries(series: Series, { from, to, database, damaged }: ReadContext): Columns {
  const { extent, ref } = series
  const pieces: Columns[] = []
  if (extent.first <= to && extent.sealedTo >= from) {
    for (const bytes of database.chunks(ref, from, to)) {
      const columns = decodeChunk(bytes)
      if (columns === undefined) damaged()
      else pieces.push(clipColumns(columns, from, to))
    }
  }
  if (extent.first <= to && extent.openTo >= from) {
    pieces.push(clipColumns(readOpenChunk(series, database, damaged), from, to))
  }
  if (series.head !== undefined) pieces.push(series.head.read(from, to))
  return mergePieces(pieces)
}
