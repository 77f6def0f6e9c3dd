import { type Migration, sql } from 'kysely'

/** Where agents look for devices, what they found and what people decided; and devices that have vanished. */
export const discovery: Migration = {
  async up(db) {
    await db.schema
      .createTable('discovery_agents')
      .addColumn('agent', 'text', (c) => c.primaryKey().references('agents.id').onDelete('cascade'))
      .addColumn('able', 'integer', (c) => c.notNull())
      .addColumn('offered', 'text', (c) => c.notNull())
      .addColumn('within', 'text')
      .addColumn('plan', 'text')
      .addColumn('planned_at', 'integer')
      .addColumn('planned_by', 'text')
      .execute()
    await db.schema
      .createTable('discovery_credentials')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull().unique())
      .addColumn('version', 'text', (c) => c.notNull())
      .addColumn('user', 'text')
      .addColumn('port', 'integer')
      .addColumn('sealed', 'blob', (c) => c.notNull())
      .addColumn('created_at', 'integer', (c) => c.notNull())
      .addColumn('changed_at', 'integer', (c) => c.notNull())
      .addColumn('changed_by', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('discovery_runs')
      .addColumn('run', 'text', (c) => c.primaryKey())
      .addColumn('agent', 'text', (c) => c.notNull().references('agents.id').onDelete('cascade'))
      .addColumn('started_at', 'integer', (c) => c.notNull())
      .addColumn('told_at', 'integer', (c) => c.notNull())
      .addColumn('by', 'text')
      .addColumn('progress', 'text', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('discovery_runs_agent').on('discovery_runs').columns(['agent', 'started_at']).execute()
    await db.schema
      .createTable('discovery_rules')
      .addColumn('place', 'integer', (c) => c.primaryKey())
      .addColumn('rule', 'text', (c) => c.notNull())
      .addColumn('changed_at', 'integer', (c) => c.notNull())
      .addColumn('changed_by', 'text', (c) => c.notNull())
      .execute()
    await inbox(db)
    await db.schema
      .createTable('device_lifecycles')
      .addColumn('device', 'text', (c) => c.primaryKey().references('devices.id').onDelete('cascade'))
      .addColumn('lifecycle', 'text', (c) => c.notNull())
      .addColumn('since', 'integer', (c) => c.notNull())
      .addColumn('by', 'text', (c) => c.notNull())
      .addColumn('answered_at', 'integer')
      .execute()
  },
}

async function inbox(db: Parameters<Migration['up']>[0]): Promise<void> {
  await db.schema
    .createTable('discovered')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('site', 'text', (c) => c.notNull())
    // Of an agent that was removed they stay: what was ignored stays ignored for the next one.
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('device', 'text')
    .addColumn('silent', 'integer', (c) => c.notNull())
    .addColumn('first_seen_at', 'integer', (c) => c.notNull())
    .addColumn('last_seen_at', 'integer', (c) => c.notNull())
    .addColumn('decided_at', 'integer')
    .addColumn('decided_by', 'text')
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('snmp', 'integer', (c) => c.notNull())
    .addColumn('search', 'text', (c) => c.notNull())
    .addColumn('evidence', 'text', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('discovered_seen').on('discovered').columns(['last_seen_at', 'id']).execute()
  await db.schema.createIndex('discovered_agent').on('discovered').columns(['agent', 'state']).execute()
  await sql`CREATE INDEX discovered_device ON discovered (device) WHERE device IS NOT NULL`.execute(db)
  await db.schema
    .createTable('discovered_keys')
    .addColumn('site', 'text', (c) => c.notNull())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('entry', 'text', (c) => c.notNull().references('discovered.id').onDelete('cascade'))
    .addColumn('at', 'integer', (c) => c.notNull())
    // One thing has a key; who is heard with it later takes it over.
    .addPrimaryKeyConstraint('discovered_keys_pk', ['site', 'key'])
    .execute()
  await db.schema.createIndex('discovered_keys_entry').on('discovered_keys').column('entry').execute()
}
