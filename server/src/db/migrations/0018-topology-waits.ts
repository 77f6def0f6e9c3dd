import { type Migration, sql } from 'kysely'

/** How long what is seen of the network has been waited for, and the revisions of places that people gave nodes. */
export const topologyWaits: Migration = {
  async up(db) {
    await db.schema
      .createTable('topology_waits')
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('since', 'integer', (c) => c.notNull())
      .addColumn('what', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('topology_waits_key', ['kind', 'id'])
      .execute()
    await db.schema
      .createTable('links_first_told')
      .addColumn('device', 'text', (c) => c.primaryKey().references('devices.id').onDelete('cascade'))
      .addColumn('at', 'integer', (c) => c.notNull())
      .execute()
    // Who told before counts as told when the oldest of it was.
    await sql`INSERT INTO links_first_told (device, at)
      SELECT device, MIN(MIN(at), unixepoch() * 1000) FROM links_told GROUP BY device`.execute(db)
    await db.schema
      .createTable('topology_views')
      .addColumn('view', 'text', (c) => c.primaryKey())
      .addColumn('revision', 'integer', (c) => c.notNull())
      .execute()
  },
}
