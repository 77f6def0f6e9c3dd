import { type Migration, sql } from 'kysely'

/** What surveys found on devices, what people decided about sensors, and MIB files for agents. */
export const deviceDetails: Migration = {
  async up(db) {
    await db.schema
      .createTable('device_details')
      .addColumn('device', 'text', (c) => c.primaryKey().references('devices.id').onDelete('cascade'))
      .addColumn('digest', 'text', (c) => c.notNull())
      .addColumn('family', 'text', (c) => c.notNull())
      .addColumn('truncated', 'integer', (c) => c.notNull())
      .addColumn('sensors', 'text', (c) => c.notNull())
      .addColumn('hardware', 'text', (c) => c.notNull())
      .addColumn('network', 'text', (c) => c.notNull())
      .execute()
    await sql`CREATE TABLE device_objects (device TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
      family TEXT NOT NULL, object TEXT NOT NULL, PRIMARY KEY (device, object)) WITHOUT ROWID`.execute(db)
    await db.schema.createIndex('device_objects_of').on('device_objects').columns(['family', 'object']).execute()
    await sql`CREATE TABLE sensor_choices (family TEXT NOT NULL, object TEXT NOT NULL, enabled INTEGER NOT NULL,
      by TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (family, object)) WITHOUT ROWID`.execute(db)
    await db.schema
      .createTable('mib_files')
      .addColumn('name', 'text', (c) => c.primaryKey())
      .addColumn('hash', 'text', (c) => c.notNull())
      .addColumn('bytes', 'integer', (c) => c.notNull())
      .addColumn('gzip', 'blob', (c) => c.notNull())
      .addColumn('by', 'text', (c) => c.notNull())
      .addColumn('at', 'integer', (c) => c.notNull())
      .execute()
    await sql`CREATE TABLE mib_deliveries (agent TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
      hash TEXT NOT NULL, version TEXT NOT NULL, attempts INTEGER NOT NULL, outcome TEXT,
      PRIMARY KEY (agent, hash)) WITHOUT ROWID`.execute(db)
  },
}
