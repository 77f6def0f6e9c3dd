import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { Database, type SqliteDatabase } from '../../sqlite/sqlite.ts'
import { formatOf, SCHEMA_FORMAT } from './chunk-schema.ts'

/** Where a chunk is: covers first <= time <= last; of two that overlap the one with the higher id wins. */
export type ChunkPlace = {
  readonly id: number
  readonly first: number
  readonly last: number
  readonly samples: number
}
export type StoredChunk = ChunkPlace & { readonly data: Buffer }

/**
 * What is read of the SQLite file, by the writer's connection or by one of its own that only reads. Each call sees one
 * state of the file; `snapshot` makes several see the same.
 */
export class ChunkReader {
  readonly #db: SqliteDatabase
  readonly #statements: ReturnType<typeof prepare>

  /** The tables must be there. */
  constructor(db: SqliteDatabase) {
    this.#db = db
    this.#statements = prepare(db)
  }

  /** A connection that only reads, beside the writer's. EyeNetError `unavailable` when the file cannot be read. */
  static open(path: string): ChunkReader {
    let db: SqliteDatabase | undefined
    try {
      db = new Database(path, { readonly: true, fileMustExist: true, timeout: 1000 })
      const format = formatOf(db)
      if (format !== SCHEMA_FORMAT) throw new Error(`its format is ${format}, this program reads ${SCHEMA_FORMAT}`)
      return new ChunkReader(db)
    } catch (cause) {
      db?.close()
      const sentence = `cannot read the metric database ${path}: ${messageOf(cause)}; check its rights and the version`
      throw new EyeNetError('unavailable', sentence, { cause })
    }
  }

  /** Runs `work`, which must not wait for anything, on one state of the file. */
  snapshot<T>(work: () => T): T {
    return this.#db.inTransaction ? work() : this.#db.transaction(work)()
  }

  /** Chunks that overlap from..to, ordered by their last time. */
  chunks(ref: number, from: number, to: number): StoredChunk[] {
    return this.#statements.chunks.all(ref, from, to)
  }

  /** Where the chunks of a series are, ordered by their last time. */
  places(ref: number): ChunkPlace[] {
    return this.#statements.places.all(ref)
  }

  close(): void {
    this.#db.close()
  }
}

function prepare(db: SqliteDatabase) {
  return {
    chunks: db.prepare<[number, number, number], StoredChunk>(
      `SELECT id, first, last, samples, data FROM chunk
       WHERE series = ? AND last >= ? AND first <= ? ORDER BY last`,
    ),
    places: db.prepare<[number], ChunkPlace>(
      'SELECT id, first, last, samples FROM chunk WHERE series = ? ORDER BY last',
    ),
  }
}
