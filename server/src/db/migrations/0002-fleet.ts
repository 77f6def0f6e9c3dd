import { type Migration, sql } from 'kysely'

/** Agents, enrolment tokens, targets that the server holds for agents, series ids of agents, notices, downlink keys. */
export const fleet: Migration = {
  async up(db) {
    await db.schema
      .createTable('agents')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('site', 'text', (c) => c.notNull())
      .addColumn('password_hash', 'text', (c) => c.notNull())
      .addColumn('encryption_key', 'text', (c) => c.notNull())
      .addColumn('hostname', 'text', (c) => c.notNull())
      .addColumn('version', 'text', (c) => c.notNull())
      .addColumn('enrolled_at', 'integer', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('state_since', 'integer', (c) => c.notNull())
      .addColumn('desired_revision', 'integer', (c) => c.notNull())
      .addColumn('actual_revision', 'integer', (c) => c.notNull())
      .addColumn('ping', 'text')
      .addColumn('clock_skew_ms', 'integer')
      .execute()
    await db.schema
      .createTable('enrolment_tokens')
      .addColumn('hash', 'text', (c) => c.primaryKey())
      .addColumn('site', 'text', (c) => c.notNull())
      .addColumn('name', 'text')
      .addColumn('expires_at', 'integer', (c) => c.notNull())
      .addColumn('used_at', 'integer')
      .addColumn('created_by', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('targets')
      .addColumn('device', 'text', (c) => c.primaryKey())
      .addColumn('agent', 'text', (c) => c.notNull().references('agents.id').onDelete('cascade'))
      .addColumn('sealed', 'blob', (c) => c.notNull())
      .addColumn('interval_seconds', 'integer')
      .addColumn('created_at', 'integer', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('targets_agent').on('targets').column('agent').execute()
    await sql`CREATE TABLE agent_series (agent TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE, epoch TEXT NOT NULL,
      id INTEGER NOT NULL, labels TEXT NOT NULL, PRIMARY KEY (agent, epoch, id)) WITHOUT ROWID`.execute(db)
    await db.schema
      .createTable('agent_notices')
      .addColumn('key', 'text', (c) => c.primaryKey())
      .addColumn('agent', 'text', (c) => c.notNull().references('agents.id').onDelete('cascade'))
      .addColumn('at', 'integer', (c) => c.notNull())
      .addColumn('code', 'text', (c) => c.notNull())
      .addColumn('message', 'text', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('agent_notices_at').on('agent_notices').columns(['agent', 'at']).execute()
    await db.schema
      .createTable('downlink_keys')
      .addColumn('kid', 'text', (c) => c.primaryKey())
      .addColumn('sealed', 'blob', (c) => c.notNull())
      .addColumn('created_at', 'integer', (c) => c.notNull())
      .execute()
  },
}
