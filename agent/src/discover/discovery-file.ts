import { rmSync } from 'node:fs'
import { messageOf } from '@eyenet/shared/errors'
import { type EpochMs, EpochMs as EpochMsSchema } from '@eyenet/shared/identity'
import { z } from 'zod'
import { Database, type SqliteDatabase } from '../sqlite/sqlite.ts'

/** Addresses that a sweep asks at a time, at most. */
export const MAX_UNDER_WAY = 512

/** How far a sweep has come, as it is kept. */
const KeptRun = z.object({
  run: z.uuid(),
  /** Networks that were asked for; all that are permitted where absent. */
  networks: z.array(z.string().max(64)).max(64).optional(),
  startedAt: EpochMsSchema,
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  /** Every address up to this one was asked, but for those that were still under way. */
  cursor: z.string().max(64).optional(),
  underWay: z.array(z.string().max(64)).max(MAX_UNDER_WAY),
  answered: z.number().int().nonnegative(),
  heldBack: z.number().int().nonnegative(),
  /** What was permitted when a sweep of all of it began last: a change of it is a reason for another. */
  permitted: z.string().max(64).optional(),
})
export type KeptRun = z.infer<typeof KeptRun>

/** What is remembered of one address. */
export type KnownAddress = {
  /** The credential that it answered to. */
  readonly credential?: string
  /** Digest of what was told of it, and when. */
  readonly told?: string
  readonly toldAt: number
  readonly askedAt: number
}

export type Attempt = { readonly credential: string; readonly at: number }

/** An address of which nothing was heard for so long is forgotten. */
const FORGET_AFTER_MS = 30 * 86_400_000
/** Rows of addresses and of attempts: what the largest networks hold, some 30 MB. The oldest go first. */
const MAX_ROWS = 200_000
/** A MAC at more addresses is that of a router that answers for others (proxy ARP): they are no one device. */
const MAX_ADDRESSES_OF_ONE = 16
const OWNERS = `
  SELECT owner FROM owner AS own WHERE address = @address
  AND (SELECT COUNT(*) FROM owner AS other WHERE other.owner = own.owner) <= ${MAX_ADDRESSES_OF_ONE}
`
/** Other addresses that have an owner in common with this one. */
const SIBLINGS = `SELECT address FROM owner WHERE owner IN (${OWNERS}) AND address <> @address`
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS run (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS known (
    address TEXT PRIMARY KEY, credential TEXT, told TEXT, told_at INTEGER NOT NULL, asked_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS attempt (
    address TEXT NOT NULL, credential TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (address, credential)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS owner (
    address TEXT NOT NULL, kind TEXT NOT NULL, owner TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (address, kind)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS owner_by_name ON owner (owner);
`
const RunRow = z.object({ body: z.string() })
const KnownRow = z.object({
  credential: z.string().nullable(),
  told: z.string().nullable(),
  told_at: z.number(),
  asked_at: z.number(),
})
const OwnerRow = z.object({ owner: z.string() })
const CredentialRow = z.object({ credential: z.string() })
const AttemptRow = z.object({ credential: z.string(), at: z.number() })

/**
 * What discovery keeps over a restart: how far a sweep is, what was told of which address, and which credentials were
 * tried where, so that a restart gives nobody more tries.
 */
export class DiscoveryFile {
  readonly #database: SqliteDatabase

  /** Opens or makes the file; one that is damaged is made anew. Throws where the disk takes nothing. */
  constructor(file: string, onProblem: (problem: string) => void) {
    this.#database = opened(file, onProblem)
  }

  run(): KeptRun | undefined {
    const row = RunRow.safeParse(this.#database.prepare('SELECT body FROM run').get())
    if (!row.success) return undefined
    const kept = KeptRun.safeParse(JSON.parse(row.data.body))
    return kept.success ? kept.data : undefined
  }

  saveRun(run: KeptRun): void {
    this.#database.prepare('INSERT OR REPLACE INTO run (one, body) VALUES (1, ?)').run(JSON.stringify(run))
  }

  known(address: string): KnownAddress | undefined {
    const row = KnownRow.safeParse(this.#database.prepare('SELECT * FROM known WHERE address = ?').get(address))
    if (!row.success) return undefined
    const { credential, told, told_at, asked_at } = row.data
    return {
      ...(credential !== null && { credential }),
      ...(told !== null && { told }),
      ...{ toldAt: told_at, askedAt: asked_at },
    }
  }

  saveKnown(address: string, change: Partial<KnownAddress>): void {
    const { credential, told, toldAt, askedAt } = { ...NOTHING, ...this.known(address), ...change }
    this.#database
      .prepare('INSERT OR REPLACE INTO known (address, credential, told, told_at, asked_at) VALUES (?, ?, ?, ?, ?)')
      .run(address, credential ?? null, told ?? null, toldAt, askedAt)
  }

  /** The last attempt of each credential at an address that did not answer to it. */
  attempts(address: string): readonly Attempt[] {
    const rows = this.#database.prepare('SELECT credential, at FROM attempt WHERE address = ?').all(address)
    return z.array(AttemptRow).parse(rows)
  }

  /** What shows whose address it is: the MAC behind it, the identity that it told. One of each kind, the newest. */
  saveOwner(address: string, { kind, name, at }: { kind: 'mac' | 'device'; name: string; at: number }): void {
    this.#database.prepare('INSERT OR REPLACE INTO owner VALUES (?, ?, ?, ?)').run(address, kind, `${kind} ${name}`, at)
  }

  /** Names of the device that has this address; none where nothing shows it. */
  owners(address: string): readonly string[] {
    return z
      .array(OwnerRow)
      .parse(this.#database.prepare(OWNERS).all({ address }))
      .map(({ owner }) => owner)
  }

  /** The last attempt of each credential at each other address of the device that has this one. */
  attemptsElsewhere(address: string): readonly Attempt[] {
    const query = `SELECT credential, at FROM attempt WHERE address IN (${SIBLINGS})`
    return z.array(AttemptRow).parse(this.#database.prepare(query).all({ address }))
  }

  /** The credential that the device answered to last at another of its addresses. */
  credentialElsewhere(address: string): string | undefined {
    const query = `SELECT credential FROM known WHERE address IN (${SIBLINGS}) AND credential IS NOT NULL
      ORDER BY asked_at DESC LIMIT 1`
    return CredentialRow.safeParse(this.#database.prepare(query).get({ address })).data?.credential
  }

  /** Before the packet goes out: an attempt that is not written down could be made again. */
  saveAttempt(address: string, { credential, at }: Attempt): void {
    this.#database.prepare('INSERT OR REPLACE INTO attempt VALUES (?, ?, ?)').run(address, credential, at)
  }

  /** It answered: that was no failure. */
  forgetAttempt(address: string, credential: string): void {
    this.#database.prepare('DELETE FROM attempt WHERE address = ? AND credential = ?').run(address, credential)
  }

  /** Forgets what is old or too much. An attempt of the future is of a clock that was wrong. */
  prune(now: EpochMs): void {
    const before = now - FORGET_AFTER_MS
    this.#database.prepare('DELETE FROM known WHERE asked_at < ? AND told_at < ?').run(before, before)
    this.#database.prepare('DELETE FROM attempt WHERE at < ? OR at > ?').run(before, now + FORGET_AFTER_MS)
    this.#database.prepare('DELETE FROM owner WHERE at < ?').run(before)
    for (const [table, key, time] of [
      ['known', 'address', 'asked_at'],
      ['attempt', 'address', 'at'],
      ['owner', 'address', 'at'],
    ] as const) {
      this.#database
        .prepare(
          `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} ORDER BY ${time} DESC LIMIT -1 OFFSET ?)`,
        )
        .run(MAX_ROWS)
    }
  }

  close(): void {
    this.#database.close()
  }
}

const NOTHING: KnownAddress = { toldAt: 0, askedAt: 0 }

function opened(file: string, onProblem: (problem: string) => void): SqliteDatabase {
  try {
    return withSchema(file)
  } catch (thrown) {
    onProblem(`${file} cannot be read (${messageOf(thrown)}) and is made anew`)
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
    return withSchema(file)
  }
}

function withSchema(file: string): SqliteDatabase {
  const database = new Database(file)
  try {
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = NORMAL')
    database.exec(SCHEMA)
    return database
  } catch (thrown) {
    database.close()
    throw thrown
  }
}
