import { type Migration, sql } from 'kysely'

/** Failures with what they explain, and which of them an alert tells of. */
export const incidents: Migration = {
  async up(db) {
    await db.schema
      .createTable('incidents')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('key', 'text', (c) => c.notNull())
      .addColumn('site', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('cause', 'text', (c) => c.notNull())
      .addColumn('alternatives', 'text', (c) => c.notNull())
      .addColumn('evidence', 'text', (c) => c.notNull())
      .addColumn('since', 'integer', (c) => c.notNull())
      .addColumn('over_at', 'integer')
      .addColumn('ended_at', 'integer')
      .execute()
    await db.schema.createIndex('incidents_since').on('incidents').columns(['since', 'id']).execute()
    await db.schema.createIndex('incidents_ended').on('incidents').column('ended_at').execute()
    // Of one failure there is one incident at a time.
    await sql`CREATE UNIQUE INDEX incidents_open ON incidents (key) WHERE ended_at IS NULL`.execute(db)
    await db.schema
      .createTable('incident_devices')
      .addColumn('incident', 'text', (c) => c.notNull().references('incidents.id').onDelete('cascade'))
      .addColumn('device', 'text', (c) => c.notNull())
      .addColumn('part', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('incident_devices_once', ['incident', 'device'])
      .execute()
    await db.schema.createIndex('incident_devices_of').on('incident_devices').column('device').execute()
    await db.schema.alterTable('alerts').addColumn('incident', 'text').execute()
    await db.schema.alterTable('alerts').addColumn('affected', 'integer').execute()
  },
}
