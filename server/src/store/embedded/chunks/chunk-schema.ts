import type { SqliteDatabase } from '../../../sqlite/sqlite.ts'
import { chunkSamples } from './chunk.ts'

/** The key of the latest raw_from of all series; there is none while no samples have been removed. */
export const RAW_FROM = 'raw_from'

/** Version of the tables. 1 had an open chunk for each series in a table of its own. */
export const SCHEMA_FORMAT = 2

// Chunks are appended, which fills their pages; the indexes answer where they are without touching the bytes.
const TABLES = `
  CREATE TABLE series (
    ref INTEGER PRIMARY KEY, labels TEXT NOT NULL,
    -- Raw samples before this time have been removed, wholly or in part.
    raw_from INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  -- In the order they were written: at equal times the higher id wins.
  CREATE TABLE chunk (
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    samples INTEGER NOT NULL, bytes INTEGER NOT NULL, data BLOB NOT NULL
  ) STRICT;
  CREATE INDEX chunk_place ON chunk (series, last, first, samples, bytes);
  -- Buckets of resolution tier (milliseconds); they cover first <= time <= last.
  CREATE TABLE tier_chunk (
    id INTEGER PRIMARY KEY, tier INTEGER NOT NULL, series INTEGER NOT NULL, first INTEGER NOT NULL,
    last INTEGER NOT NULL, buckets INTEGER NOT NULL, bytes INTEGER NOT NULL, data BLOB NOT NULL
  ) STRICT;
  CREATE INDEX tier_place ON tier_chunk (series, tier, last, first, buckets, bytes);
  -- Times at which samples came after the tiers were made; they are in chunks from number since on.
  CREATE TABLE stale_tier (
    series INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, since INTEGER NOT NULL
  ) STRICT;
`
const MARKS = `
  CREATE TABLE mark (
    source TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (source, first)
  ) STRICT, WITHOUT ROWID;
`
const META = 'CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID'

/** Makes the tables of a new file, or brings those of an older version up to date. Throws for a newer version. */
export function prepareSchema(db: SqliteDatabase): void {
  const format = formatOf(db)
  if (format === SCHEMA_FORMAT) return
  if (format > SCHEMA_FORMAT) {
    throw new Error(`its format is ${format}, this program knows up to ${SCHEMA_FORMAT}; run the newer version`)
  }
  db.transaction(() => {
    if (format === 0) db.exec(`${META}; ${MARKS}; ${TABLES}`)
    else migrateFrom1(db)
    db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run('format', SCHEMA_FORMAT)
  })()
}

/** 0 for a file without tables. */
export function formatOf(db: SqliteDatabase): number {
  const tables = db.prepare<[], number>("SELECT count(*) FROM sqlite_master WHERE name = 'meta'").pluck().get()
  if (tables === 0) return 0
  return db.prepare<[], number>("SELECT value FROM meta WHERE key = 'format'").pluck().get() ?? 0
}

function migrateFrom1(db: SqliteDatabase): void {
  db.function('chunk_samples', { deterministic: true }, (data: unknown) =>
    Buffer.isBuffer(data) ? chunkSamples(data) : 0,
  )
  db.exec(`
    ALTER TABLE chunk RENAME TO chunk_1;
    DROP INDEX chunk_of_series;
    ALTER TABLE series RENAME TO series_1;
    ${TABLES}
    INSERT INTO series (ref, labels) SELECT ref, labels FROM series_1;
    INSERT INTO chunk SELECT id, series, first, last, chunk_samples(data), length(data), data
      FROM chunk_1 ORDER BY id;
    INSERT INTO chunk (series, first, last, samples, bytes, data)
      SELECT series, max(first, sealed_to + 1), last, chunk_samples(data), length(data), data FROM open_chunk
      WHERE data IS NOT NULL ORDER BY series;
    DROP TABLE chunk_1; DROP TABLE series_1; DROP TABLE open_chunk;
  `)
}
