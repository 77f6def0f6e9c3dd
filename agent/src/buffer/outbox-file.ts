import { randomBytes } from 'node:crypto'
import { renameSync } from 'node:fs'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { OutboxEpoch } from '@eyenet/shared/identity'
import { LANES, type Lane } from '@eyenet/shared/wire'
import { Database, type SqliteDatabase } from '../sqlite/sqlite.ts'

/** A message's key is its lane times this, plus its first sequence number: one B-tree, ordered by lane and age. */
const LANE_SPAN = 2 ** 48
const PAGE_BYTES = 4096
/** Another process may read, or be told to back up; the event loop must not stand still for long. */
const BUSY_MS = 100
/** The write-ahead log is folded in after this many pages (4 MiB), earlier where the quota is small. */
const CHECKPOINT_PAGES = 1000

export type OutboxDatabase = SqliteDatabase

export type OutboxFileOptions = {
  readonly file: string
  readonly maxBytes: number
  readonly synchronous: 'full' | 'normal'
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS lane (
    lane INTEGER PRIMARY KEY, next INTEGER NOT NULL, reserved INTEGER NOT NULL, dropped INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, labels TEXT NOT NULL UNIQUE, known INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS message (
    key INTEGER PRIMARY KEY, last INTEGER NOT NULL, merged INTEGER NOT NULL, samples INTEGER NOT NULL,
    since INTEGER NOT NULL, until INTEGER NOT NULL, body BLOB NOT NULL);
`

/** Opens or makes the outbox. One that is damaged is put aside under another name, which `damaged` tells. */
export function openOutboxFile(options: OutboxFileOptions): { database: OutboxDatabase; damaged?: string } {
  try {
    return { database: openOnce(options) }
  } catch (thrown) {
    if (!isDamage(thrown)) {
      throw new EyeNetError('unavailable', `cannot open the outbox ${options.file}: ${messageOf(thrown)}`, {
        cause: thrown,
      })
    }
  }
  const damaged = `${options.file}.damaged-${randomBytes(4).toString('hex')}`
  renameSync(options.file, damaged)
  for (const end of ['-wal', '-shm']) moveIfThere(`${options.file}${end}`, `${damaged}${end}`)
  return { database: openOnce(options), damaged }
}

/** The epoch of the file; a new random one where it has none. */
export function epochOf(database: OutboxDatabase): OutboxEpoch {
  const kept = database.prepare(`SELECT value FROM meta WHERE name = 'epoch'`).pluck().get()
  return kept === undefined ? renewEpoch(database) : OutboxEpoch.parse(kept)
}

/** Begins a new epoch: the server then takes every number for new. */
export function renewEpoch(database: OutboxDatabase): OutboxEpoch {
  const epoch = OutboxEpoch.parse(randomBytes(8).toString('hex'))
  database.prepare(`INSERT OR REPLACE INTO meta (name, value) VALUES ('epoch', ?)`).run(epoch)
  return epoch
}

export function keyOf(lane: Lane, seq: number): number {
  return LANES.indexOf(lane) * LANE_SPAN + seq
}

/** Where a lane's keys end. */
export function laneEnd(lane: Lane): number {
  return (LANES.indexOf(lane) + 1) * LANE_SPAN
}

export function laneOf(key: number): Lane {
  return LANES[Math.floor(key / LANE_SPAN)] ?? 'events'
}

export function seqOf(key: number): number {
  return key % LANE_SPAN
}

/** Bytes of the pages that hold something. */
export function usedBytes(database: OutboxDatabase): number {
  const pages = Number(database.pragma('page_count', { simple: true }))
  const free = Number(database.pragma('freelist_count', { simple: true }))
  return (pages - free) * PAGE_BYTES
}

/** Folds the write-ahead log in and cuts it, which may free just the space that is missing. */
export function cutLog(database: OutboxDatabase): void {
  try {
    database.pragma('wal_checkpoint(TRUNCATE)')
  } catch (thrown) {
    if (!isDiskTrouble(thrown)) throw thrown
  }
}

/** An error of SQLite with its code, such as SQLITE_FULL. */
export type SqliteFailure = Error & { readonly code: string }

/** Whether SQLite failed for what the disk did: it is full, or does not take writes now. */
export function isDiskTrouble(thrown: unknown): thrown is SqliteFailure {
  return (
    thrown instanceof Database.SqliteError &&
    /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|BUSY|LOCKED|PERM)/.test(thrown.code)
  )
}

function openOnce({ file, maxBytes, synchronous }: OutboxFileOptions): OutboxDatabase {
  const database = new Database(file, { timeout: BUSY_MS })
  try {
    const maxPages = Math.floor(maxBytes / PAGE_BYTES)
    // Both only act on a file that is still empty.
    database.pragma(`page_size = ${PAGE_BYTES}`)
    database.pragma('auto_vacuum = INCREMENTAL')
    database.pragma('journal_mode = WAL')
    database.pragma(`synchronous = ${synchronous}`)
    database.pragma(`max_page_count = ${maxPages}`)
    database.pragma(`wal_autocheckpoint = ${Math.min(CHECKPOINT_PAGES, Math.ceil(maxPages / 8))}`)
    database.pragma(`journal_size_limit = ${CHECKPOINT_PAGES * PAGE_BYTES}`)
    database.pragma('cache_size = -1024')
    database.exec(SCHEMA)
    const lane = database.prepare('INSERT OR IGNORE INTO lane (lane, next, reserved, dropped) VALUES (?, 1, 0, 0)')
    for (const index of LANES.keys()) lane.run(index)
    return database
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

function isDamage(thrown: unknown): boolean {
  return thrown instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(thrown.code)
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch {
    // It is not there: SQLite had folded it in.
  }
}
