import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { type Kysely, Migrator, sql } from 'kysely'
import { MIGRATIONS } from './migrations/migrations.ts'

/** Runs what is missing, each in order, all in one transaction. `file` is for messages. */
export async function migrate<T>(db: Kysely<T>, file: string): Promise<void> {
  const unknown = (await ran(db)).filter((name) => !(name in MIGRATIONS))
  if (unknown.length > 0) {
    throw new EyeNetError(
      'conflict',
      `the database ${file} was written by a newer EyeNet (it has ${unknown.join(', ')}): install that version again, or restore a backup made before the upgrade.`,
    )
  }
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) {
    throw new EyeNetError('unavailable', `cannot upgrade the database ${file}: ${messageOf(error)}. It is unchanged.`, {
      cause: error,
    })
  }
}

async function ran<T>(db: Kysely<T>): Promise<readonly string[]> {
  const table = await sql`SELECT 1 FROM sqlite_schema WHERE name = 'kysely_migration'`.execute(db)
  if (table.rows.length === 0) return []
  const found = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(db)
  return found.rows.map((row) => row.name)
}
