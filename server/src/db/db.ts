/**
 * The control-plane database: everything but samples. This room opens the file, brings its schema up to date and types
 * its tables; what the rows mean is their room's. Several processes may have it open at once (server and command line).
 */
import { closeSync, openSync } from 'node:fs'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { Kysely, SqliteDialect } from 'kysely'
import { Database, type SqliteDatabase } from '../sqlite/sqlite.ts'
import { migrate } from './migrate.ts'
import type { Tables } from './tables.ts'

export type * from './tables/alerting.ts'
export type * from './tables/anomalies.ts'
export type * from './tables/auth.ts'
export type * from './tables/certificates.ts'
export type * from './tables/configuration.ts'
export type * from './tables/discovery.ts'
export type * from './tables/fleet.ts'
export type * from './tables/incidents.ts'
export type * from './tables/inventory.ts'
export type * from './tables/ledger.ts'
export type * from './tables/models.ts'
export type * from './tables/topology.ts'
export type { Tables } from './tables.ts'

/** Release it with `destroy()`. */
export type ControlDb = Kysely<Tables>

/** How long a process waits for another one's transaction. */
const BUSY_TIMEOUT_MS = 5_000
/** Bounds the write-ahead log's file after a checkpoint. */
const JOURNAL_LIMIT_BYTES = 16 * 1024 * 1024
/** "EYEN": tells the file from any other SQLite database. */
const APPLICATION_ID = 0x4559454e

/**
 * Opens the database, makes it when it is not there (readable by its owner alone: it holds keys and hashes), and runs the
 * migrations that are missing. Refuses a file that a newer EyeNet or another program wrote.
 */
export async function openDatabase(file: string): Promise<ControlDb> {
  const sqlite = openSqlite(file)
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: writingTransactions(sqlite) }) })
  try {
    await migrate(db, file)
    return db
  } catch (thrown) {
    await db.destroy()
    throw thrown
  }
}

/**
 * Each transaction takes the write lock when it begins and so waits for another process. Begun as a reader it would fail
 * at once (SQLITE_BUSY_SNAPSHOT) where the other one wrote in between.
 */
function writingTransactions(sqlite: SqliteDatabase) {
  return {
    prepare: (statement: string) => sqlite.prepare(statement === 'begin' ? 'begin immediate' : statement),
    close: () => {
      sqlite.close()
    },
  }
}

function openSqlite(file: string): SqliteDatabase {
  let sqlite: SqliteDatabase | undefined
  try {
    if (file !== ':memory:') closeSync(openSync(file, 'a', 0o600))
    sqlite = new Database(file, { timeout: BUSY_TIMEOUT_MS })
    claim(sqlite, file)
    // A copy taken by SQLite's own backup, or of file and WAL together, is whole: commits reach the disk in order.
    sqlite.pragma('journal_mode = WAL')
    sqlite.pragma('synchronous = FULL')
    sqlite.pragma('foreign_keys = ON')
    sqlite.pragma('trusted_schema = OFF')
    sqlite.pragma('secure_delete = ON')
    sqlite.pragma(`journal_size_limit = ${JOURNAL_LIMIT_BYTES}`)
    return sqlite
  } catch (thrown) {
    sqlite?.close()
    if (thrown instanceof EyeNetError) throw thrown
    const reason = messageOf(thrown)
    throw new EyeNetError(
      'unavailable',
      `cannot open the database ${file}: ${reason}. Check the folder and its owner.`,
      {
        cause: thrown,
      },
    )
  }
}

function claim(sqlite: SqliteDatabase, file: string): void {
  const found = sqlite.pragma('application_id', { simple: true })
  if (found === APPLICATION_ID) return
  const tables = sqlite.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()
  if (found !== 0 || tables !== 0) {
    throw new EyeNetError(
      'conflict',
      `${file} is not a database of EyeNet: give another folder, or move the file away.`,
    )
  }
  sqlite.pragma(`application_id = ${APPLICATION_ID}`)
}
