import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { Labels } from '@eyenet/shared/identity'
import { z } from 'zod'
import { Database, type SqliteDatabase } from '../../sqlite/sqlite.ts'
import type { Mark, SeqRange } from '../metric-store.ts'

const FORMAT = 1

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  -- The day, counted from 1970, on which a series last had a sample.
  CREATE TABLE IF NOT EXISTS series (ref INTEGER PRIMARY KEY, labels TEXT NOT NULL, day INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS mark (
    source TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (source, first)
  ) STRICT, WITHOUT ROWID;
  -- What of a log segment the engine has not for certain, known up to the byte known_to; all behind that may be there.
  CREATE TABLE IF NOT EXISTS debt (segment INTEGER PRIMARY KEY, known_to INTEGER NOT NULL, spans TEXT NOT NULL) STRICT;
  -- Samples of this series in segments before this one were deleted.
  CREATE TABLE IF NOT EXISTS tombstone (ref INTEGER PRIMARY KEY, segment INTEGER NOT NULL) STRICT;
`

const SavedSpans = z.array(z.tuple([z.number(), z.number(), z.enum(['owed', 'maybe'])]))

/** What is saved of one segment: pieces as first byte, byte after the last, and whether they may have arrived. */
export type SavedDebt = { readonly segment: number; readonly knownTo: number; readonly spans: SavedSpan[] }
export type SavedSpan = [from: number, to: number, kind: 'owed' | 'maybe']

type SeriesRow = { readonly ref: number; readonly labels: Labels; readonly day: number }

/** The SQLite file beside the log: names, marks, and how far the engine is. Synchronous. One process at a time. */
export class ForwardDatabase {
  readonly #db: SqliteDatabase
  readonly #run: ReturnType<typeof prepare>

  private constructor(db: SqliteDatabase) {
    this.#db = db
    this.#run = prepare(db)
  }

  /** EyeNetError `unavailable` when it cannot be opened, is in use, or was written by a newer version. */
  static open(path: string): ForwardDatabase {
    let db: SqliteDatabase | undefined
    try {
      db = new Database(path, { timeout: 1000 })
      for (const pragma of ['locking_mode = EXCLUSIVE', 'journal_mode = WAL']) db.pragma(pragma)
      db.exec(SCHEMA)
      const opened = new ForwardDatabase(db)
      const format = opened.#meta('format') ?? FORMAT
      if (format > FORMAT) throw new Error(`its format is ${format}, this program knows up to ${FORMAT}`)
      opened.#run.saveMeta.run('format', FORMAT)
      return opened
    } catch (cause) {
      db?.close()
      const advice = 'check its rights, that no other server uses it, and that this is the newest version'
      throw new EyeNetError('unavailable', `cannot open ${path}: ${messageOf(cause)}; ${advice}`, { cause })
    }
  }

  /** Runs `work` as one transaction; `durable` waits until it is on disk. */
  transaction(durability: 'durable' | 'later', work: () => void): void {
    this.#db.pragma(`synchronous = ${durability === 'durable' ? 'FULL' : 'NORMAL'}`)
    this.#db.transaction(work)()
  }

  /** Number of the first segment whose names and marks are not all in this database. */
  get namesFrom(): number {
    return this.#meta('names_from') ?? 0
  }

  saveNamesFrom(segment: number): void {
    this.#run.saveMeta.run('names_from', segment)
  }

  series(): readonly SeriesRow[] {
    return this.#run.series.all().map(({ labels, ...row }) => ({ ...row, labels: JSON.parse(labels) }))
  }

  saveSeries({ ref, labels, day }: SeriesRow): void {
    this.#run.saveSeries.run(ref, JSON.stringify(labels), day)
  }

  dropSeries(ref: number): void {
    this.#run.dropSeries.run(ref)
  }

  marks(): readonly Mark[] {
    return this.#run.marks.all()
  }

  saveMarks(source: string, ranges: readonly SeqRange[]): void {
    this.#run.dropMarks.run(source)
    for (const { first, last } of ranges) this.#run.addMark.run(source, first, last)
  }

  debt(): readonly SavedDebt[] {
    const rows = this.#run.debt.all()
    return rows.map(({ segment, known_to, spans }) => ({
      ...{ segment, knownTo: known_to },
      spans: SavedSpans.parse(JSON.parse(spans)),
    }))
  }

  saveDebt({ segment, knownTo, spans }: SavedDebt): void {
    this.#run.saveDebt.run(segment, knownTo, JSON.stringify(spans))
  }

  dropDebt(segment: number): void {
    this.#run.dropDebt.run(segment)
  }

  tombstones(): ReadonlyMap<number, number> {
    return new Map(this.#run.tombstones.all().map(({ ref, segment }) => [ref, segment]))
  }

  saveTombstone(ref: number, segment: number): void {
    this.#run.saveTombstone.run(ref, segment)
  }

  dropTombstones(before: number): void {
    this.#run.dropTombstones.run(before)
  }

  close(): void {
    this.#db.close()
  }

  #meta(key: string): number | undefined {
    return this.#run.meta.get(key)
  }
}

function prepare(db: SqliteDatabase) {
  return {
    meta: db.prepare<[string], number>('SELECT value FROM meta WHERE key = ?').pluck(),
    saveMeta: db.prepare<[string, number]>('INSERT OR REPLACE INTO meta VALUES (?, ?)'),
    series: db.prepare<[], { ref: number; labels: string; day: number }>('SELECT * FROM series ORDER BY ref'),
    saveSeries: db.prepare<[number, string, number]>('INSERT OR REPLACE INTO series VALUES (?, ?, ?)'),
    dropSeries: db.prepare<[number]>('DELETE FROM series WHERE ref = ?'),
    marks: db.prepare<[], Mark>('SELECT source, first, last FROM mark ORDER BY source, first'),
    dropMarks: db.prepare<[string]>('DELETE FROM mark WHERE source = ?'),
    addMark: db.prepare<[string, number, number]>('INSERT INTO mark VALUES (?, ?, ?)'),
    debt: db.prepare<[], { segment: number; known_to: number; spans: string }>('SELECT * FROM debt ORDER BY segment'),
    saveDebt: db.prepare<[number, number, string]>('INSERT OR REPLACE INTO debt VALUES (?, ?, ?)'),
    dropDebt: db.prepare<[number]>('DELETE FROM debt WHERE segment = ?'),
    tombstones: db.prepare<[], { ref: number; segment: number }>('SELECT ref, segment FROM tombstone'),
    saveTombstone: db.prepare<[number, number]>('INSERT OR REPLACE INTO tombstone VALUES (?, ?)'),
    dropTombstones: db.prepare<[number]>('DELETE FROM tombstone WHERE segment <= ?'),
  }
}
