import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { EyeNetError } from '@eyenet/shared/errors'
import type { ControlDb } from '../db/db.ts'

/** Where the systemd unit keeps the server's data. */
export const DEFAULT_DATA_FOLDER = '/var/lib/eyenet'

/** Runs work on the database of a data folder, of a running or a stopped server. */
export async function withDatabase<T>(folder: string, work: (db: ControlDb) => Promise<T>): Promise<T> {
  // What needs no database is done before it would be loaded.
  const { openDatabase } = await import('../db/db.ts')
  const db = await openDatabase(join(usableFolder(folder), 'control.db'))
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

/** The folder, which this user may read and write. EyeNetError `not_found` or `forbidden` where not. */
export function usableFolder(folder: string): string {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    if (isMissing(cause)) {
      const message = `there is no folder ${folder}; name the server's data folder with --data`
      throw new EyeNetError('not_found', message, { cause })
    }
    const message = `this user may not read and write ${folder}; run it as the user whose server it is, as with: sudo -u eyenet`
    throw new EyeNetError('forbidden', message, { cause })
  }
  return folder
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
}
