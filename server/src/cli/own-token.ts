import { randomBytes } from 'node:crypto'
import type { TokenRole } from '@eyenet/shared/api'
import { epochMs } from '@eyenet/shared/identity'
import { withDatabase } from './data-folder.ts'

const ACTOR = { name: 'cli', address: 'local' }
/** Longer than any of these commands takes. */
const LASTS_MS = 5 * 60_000

/**
 * Runs work with an API token that is made for it in the server's data folder and removed after it: who may write that
 * folder may make tokens anyway. EyeNetError `not_found` or `forbidden` where it is not there, or not this user's.
 */
export async function withOwnToken<T>(
  folder: string,
  role: TokenRole,
  work: (token: string) => Promise<T>,
): Promise<T> {
  const { addToken, removeToken } = await import('../auth/auth.ts')
  return withDatabase(folder, async (db) => {
    const name = `cli-${randomBytes(4).toString('hex')}`
    const made = await addToken(db, { name, role, expiresAt: epochMs(Date.now() + LASTS_MS) }, ACTOR)
    try {
      return await work(made.token)
    } finally {
      await removeToken(db, made.id, ACTOR)
    }
  })
}
