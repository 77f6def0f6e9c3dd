import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { Labels } from '@eyenet/shared/identity'
import { Database, type SqliteDatabase } from '../../../sqlite/sqlite.ts'
import type { SeqRange } from '../../metric-store.ts'
import type { Extent } from '../heads/series.ts'
import { ChunkReader } from './chunk-reader.ts'
import { prepareSchema, RAW_FROM } from './chunk-schema.ts'

// A full chunk takes 60 to 6,000 bytes: large pages waste less of their ends.
const PAGE_BYTES = 32_768
// Copying this many pages back from the WAL stays near 10 ms.
const CHECKPOINT_PAGES = 256
// A long query keeps the WAL from being used again; afterwards it shrinks to this.
const WAL_BYTES = 1 << 26
// Free pages that stay: of those in use one in so many.
const SPARE_SHARE = 20
// Moved in one turn.
const SHRINK_PAGES = 32

type ExtentRow = { readonly series: number } & Extent
export type MarkRow = { readonly source: string } & SeqRange
type Span = { readonly first: number; readonly last: number }
export type NewTierRow = Span & { readonly buckets: number; readonly data: Buffer }
export type StaleTier = Span & { readonly since: number }
export type NewChunk = Span & { readonly samples: number; readonly data: Buffer }

// Pages copied in one turn: a few milliseconds.
const BACKUP_PAGES = 128

/** The writer's connection to the SQLite file that keeps chunks, series and marks. Everything is synchronous. */
export class ChunkDatabase {
  readonly reader: ChunkReader
  readonly #db: SqliteDatabase
  readonly #statements: ReturnType<typeof prepare>
  /** What the connection is set to. */
  #durability: 'durable' | 'later' | undefined

  private constructor(db: SqliteDatabase) {
    this.#db = db
    this.#statements = prepare(db)
    this.reader = new ChunkReader(db)
  }

  /**
   * The caller holds the store's lock. EyeNetError `unavailable` when the file cannot be opened or was written by a newer
   * version.
   */
  static open(path: string): ChunkDatabase {
    let db: SqliteDatabase | undefined
    try {
      db = new Database(path, { timeout: 1000 })
      db.pragma(`page_size = ${PAGE_BYTES}`)
      db.pragma('auto_vacuum = INCREMENTAL')
      db.pragma('journal_mode = WAL')
      db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
      db.pragma(`journal_size_limit = ${WAL_BYTES}`)
      prepareSchema(db)
      return new ChunkDatabase(db)
    } catch (cause) {
      db?.close()
      const sentence = `cannot open the metric database ${path}: ${messageOf(cause)}; check its rights and the disk`
      throw new EyeNetError('unavailable', sentence, { cause })
    }
  }

  /** Runs `work` as one transaction; `durable` waits until it is on disk. */
  transaction(durability: 'durable' | 'later', work: () => void): void {
    if (durability !== this.#durability) {
      this.#db.pragma(`synchronous = ${durability === 'durable' ? 'FULL' : 'NORMAL'}`)
      this.#durability = durability
    }
    this.#db.transaction(work)()
  }

  /** Copies the file as it is at the end, a part in each turn of the event loop; transactions go on meanwhile. */
  async backup(path: string): Promise<void> {
    await this.#db.backup(path, { progress: () => BACKUP_PAGES })
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

  /** Of all series that have something on disk. */
  extents(): Map<number, Extent> {
    return new Map(this.#statements.extents.all().map(({ series, first, last }) => [series, { first, last }]))
  }

  /** Of one series; undefined when it has nothing on disk. */
  extent(ref: number): Extent | undefined {
    return filled(this.#statements.extent.get(ref, ref))
  }

  /** Answers its number. */
  addChunk(ref: number, { first, last, samples, data }: NewChunk): number {
    const { lastInsertRowid } = this.#statements.addChunk.run(ref, first, last, samples, data.length, data)
    return Number(lastInsertRowid)
  }

  dropChunk(id: number): void {
    this.#statements.dropChunk.run(id)
  }

  /** Removes the chunks that end before `before`, and says so of the series; answers how many. */
  expireChunks(ref: number, before: number): number {
    const last = this.#statements.lastBefore.get(ref, before)
    if (last === undefined || last === null) return 0
    this.#statements.saveRawFrom.run(last + 1, ref)
    this.#statements.saveMeta.run(RAW_FROM, Math.max(last + 1, this.#statements.meta.get(RAW_FROM) ?? 0))
    return this.#statements.expireChunks.run(ref, before).changes
  }

  /** Where the samples of all series begin and end; undefined when there are none. */
  rawSpan(): Span | undefined {
    return filled(this.#statements.rawSpan.get())
  }

  /** Where the tiers of all series begin and end. */
  tiersSpan(): Span | undefined {
    return filled(this.#statements.tiersSpan.get())
  }

  addTierRow(ref: number, tier: number, { first, last, buckets, data }: NewTierRow): void {
    this.#statements.addTierRow.run(tier, ref, first, last, buckets, data.length, data)
  }

  dropTierRow(id: number): void {
    this.#statements.dropTierRow.run(id)
  }

  /** Removes the rows of a tier that end before `before`; answers how many. */
  expireTier(ref: number, tier: number, before: number): number {
    return this.#statements.expireTier.run(ref, tier, before).changes
  }

  /** Up to this time the tiers are made, or being made: samples that come before it make them stale. */
  get rolledTo(): number {
    return this.#statements.meta.get('rolled_to') ?? 0
  }

  saveRolledTo(time: number): void {
    this.#statements.saveMeta.run('rolled_to', time)
  }

  /** Remembers that chunks from number `since` on have samples from first to last that the tiers may not have. */
  saveStaleTier(ref: number, { first, last, since }: StaleTier): void {
    this.#statements.saveStale.run(ref, first, last, since)
  }

  dropStaleTier(ref: number): void {
    this.#statements.dropStale.run(ref)
  }

  staleTier(ref: number): StaleTier | undefined {
    return this.#statements.staleTier.get(ref)
  }

  staleSeries(): number[] {
    return this.#statements.staleSeries.all()
  }

  dropSamples(ref: number): void {
    this.#statements.dropChunks.run(ref)
    this.#statements.dropTiers.run(ref)
    this.#statements.dropStale.run(ref)
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
    return this.#statements.meta.get('log_from') ?? 0
  }

  saveLogFrom(segment: number): void {
    this.#statements.saveMeta.run('log_from', segment)
  }

  /** Bytes in use, without pages that wait to be used again. */
  get bytes(): number {
    return (this.#pragma('page_count') - this.#pragma('freelist_count')) * this.#pragma('page_size')
  }

  /** Rewrites the file without gaps; needs as much room again meanwhile. */
  vacuum(): void {
    this.#db.exec('VACUUM')
    this.#db.pragma('wal_checkpoint(TRUNCATE)')
  }

  /** Gives some free pages back to the file system, keeping some for what comes; false when there are no more. */
  shrink(): boolean {
    const [pages, free] = [this.#pragma('page_count'), this.#pragma('freelist_count')]
    const spare = free - Math.ceil((pages - free) / SPARE_SHARE)
    if (spare <= 0 || this.#pragma('auto_vacuum') === 0) return false
    this.#db.pragma(`incremental_vacuum(${Math.min(spare, SHRINK_PAGES)})`)
    return this.#pragma('freelist_count') < free
  }

  close(): void {
    this.#db.close()
  }

  #pragma(name: string): number {
    return Number(this.#db.pragma(name, { simple: true }))
  }
}

type SpanRow = { readonly first: number | null; readonly last: number | null }

function filled(row: SpanRow | undefined): Span | undefined {
  return row === undefined || row.first === null || row.last === null ? undefined : { first: row.first, last: row.last }
}

function prepare(db: SqliteDatabase) {
  return {
    meta: db.prepare<[string], number>('SELECT value FROM meta WHERE key = ?').pluck(),
    saveMeta: db.prepare<[string, number]>('INSERT OR REPLACE INTO meta VALUES (?, ?)'),
    allSeries: db.prepare<[], { ref: number; labels: string }>('SELECT ref, labels FROM series ORDER BY ref'),
    saveSeries: db.prepare<[number, string]>(
      'INSERT INTO series (ref, labels) VALUES (?, ?) ON CONFLICT (ref) DO UPDATE SET labels = excluded.labels',
    ),
    dropSeries: db.prepare<[number]>('DELETE FROM series WHERE ref = ?'),
    extents: db.prepare<[], ExtentRow>(
      `SELECT series, min(first) AS first, max(last) AS last FROM (
         SELECT series, min(first) AS first, max(last) AS last FROM chunk GROUP BY series
         UNION ALL SELECT series, min(first), max(last) FROM tier_chunk GROUP BY series
       ) GROUP BY series`,
    ),
    rawSpan: db.prepare<[], SpanRow>('SELECT min(last) AS first, max(last) AS last FROM chunk'),
    tiersSpan: db.prepare<[], SpanRow>('SELECT min(last) AS first, max(last) AS last FROM tier_chunk'),
    extent: db.prepare<[number, number], SpanRow>(
      `SELECT min(first) AS first, max(last) AS last FROM (
         SELECT min(first) AS first, max(last) AS last FROM chunk WHERE series = ?
         UNION ALL SELECT min(first), max(last) FROM tier_chunk WHERE series = ?
       )`,
    ),
    addChunk: db.prepare<[number, number, number, number, number, Buffer]>(
      'INSERT INTO chunk (series, first, last, samples, bytes, data) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    dropChunk: db.prepare<[number]>('DELETE FROM chunk WHERE id = ?'),
    lastBefore: db
      .prepare<[number, number], number | null>('SELECT max(last) FROM chunk WHERE series = ? AND last < ?')
      .pluck(),
    saveRawFrom: db.prepare<[number, number]>('UPDATE series SET raw_from = max(raw_from, ?) WHERE ref = ?'),
    addTierRow: db.prepare<[number, number, number, number, number, number, Buffer]>(
      'INSERT INTO tier_chunk (tier, series, first, last, buckets, bytes, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    dropTierRow: db.prepare<[number]>('DELETE FROM tier_chunk WHERE id = ?'),
    expireTier: db.prepare<[number, number, number]>(
      'DELETE FROM tier_chunk WHERE series = ? AND tier = ? AND last < ?',
    ),
    saveStale: db.prepare<[number, number, number, number]>(
      `INSERT INTO stale_tier VALUES (?, ?, ?, ?) ON CONFLICT (series) DO UPDATE SET
         first = min(first, excluded.first), last = max(last, excluded.last), since = min(since, excluded.since)`,
    ),
    staleTier: db.prepare<[number], StaleTier>('SELECT first, last, since FROM stale_tier WHERE series = ?'),
    staleSeries: db.prepare<[], number>('SELECT series FROM stale_tier ORDER BY series').pluck(),
    expireChunks: db.prepare<[number, number]>('DELETE FROM chunk WHERE series = ? AND last < ?'),
    dropChunks: db.prepare<[number]>('DELETE FROM chunk WHERE series = ?'),
    dropTiers: db.prepare<[number]>('DELETE FROM tier_chunk WHERE series = ?'),
    dropStale: db.prepare<[number]>('DELETE FROM stale_tier WHERE series = ?'),
    marks: db.prepare<[], MarkRow>('SELECT source, first, last FROM mark ORDER BY source, first'),
    dropMarks: db.prepare<[string]>('DELETE FROM mark WHERE source = ?'),
    addMark: db.prepare<[string, number, number]>('INSERT INTO mark VALUES (?, ?, ?)'),
  }
}
