import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { Labels } from '@eyenet/shared/identity'
import { Database, type SqliteDatabase } from '../../sqlite/sqlite.ts'
import type { SeqRange } from '../metric-store.ts'
import type { Extent } from './series.ts'

// A chunk takes 400 to 2,000 bytes: large pages waste less of their ends.
const PAGE_BYTES = 16_384
// Copying this many pages back from the WAL stays near 10 ms.
const CHECKPOINT_PAGES = 256
const FORMAT = 1

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS series (ref INTEGER PRIMARY KEY, labels TEXT NOT NULL) STRICT;
  -- Full and late chunks, in the order they were written: at equal times the higher id wins.
  CREATE TABLE IF NOT EXISTS chunk (
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, data BLOB NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS chunk_of_series ON chunk (series, last, first);
  -- One row per series: its extent, and the samples after its last full chunk.
  CREATE TABLE IF NOT EXISTS open_chunk (
    series INTEGER PRIMARY KEY, first INTEGER NOT NULL, sealed_to INTEGER NOT NULL, last INTEGER NOT NULL, data BLOB
  ) STRICT;
  CREATE TABLE IF NOT EXISTS mark (
    source TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (source, first)
  ) STRICT, WITHOUT ROWID;
`

type ExtentRow = { readonly series: number; readonly first: number; readonly sealed_to: number; readonly last: number }
export type MarkRow = { readonly source: string } & SeqRange

/** The SQLite file that keeps chunks, series and marks. Everything is synchronous. One process at a time. */
export class ChunkDatabase {
  readonly #db: SqliteDatabase
  readonly #statements: ReturnType<typeof prepare>

  private constructor(db: SqliteDatabase) {
    this.#db = db
    this.#statements = prepare(db)
  }

  /** EyeNetError `unavailable` when it cannot be opened, is in use, or was written by a newer version. */
  static open(path: string): ChunkDatabase {
    let db: SqliteDatabase | undefined
    try {
      db = new Database(path, { timeout: 1000 })
      db.pragma(`page_size = ${PAGE_BYTES}`)
      db.pragma('locking_mode = EXCLUSIVE')
      db.pragma('journal_mode = WAL')
      db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
      db.exec(SCHEMA)
      db.prepare('INSERT OR IGNORE INTO meta VALUES (?, ?)').run('format', FORMAT)
      const opened = new ChunkDatabase(db)
      const format = opened.#meta('format')
      if (format <= FORMAT) return opened
      throw new Error(`its format is ${format}, this program knows up to ${FORMAT}; run the newer version`)
    } catch (cause) {
      db?.close()
      throw new EyeNetError(
        'unavailable',
        `cannot open the metric database ${path}: ${messageOf(cause)}; check its rights and that no other server uses it`,
        { cause },
      )
    }
  }

  /** Runs `work` as one transaction; `durable` waits until it is on disk. */
  transaction(durability: 'durable' | 'later', work: () => void): void {
    this.#db.pragma(`synchronous = ${durability === 'durable' ? 'FULL' : 'NORMAL'}`)
    this.#db.transaction(work)()
  }

  allSeries(): { readonly ref: number; readonly labels: Labels }[] {
    return this.#statements.allSeries.all().map(({ ref, labels }) => ({ ref, labels: JSON.parse(labels) }))
  }

  saveSeries(ref: number, labels: Labels): void {
    this.#statements.saveSeries.run(ref, JSON.stringify(labels))
  }

  dropSeries(ref: number): void {
    this.#statements.dropSeries.run(ref)
  }

  extents(): Map<number, Extent> {
    const rows = this.#statements.extents.all()
    return new Map(rows.map((row) => [row.series, { first: row.first, sealedTo: row.sealed_to, openTo: row.last }]))
  }

  /** Chunks that overlap from..to, in the order they were written. */
  chunks(ref: number, from: number, to: number): Buffer[] {
    return this.#statements.chunks.all(ref, from, to)
  }

  addChunk(ref: number, span: { readonly first: number; readonly last: number }, data: Buffer): void {
    this.#statements.addChunk.run(ref, span.first, span.last, data)
  }

  openChunk(ref: number): Buffer | undefined {
    return this.#statements.openChunk.get(ref) ?? undefined
  }

  saveOpenChunk(ref: number, extent: Extent, data: Buffer | null): void {
    this.#statements.saveOpenChunk.run(ref, extent.first, extent.sealedTo, extent.openTo, data)
  }

  /** Changes what is said of a series and leaves its open chunk as it is. */
  saveExtent(ref: number, extent: Extent): void {
    this.#statements.saveExtent.run(extent.first, extent.sealedTo, ref)
  }

  /** Removes the chunks that end before `before`; answers how many. */
  expireChunks(ref: number, before: number): number {
    return this.#statements.expireChunks.run(ref, before).changes
  }

  dropSamples(ref: number): void {
    this.#statements.dropChunks.run(ref)
    this.#statements.dropOpenChunk.run(ref)
  }

  marks(): MarkRow[] {
    return this.#statements.marks.all()
  }

  saveMarks(source: string, ranges: readonly SeqRange[]): void {
    this.#statements.dropMarks.run(source)
    for (const { first, last } of ranges) this.#statements.addMark.run(source, first, last)
  }

  /** Number of the first log segment whose records are not in this database. */
  get logFrom(): number {
    return this.#meta('log_from')
  }

  saveLogFrom(segment: number): void {
    this.#statements.saveMeta.run('log_from', segment)
  }

  /** Bytes in use, without pages that wait to be used again. */
  get bytes(): number {
    const pages = Number(this.#db.pragma('page_count', { simple: true }))
    return (pages - Number(this.#db.pragma('freelist_count', { simple: true }))) * PAGE_BYTES
  }

  close(): void {
    this.#db.close()
  }

  #meta(key: string): number {
    return this.#statements.meta.get(key) ?? 0
  }
}

function prepare(db: SqliteDatabase) {
  return {
    meta: db.prepare<[string], number>('SELECT value FROM meta WHERE key = ?').pluck(),
    saveMeta: db.prepare<[string, number]>('INSERT OR REPLACE INTO meta VALUES (?, ?)'),
    allSeries: db.prepare<[], { ref: number; labels: string }>('SELECT ref, labels FROM series ORDER BY ref'),
    saveSeries: db.prepare<[number, string]>('INSERT OR REPLACE INTO series VALUES (?, ?)'),
    dropSeries: db.prepare<[number]>('DELETE FROM series WHERE ref = ?'),
    extents: db.prepare<[], ExtentRow>('SELECT series, first, sealed_to, last FROM open_chunk'),
    chunks: db
      .prepare<[number, number, number], Buffer>(
        'SELECT data FROM chunk WHERE series = ? AND last >= ? AND first <= ? ORDER BY id',
      )
      .pluck(),
    addChunk: db.prepare<[number, number, number, Buffer]>(
      'INSERT INTO chunk (series, first, last, data) VALUES (?, ?, ?, ?)',
    ),
    openChunk: db.prepare<[number], Buffer | null>('SELECT data FROM open_chunk WHERE series = ?').pluck(),
    saveOpenChunk: db.prepare<[number, number, number, number, Buffer | null]>(
      'INSERT OR REPLACE INTO open_chunk (series, first, sealed_to, last, data) VALUES (?, ?, ?, ?, ?)',
    ),
    saveExtent: db.prepare<[number, number, number]>('UPDATE open_chunk SET first = ?, sealed_to = ? WHERE series = ?'),
    expireChunks: db.prepare<[number, number]>('DELETE FROM chunk WHERE series = ? AND last < ?'),
    dropChunks: db.prepare<[number]>('DELETE FROM chunk WHERE series = ?'),
    dropOpenChunk: db.prepare<[number]>('DELETE FROM open_chunk WHERE series = ?'),
    marks: db.prepare<[], MarkRow>('SELECT source, first, last FROM mark ORDER BY source, first'),
    dropMarks: db.prepare<[string]>('DELETE FROM mark WHERE source = ?'),
    addMark: db.prepare<[string, number, number]>('INSERT INTO mark VALUES (?, ?, ?)'),
  }
}
