import { type Migration, sql } from 'kysely'

/** Devices, their interfaces, and what happened to them. */
export const inventory: Migration = {
  async up(db) {
    await db.schema
      .createTable('devices')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('agent', 'text', (c) => c.notNull())
      .addColumn('site', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('address', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('interval_seconds', 'real', (c) => c.notNull())
      .addColumn('identity_rank', 'text', (c) => c.notNull())
      .addColumn('identity', 'text', (c) => c.notNull())
      .addColumn('reach', 'text', (c) => c.notNull())
      .addColumn('reach_at', 'integer', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('state_since', 'integer', (c) => c.notNull())
      .addColumn('first_seen_at', 'integer', (c) => c.notNull())
      .addColumn('facts_at', 'integer', (c) => c.notNull())
      .execute()
    await sql`CREATE TABLE interfaces (device TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
      interface TEXT NOT NULL, facts TEXT NOT NULL, PRIMARY KEY (device, interface)) WITHOUT ROWID`.execute(db)
    await db.schema
      .createTable('device_events')
      .addColumn('key', 'text', (c) => c.primaryKey())
      .addColumn('device', 'text', (c) => c.notNull())
      .addColumn('at', 'integer', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('device_events_at').on('device_events').columns(['device', 'at']).execute()
  },
}
