import { type Migration, sql } from 'kysely'

/** Groups of agents, what they should run as revisions, how those are rolled out, and what agents say of them. */
export const configuration: Migration = {
  async up(db) {
    await db.schema
      .createTable('agent_groups')
      .addColumn('name', 'text', (c) => c.primaryKey())
      .addColumn('by', 'text', (c) => c.notNull())
      .addColumn('at', 'integer', (c) => c.notNull())
      .execute()
    await db.schema
      .alterTable('agents')
      .addColumn('group_name', 'text', (c) => c.references('agent_groups.name').onDelete('set null'))
      .execute()
    await db.schema
      .alterTable('agents')
      .addColumn('takes_settings', 'integer', (c) => c.notNull().defaultTo(0))
      .execute()
    for (const column of ['applied', 'rejected', 'file_rules']) {
      await db.schema.alterTable('agents').addColumn(column, 'text').execute()
    }
    await db.schema
      .alterTable('agents')
      .addColumn('resends', 'integer', (c) => c.notNull().defaultTo(0))
      .execute()
    await db.schema
      .createTable('config_revisions')
      .addColumn('scope', 'text', (c) => c.notNull())
      .addColumn('revision', 'integer', (c) => c.notNull())
      .addColumn('author', 'text', (c) => c.notNull())
      .addColumn('at', 'integer', (c) => c.notNull())
      .addColumn('comment', 'text', (c) => c.notNull())
      .addColumn('content', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('config_revisions_key', ['scope', 'revision'])
      .execute()
    await db.schema
      .createTable('config_scopes')
      .addColumn('scope', 'text', (c) => c.primaryKey())
      .addColumn('active', 'integer', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('rollouts')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('scope', 'text', (c) => c.notNull())
      .addColumn('revision', 'integer', (c) => c.notNull())
      .addColumn('former', 'integer', (c) => c.notNull())
      .addColumn('by', 'text', (c) => c.notNull())
      .addColumn('started_at', 'integer', (c) => c.notNull())
      .addColumn('plan', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('open', 'integer', (c) => c.notNull())
      .execute()
    // One open roll-out of a scope at most.
    await sql`CREATE UNIQUE INDEX rollouts_open ON rollouts (scope) WHERE open = 1`.execute(db)
    await db.schema.createIndex('rollouts_started').on('rollouts').column('started_at').execute()
  },
}
