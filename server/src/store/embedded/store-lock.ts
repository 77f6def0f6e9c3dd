import { join } from 'node:path'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { Database } from '../../sqlite/sqlite.ts'

const WAIT_MS = 1_000

/** Held while it is open; the system lets go of it when the process ends, however that ends. */
export type StoreLock = { release(): void }

/**
 * Makes this the one writer of a store's folder: an exclusive lock on a SQLite file of its own, so that the chunks may
 * be read by others meanwhile. EyeNetError `unavailable` when another has it or the folder refuses.
 */
export function lockStore(folder: string): StoreLock {
  const path = join(folder, 'lock.db')
  let db: InstanceType<typeof Database> | undefined
  try {
    db = new Database(path, { timeout: WAIT_MS })
    db.pragma('journal_mode = MEMORY')
    db.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    db?.close()
    const reason = isBusy(cause)
      ? 'another server uses it; stop that one first'
      : `${messageOf(cause)}; check its rights`
    throw new EyeNetError('unavailable', `cannot lock the metric store in ${folder}: ${reason}`, { cause })
  }
  const held = db
  return { release: () => held.close() }
}

function isBusy(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'SQLITE_BUSY'
}
