import { type Migration, sql } from 'kysely'

/** The gap ledger: what explains samples that are not there, or came late. And alerts that late data showed. */
export const ledger: Migration = {
  async up(db) {
    await explainingTables(db)
    await watchingTables(db)
    await sql`INSERT INTO ledger_watches (device, agent, site, interval_ms, since)
      SELECT id, agent, site, interval_seconds * 1000, first_seen_at FROM devices
      WHERE agent IN (SELECT id FROM agents)`.execute(db)
    await db.schema.alterTable('alerts').addColumn('found_late_at', 'integer').execute()
  },
}

type Db = Parameters<Migration['up']>[0]

async function explainingTables(db: Db): Promise<void> {
  await db.schema
    .createTable('ledger_losses')
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('epoch', 'text', (c) => c.notNull())
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('part', 'integer', (c) => c.notNull())
    .addColumn('device', 'text')
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('samples', 'integer', (c) => c.notNull())
    .addColumn('from_at', 'integer', (c) => c.notNull())
    .addColumn('to_at', 'integer', (c) => c.notNull())
    .addColumn('noted_at', 'integer', (c) => c.notNull())
    // A report that comes again is one.
    .addPrimaryKeyConstraint('ledger_losses_once', ['agent', 'source', 'epoch', 'seq', 'part'])
    .execute()
  await db.schema.createIndex('ledger_losses_time').on('ledger_losses').columns(['agent', 'to_at']).execute()
  await db.schema.createIndex('ledger_losses_noted').on('ledger_losses').column('noted_at').execute()
  await db.schema
    .createTable('ledger_totals')
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('site', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('samples', 'integer', (c) => c.notNull())
    .addColumn('last_at', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('ledger_totals_one', ['agent', 'reason'])
    .execute()
}

async function watchingTables(db: Db): Promise<void> {
  await db.schema
    .createTable('ledger_watches')
    .addColumn('device', 'text', (c) => c.notNull())
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('site', 'text', (c) => c.notNull())
    .addColumn('interval_ms', 'integer', (c) => c.notNull())
    .addColumn('since', 'integer', (c) => c.notNull())
    .addColumn('until', 'integer')
    .addPrimaryKeyConstraint('ledger_watches_one', ['device', 'since'])
    .execute()
  await db.schema.createIndex('ledger_watches_agent').on('ledger_watches').columns(['agent', 'since']).execute()
  await db.schema
    .createTable('ledger_runs')
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('started_at', 'integer', (c) => c.notNull())
    .addColumn('epoch', 'text', (c) => c.notNull())
    .addColumn('stopped_at', 'integer')
    .addPrimaryKeyConstraint('ledger_runs_one', ['agent', 'started_at'])
    .execute()
  await db.schema
    .createTable('ledger_late')
    .addColumn('device', 'text', (c) => c.notNull())
    .addColumn('from_at', 'integer', (c) => c.notNull())
    .addColumn('to_at', 'integer', (c) => c.notNull())
    .addColumn('samples', 'integer', (c) => c.notNull())
    .addColumn('arrived_at', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('ledger_late_one', ['device', 'from_at'])
    .execute()
  await db.schema
    .createTable('ledger_agents')
    .addColumn('agent', 'text', (c) => c.primaryKey())
    .addColumn('site', 'text', (c) => c.notNull())
    .addColumn('newest_at', 'integer', (c) => c.notNull())
    .addColumn('late_from', 'integer')
    .addColumn('late_to', 'integer')
    .execute()
  await db.schema
    .createTable('ledger_progress')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('at', 'integer', (c) => c.notNull())
    .execute()
}
