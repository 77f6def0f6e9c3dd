import { type Migration, sql } from 'kysely'

/** Which of the keys that sign downward messages counts, and what agents are told about their succession. */
export const signingKeys: Migration = {
  async up(db) {
    await db.schema
      .alterTable('downlink_keys')
      .addColumn('state', 'text', (c) => c.notNull().defaultTo('replaced'))
      .execute()
    await db.schema
      .alterTable('downlink_keys')
      .addColumn('x', 'text', (c) => c.notNull().defaultTo(''))
      .execute()
    await db.schema.alterTable('downlink_keys').addColumn('ended_at', 'integer').execute()
    await sql`UPDATE downlink_keys SET state = 'current'
      WHERE kid = (SELECT kid FROM downlink_keys ORDER BY created_at DESC LIMIT 1)`.execute(db)
    await sql`CREATE UNIQUE INDEX downlink_keys_current ON downlink_keys (state) WHERE state = 'current'`.execute(db)
    await sql`CREATE UNIQUE INDEX downlink_keys_next ON downlink_keys (state) WHERE state = 'next'`.execute(db)
    await db.schema
      .createTable('key_announcements')
      .addColumn('seq', 'integer', (c) => c.primaryKey().autoIncrement())
      .addColumn('jws', 'text', (c) => c.notNull())
      .execute()
  },
}
