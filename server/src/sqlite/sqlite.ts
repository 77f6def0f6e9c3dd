/**
 * SQLite, by the release of better-sqlite3 that fits this Node. This room only chooses; files, schemas and pragmas are
 * their rooms' (docs/decisions/0009-sqlite.md).
 */
import { createRequire } from 'node:module'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type Better from 'better-sqlite3'

export type SqliteDatabase = Better.Database

/** From here on release 13 is used: release 12 ends the process on Node 24.19 and newer, 13 does on Node 20. */
const NODE_API_SINCE = 22

/** The class of better-sqlite3. */
export const Database: typeof Better = load()

function load(): typeof Better {
  const major = Number.parseInt(process.versions.node, 10)
  const name = major >= NODE_API_SINCE ? 'better-sqlite3-napi' : 'better-sqlite3'
  try {
    return createRequire(import.meta.url)(name)
  } catch (cause) {
    const why = messageOf(cause).slice(0, 200)
    const mend = 'run `npm run build` in the checkout, or install EyeNet again, with the Node.js that runs it'
    throw new EyeNetError('unavailable', `SQLite cannot be loaded (${why}); ${mend}, ${process.version}`, { cause })
  }
}
