import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { EyeNetError } from '@eyenet/shared/errors'
import { type ControlDb, openDatabase } from '../db/db.ts'

/** Where the systemd unit keeps the server's data. */
export const DEFAULT_DATA_FOLDER = '/var/lib/eyenet'

/** Runs work on the database of a data folder, of a running or a stopped server. */
export async function withDatabase<T>(folder: string, work: (db: ControlDb) => Promise<T>): Promise<T> {
  const db = await openDatabase(databaseIn(folder))
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

function databaseIn(folder: string): string {
  if (!existsSync(folder)) {
    throw new EyeNetError('not_found', `there is no folder ${folder}; name the server's data folder with --data`)
  }
  return join(folder, 'control.db')
}
