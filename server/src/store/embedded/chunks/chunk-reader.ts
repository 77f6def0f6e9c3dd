import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { Database, type SqliteDatabase } from '../../../sqlite/sqlite.ts'
import { formatOf, RAW_FROM, SCHEMA_FORMAT } from './chunk-schema.ts'

/** Where a chunk is: covers first <= time <= last; of two that overlap the one with the higher id wins. */
export type ChunkPlace = {
  readonly id: number
  readonly first: number
  readonly last: number
  readonly samples: number
  readonly bytes: number
}
export type StoredChunk = ChunkPlace & { readonly data: Buffer }

/** Covers first <= time <= last, both at borders of buckets. */
export type StoredTierRow = {
  readonly id: number
  readonly first: number
  readonly last: number
  readonly buckets: number
  readonly data: Buffer
}

/**
 * What is read of the SQLite file, by the writer's connection or by one of its own that only reads. Each call sees one
 * state of the file; `snapshot` makes several see the same.
 */
export class ChunkReader {
  readonly #db: SqliteDatabase
  readonly #statements: ReturnType<typeof prepare>
  /** In a snapshot the latest rawFrom of all series; undefined outside, where it may change at any moment. */
  #anyRawFrom: number | undefined

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
    if (this.#db.inTransaction) return work()
    return this.#db.transaction(() => {
      this.#anyRawFrom = this.#statements.anyRawFrom.get() ?? 0
      try {
        return work()
      } finally {
        this.#anyRawFrom = undefined
      }
    })()
  }

  /** Chunks that overlap from..to, ordered by their last time. */
  chunks(ref: number, from: number, to: number): StoredChunk[] {
    return this.#statements.chunks.all(ref, from, to)
  }

  /** One chunk; undefined when there is none of this number. */
  chunk(id: number): StoredChunk | undefined {
    return this.#statements.chunk.get(id)
  }

  /** Where the chunks of a series are, ordered by their last time. */
  places(ref: number): ChunkPlace[] {
    return this.#statements.places.all(ref)
  }

  /** Raw samples before this time have been removed, wholly or in part. */
  rawFrom(ref: number): number {
    if (this.#anyRawFrom === 0) return 0
    return this.#statements.rawFrom.get(ref) ?? 0
  }

  /** Rows of a tier that overlap from..to, ascending; they do not overlap each other. */
  tierRows(ref: number, tier: number, { from, to }: { readonly from: number; readonly to: number }): StoredTierRow[] {
    return this.#statements.tierRows.all(ref, tier, from, to)
  }

  /** The row of a tier that begins last of those that begin at or before `time`. */
  tierRowBefore(ref: number, tier: number, time: number): StoredTierRow | undefined {
    return this.#statements.tierRowBefore.get(ref, tier, time)
  }

  /** Where the chunks that end after `time` begin; undefined when there is none. */
  firstAfter(ref: number, time: number): number | undefined {
    return this.#statements.firstAfter.get(ref, time) ?? undefined
  }

  /** From this time on samples came after the tiers were made; undefined when there are none. */
  staleFrom(ref: number): number | undefined {
    return this.#statements.staleFrom.get(ref)
  }

  /** Covers first <= time <= last; undefined when the tier has nothing of the series. */
  tierSpan(ref: number, tier: number): { readonly first: number; readonly last: number } | undefined {
    const first = this.#statements.tierFirst.get(ref, tier)
    const last = this.#statements.tierLast.get(ref, tier)
    return first === undefined || last === undefined || last === null ? undefined : { first, last }
  }

  /** Some chunks of all series with a number above `after`, ascending. */
  chunksAfter(after: number): (StoredChunk & { readonly series: number })[] {
    return this.#statements.chunksAfter.all(after, WALK_ROWS)
  }

  /** Some rows of all tiers and series with a number above `after`, ascending. */
  tierRowsAfter(after: number): (StoredTierRow & { readonly series: number; readonly tier: number })[] {
    return this.#statements.tierRowsAfter.all(after, WALK_ROWS)
  }

  /** What is wrong with the file itself; empty when nothing is. */
  fileFaults(): readonly string[] {
    try {
      return this.#statements.quickCheck.all().filter((text) => text !== 'ok')
    } catch (error) {
      if (!isCorrupt(error)) throw error
      return [messageOf(error)]
    }
  }

  /** Of the file, and of all samples and tiers in it; the tier is 0 for the samples. */
  totals(): { readonly file: FileTotals; readonly tiers: readonly TierTotals[] } {
    const file = this.#statements.fileTotals.get() ?? { pageBytes: 0, pages: 0, freePages: 0, series: 0 }
    return { file, tiers: this.#statements.tierTotals.all() }
  }

  /** Of each series that has something, with its labels as JSON. */
  seriesTotals(): IterableIterator<SeriesTotals> {
    return this.#statements.seriesTotals.iterate()
  }

  close(): void {
    this.#db.close()
  }
}

/** Whether SQLite says that the file itself is damaged at a place that was read. */
export function isCorrupt(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_CORRUPT')
}

/** Rows that are looked at together when all are. */
const WALK_ROWS = 200
const FAULTS_MAX = 20

export type FileTotals = {
  readonly pageBytes: number
  readonly pages: number
  readonly freePages: number
  readonly series: number
}
/** `count`: samples, or buckets of a tier. */
export type TierTotals = {
  readonly tier: number
  readonly rows: number
  readonly count: number
  readonly bytes: number
  readonly first: number
  readonly last: number
}
export type SeriesTotals = { readonly labels: string; readonly samples: number; readonly bytes: number }

function prepare(db: SqliteDatabase) {
  return {
    chunks: db.prepare<[number, number, number], StoredChunk>(
      `SELECT id, first, last, samples, bytes, data FROM chunk
       WHERE series = ? AND last >= ? AND first <= ? ORDER BY last`,
    ),
    chunk: db.prepare<[number], StoredChunk>('SELECT id, first, last, samples, bytes, data FROM chunk WHERE id = ?'),
    anyRawFrom: db.prepare<[], number>(`SELECT value FROM meta WHERE key = '${RAW_FROM}'`).pluck(),
    rawFrom: db.prepare<[number], number>('SELECT raw_from FROM series WHERE ref = ?').pluck(),
    tierRows: db.prepare<[number, number, number, number], StoredTierRow>(
      `SELECT id, first, last, buckets, data FROM tier_chunk
       WHERE series = ? AND tier = ? AND last >= ? AND first <= ? ORDER BY last`,
    ),
    tierRowBefore: db.prepare<[number, number, number], StoredTierRow>(
      `SELECT id, first, last, buckets, data FROM tier_chunk
       WHERE series = ? AND tier = ? AND first <= ? ORDER BY last DESC LIMIT 1`,
    ),
    firstAfter: db
      .prepare<[number, number], number | null>('SELECT min(first) FROM chunk WHERE series = ? AND last > ?')
      .pluck(),
    staleFrom: db.prepare<[number], number>('SELECT first FROM stale_tier WHERE series = ?').pluck(),
    tierFirst: db
      .prepare<[number, number], number>(
        'SELECT first FROM tier_chunk WHERE series = ? AND tier = ? ORDER BY last LIMIT 1',
      )
      .pluck(),
    tierLast: db
      .prepare<[number, number], number | null>('SELECT max(last) FROM tier_chunk WHERE series = ? AND tier = ?')
      .pluck(),
    chunksAfter: db.prepare<[number, number], StoredChunk & { series: number }>(
      'SELECT id, series, first, last, samples, bytes, data FROM chunk WHERE id > ? ORDER BY id LIMIT ?',
    ),
    tierRowsAfter: db.prepare<[number, number], StoredTierRow & { series: number; tier: number }>(
      'SELECT id, series, tier, first, last, buckets, data FROM tier_chunk WHERE id > ? ORDER BY id LIMIT ?',
    ),
    quickCheck: db.prepare<[], string>(`SELECT quick_check FROM pragma_quick_check LIMIT ${FAULTS_MAX}`).pluck(),
    fileTotals: db.prepare<[], FileTotals>(
      `SELECT page_size AS pageBytes, page_count AS pages, freelist_count AS freePages,
         (SELECT count(*) FROM series) AS series
       FROM pragma_page_size, pragma_page_count, pragma_freelist_count`,
    ),
    tierTotals: db.prepare<[], TierTotals>(
      `SELECT 0 AS tier, count(*) AS rows, sum(samples) AS count, sum(bytes) AS bytes, min(first) AS first,
         max(last) AS last FROM chunk HAVING count(*) > 0
       UNION ALL SELECT tier, count(*), sum(buckets), sum(bytes), min(first), max(last) FROM tier_chunk GROUP BY tier`,
    ),
    seriesTotals: db.prepare<[], SeriesTotals>(
      `SELECT labels, sum(samples) AS samples, sum(bytes) AS bytes FROM (
         SELECT series, sum(samples) AS samples, sum(bytes) AS bytes FROM chunk GROUP BY series
         UNION ALL SELECT series, 0, sum(bytes) FROM tier_chunk GROUP BY series
       ) JOIN series ON ref = series GROUP BY ref`,
    ),
    places: db.prepare<[number], ChunkPlace>(
      'SELECT id, first, last, samples, bytes FROM chunk WHERE series = ? ORDER BY last',
    ),
  }
}
