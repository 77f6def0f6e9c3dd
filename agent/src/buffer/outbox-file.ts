import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { LANES, type Lane } from '@eyenet/shared/wire'
import { Database, type SqliteDatabase } from '../sqlite/sqlite.ts'
import { addChecksums, verifyOutbox } from './outbox-check.ts'

/** A message's key is its lane times this, plus its first sequence number: one B-tree, ordered by lane and age. */
const LANE_SPAN = 2 ** 48
const PAGE_BYTES = 4096
/** Another process may read, or be told to back up; the event loop must not stand still for long. */
const BUSY_MS = 100
/** The write-ahead log is folded in after this many pages (4 MiB), earlier where the quota is small. */
const CHECKPOINT_PAGES = 1000
/** A file up to this size has its structure checked at each start: some 0.1 s. A larger one once it made trouble. */
const ALWAYS_CHECK_BYTES = 64 * 2 ** 20

export type OutboxDatabase = SqliteDatabase

export type OutboxFileOptions = {
  readonly file: string
  readonly maxBytes: number
  readonly synchronous: 'full' | 'normal'
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL, crc INTEGER) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS lane (
    lane INTEGER PRIMARY KEY, next INTEGER NOT NULL, reserved INTEGER NOT NULL, dropped INTEGER NOT NULL, crc INTEGER);
  CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY, labels TEXT NOT NULL UNIQUE, known INTEGER NOT NULL, crc INTEGER);
  CREATE TABLE IF NOT EXISTS message (
    key INTEGER PRIMARY KEY, last INTEGER NOT NULL, merged INTEGER NOT NULL, samples INTEGER NOT NULL,
    since INTEGER NOT NULL, until INTEGER NOT NULL, body BLOB NOT NULL, crc INTEGER);
  CREATE TABLE IF NOT EXISTS loss (
    lane INTEGER NOT NULL, reason TEXT NOT NULL, device TEXT NOT NULL, samples INTEGER NOT NULL,
    since INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (lane, reason, device)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS loss_total (reason TEXT PRIMARY KEY, samples INTEGER NOT NULL) WITHOUT ROWID;
`

/** An older agent that is put in place again changes lanes and not their checksums: those rows then go without. */
const LEFT_UNCHECKED = `
  CREATE TRIGGER IF NOT EXISTS lane_unchecked AFTER UPDATE OF next, reserved, dropped ON lane
  WHEN NEW.crc IS OLD.crc AND (NEW.next, NEW.reserved, NEW.dropped) IS NOT (OLD.next, OLD.reserved, OLD.dropped)
  BEGIN UPDATE lane SET crc = NULL WHERE lane = NEW.lane; END;
`

/** Opens or makes the outbox. One that is damaged is put aside under another name, which `damaged` tells. */
export function openOutboxFile(options: OutboxFileOptions): { database: OutboxDatabase; damaged?: string } {
  try {
    return { database: openOnce(options) }
  } catch (thrown) {
    const failsCheck = thrown instanceof EyeNetError && thrown.code === 'invalid'
    if (!failsCheck && !isDamage(thrown) && !hasBadHead(thrown, options.file)) {
      throw notOpened(options, thrown)
    }
  }
  return putAside(options)
}

/** Moves the file away and begins a new one. */
export function putAside(options: OutboxFileOptions): { database: OutboxDatabase; damaged: string } {
  const damaged = `${options.file}.damaged-${randomBytes(4).toString('hex')}`
  renameSync(options.file, damaged)
  for (const end of ['-wal', '-shm']) moveIfThere(`${options.file}${end}`, `${damaged}${end}`)
  rmSync(suspicionOf(options.file), { force: true })
  try {
    return { database: openOnce(options), damaged }
  } catch (thrown) {
    throw notOpened(options, thrown)
  }
}

export function notOpened({ file }: OutboxFileOptions, cause: unknown): EyeNetError {
  return new EyeNetError('unavailable', `cannot open the outbox ${file}: ${messageOf(cause)}`, { cause })
}

/** After trouble within a running agent: the next start looks the whole file through. */
export function suspect(file: string): void {
  try {
    writeFileSync(suspicionOf(file), '')
  } catch {
    // The disk takes nothing: the trouble comes again, and then it may.
  }
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

/** Writes one page that stays as it is. Throws what SQLite says where the disk does not take it. */
export function tryDisk(database: OutboxDatabase): void {
  cutLog(database)
  database.exec('UPDATE lane SET next = next WHERE lane = 0')
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
  const isSuspect = existsSync(suspicionOf(file))
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
    addChecksums(database)
    database.exec(LEFT_UNCHECKED)
    verifyOutbox(database, isSuspect || statSync(file).size <= ALWAYS_CHECK_BYTES)
    rmSync(suspicionOf(file), { force: true })
    return database
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

function suspicionOf(file: string): string {
  return `${file}.suspect`
}

/** Whether SQLite says that the file holds something else than was written. */
export function isDamage(thrown: unknown): boolean {
  return thrown instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(thrown.code)
}

/** A damaged head of a file or a damaged schema reads as another format, or as one that must not be written. */
function hasBadHead(thrown: unknown, file: string): boolean {
  if (!(thrown instanceof Database.SqliteError)) return false
  if (thrown.code === 'SQLITE_ERROR') return true
  // A disk that fails now makes SQLite open a file for reading only as well: that file is sound.
  if (thrown.code !== 'SQLITE_READONLY') return false
  const [write, read] = formatsOf(file)
  return !FORMATS.has(write) || !FORMATS.has(read)
}

/** Rollback journal and write-ahead log (SQLite's file format, 1.3.3). */
const FORMATS: ReadonlySet<number | undefined> = new Set([1, 2])

/** The file format's versions for writing and for reading; sound ones where the disk does not give them now. */
function formatsOf(file: string): readonly (number | undefined)[] {
  try {
    const head = Buffer.alloc(2)
    const opened = openSync(file, 'r')
    try {
      readSync(opened, head, { position: 18 })
    } finally {
      closeSync(opened)
    }
    return [...head]
  } catch {
    return [...FORMATS]
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch {
    // It is not there: SQLite had folded it in.
  }
}
