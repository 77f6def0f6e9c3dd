import { type Migration, sql } from 'kysely'

/** Ids that are one device, and which agents see a device at which address. */
export const identity: Migration = {
  async up(db) {
    await db.schema
      .createTable('device_merges')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('device', 'text', (c) => c.notNull())
      .addColumn('merged', 'text', (c) => c.notNull())
      .addColumn('merged_name', 'text', (c) => c.notNull())
      .addColumn('merged_address', 'text', (c) => c.notNull())
      .addColumn('evidence', 'text', (c) => c.notNull())
      .addColumn('by', 'text', (c) => c.notNull())
      .addColumn('at', 'integer', (c) => c.notNull())
      .addColumn('undone_at', 'integer')
      .addColumn('undone_by', 'text')
      .addColumn('kept', 'text', (c) => c.notNull())
      .addColumn('history', 'text', (c) => c.notNull())
      .addColumn('copied_samples', 'integer', (c) => c.notNull())
      .execute()
    // An id stands for one other at a time.
    await sql`CREATE UNIQUE INDEX device_merges_standing ON device_merges (merged) WHERE undone_at IS NULL`.execute(db)
    await db.schema.createIndex('device_merges_device').on('device_merges').column('device').execute()
    await sql`CREATE TABLE device_sightings (device TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
      agent TEXT NOT NULL, address TEXT NOT NULL, first_seen_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL,
      PRIMARY KEY (device, agent, address)) WITHOUT ROWID`.execute(db)
  },
}
