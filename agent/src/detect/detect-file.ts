import { rmSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { messageOf } from '@eyenet/shared/errors'
import type { ModelReport } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import { Database, type SqliteDatabase } from '../sqlite/sqlite.ts'
import type { NewAnomaly } from './anomaly-event.ts'

/** What is kept of a series, or of a device as a whole. */
export type KeptState = {
  readonly state: Uint8Array
  /** NaN: no verdict lasts. */
  readonly sinceMs: number
  readonly told: boolean
}
export type StateRow = KeptState & { readonly labels: string; readonly seenMs: number }

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS state (
    labels TEXT NOT NULL UNIQUE, seen INTEGER NOT NULL, since INTEGER, told INTEGER NOT NULL, state BLOB NOT NULL,
    crc INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS verdict (
    device TEXT NOT NULL, series TEXT NOT NULL, since INTEGER NOT NULL, shadow INTEGER NOT NULL, ended INTEGER,
    score REAL NOT NULL, reason TEXT NOT NULL, sentence TEXT NOT NULL, model TEXT NOT NULL,
    PRIMARY KEY (device, series, since, shadow));
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS verdict_since ON verdict (since);
`
/** The process that looks at verdicts meanwhile holds the file for milliseconds. */
const BUSY_MS = 100
/** State of a series that came no more is kept for so long. */
const KEPT_MS = 30 * 86_400_000
const MAX_VERDICTS = 2_000
/** What of a file is folded in at once: 4 MiB. */
const CHECKPOINT_PAGES = 1_000

/**
 * What detection knows, on disk (detect.db): it survives a restart. It is not synced: after a power cut some minutes may be
 * missing. A disk that takes nothing stops no judging.
 */
export class DetectFile {
  /** Rows, or whole files, that were damaged. */
  damaged = 0
  /** The file could not be opened: what is learnt lasts until the agent ends. */
  readonly isInMemory: boolean = false
  readonly #database: SqliteDatabase
  readonly #logger: Logger
  readonly #maxRows: number
  #isTroubled = false

  constructor(file: string, { logger, maxRows }: { logger: Logger; maxRows: number }) {
    this.#logger = logger
    this.#maxRows = maxRows
    try {
      this.#database = opened(file)
    } catch (thrown) {
      if (!isDamage(thrown)) {
        // A full disk or another's lock passes, and what was learnt in weeks must outlast it.
        logger.warn({ file, problem: messageOf(thrown) }, 'what detection learns cannot be kept; it goes on in memory')
        this.#database = opened(':memory:')
        this.isInMemory = true
        return
      }
      this.damaged++
      logger.warn({ file, problem: messageOf(thrown) }, 'what detection had learnt is damaged; it learns anew')
      for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
      this.#database = opened(file)
    }
  }

  /** Undefined: it is not kept, or damaged. */
  read(labels: string): KeptState | undefined {
    const row = this.#tried(() =>
      this.#database.prepare<[string], StoredState>('SELECT * FROM state WHERE labels = ?').get(labels),
    )
    if (row === undefined) return undefined
    if (row.crc !== checksum(row.labels, row.state)) {
      this.damaged++
      this.remove(labels)
      return undefined
    }
    return { state: row.state, sinceMs: row.since ?? Number.NaN, told: row.told === 1 }
  }

  /** One transaction. */
  save(rows: readonly StateRow[]): void {
    if (rows.length === 0) return
    const insert = `INSERT INTO state (labels, seen, since, told, state, crc) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (labels) DO UPDATE SET seen = excluded.seen, since = excluded.since, told = excluded.told,
      state = excluded.state, crc = excluded.crc`
    this.#tried(() => {
      const statement = this.#database.prepare(insert)
      this.#database.transaction(() => {
        for (const { labels, seenMs, sinceMs, told, state } of rows) {
          const since = Number.isNaN(sinceMs) ? null : Math.trunc(sinceMs)
          statement.run(labels, Math.trunc(seenMs), since, told ? 1 : 0, state, checksum(labels, state))
        }
      })()
    })
  }

  remove(labels: string): void {
    this.#tried(() => this.#database.prepare('DELETE FROM state WHERE labels = ?').run(labels))
  }

  /** Keeps verdicts for who asks this agent. */
  note(verdicts: readonly NewAnomaly[]): void {
    if (verdicts.length === 0) return
    const insert = `INSERT OR IGNORE INTO verdict (device, series, since, shadow, ended, score, reason, sentence, model)
      VALUES (?, ?, ?, ?, NULL, ?, ?, ?, ?)`
    const end = `UPDATE verdict SET ended = ?, score = max(score, ?)
      WHERE device = ? AND series = ? AND since = ? AND shadow = ?`
    this.#tried(() =>
      this.#database.transaction(() => {
        for (const one of verdicts) {
          const { device, since, score, reason, sentence, model = '' } = one
          const key = [device, seriesText(one), since, one.shadow === true ? 1 : 0] as const
          if (one.phase === 'began') this.#database.prepare(insert).run(...key, score, reason, sentence, model)
          else this.#database.prepare(end).run(one.at, score, ...key)
        }
      })(),
    )
  }

  /** Keeps what became of models, for who asks this agent. */
  noteModels(models: readonly ModelReport[]): void {
    const keep = "INSERT OR REPLACE INTO meta (name, value) VALUES ('models', ?)"
    this.#tried(() => this.#database.prepare(keep).run(JSON.stringify(models)))
  }

  /** Forgets what is over its bounds. */
  prune(nowMs: number): void {
    this.#tried(() => {
      this.#database.prepare('DELETE FROM state WHERE seen < ?').run(Math.trunc(nowMs - KEPT_MS))
      this.#database
        .prepare('DELETE FROM state WHERE rowid IN (SELECT rowid FROM state ORDER BY seen DESC LIMIT -1 OFFSET ?)')
        .run(this.#maxRows)
      this.#database
        .prepare('DELETE FROM verdict WHERE rowid IN (SELECT rowid FROM verdict ORDER BY since DESC LIMIT -1 OFFSET ?)')
        .run(MAX_VERDICTS)
    })
  }

  close(): void {
    this.#tried(() => this.#database.close())
  }

  /** What the disk does not take is tried again with the next slice; it is said once. */
  #tried<T>(change: () => T): T | undefined {
    try {
      const result = change()
      this.#isTroubled = false
      return result
    } catch (thrown) {
      if (!(thrown instanceof Database.SqliteError)) throw thrown
      if (!this.#isTroubled)
        this.#logger.warn({ code: thrown.code }, 'what detection learns cannot be kept on disk; it goes on in memory')
      this.#isTroubled = true
      return undefined
    }
  }
}

/** What is merely locked, or has no room, is not damaged, and stays. */
function isDamage(thrown: unknown): boolean {
  return thrown instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(thrown.code)
}

type StoredState = {
  readonly labels: string
  readonly seen: number
  readonly since: number | null
  readonly told: 0 | 1
  readonly state: Uint8Array
  readonly crc: number
}

/** Name and labels as text; '' for the device as a whole. */
export function seriesText({ series }: NewAnomaly): string {
  if (series === undefined) return ''
  const { site: _site, device: _device, ...labels } = series.labels
  const inner = Object.keys(labels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
  return inner.length === 0 ? series.name : `${series.name}{${inner.join(', ')}}`
}

function opened(file: string): SqliteDatabase {
  const database = new Database(file, { timeout: BUSY_MS })
  try {
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = NORMAL')
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    // 1 MiB of pages: rows are written once in minutes and read once at all.
    database.pragma('cache_size = -1024')
    database.exec(SCHEMA)
    return database
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

const checksum = (labels: string, state: Uint8Array): number => crc32(state, crc32(labels))
