import { type Migration, sql } from 'kysely'

/** Alerts from beginning to end, what happened to them, and who was told. */
export const alerting: Migration = {
  async up(db) {
    await db.schema
      .createTable('alerts')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('rule_group', 'text', (c) => c.notNull())
      .addColumn('rule', 'text', (c) => c.notNull())
      .addColumn('fingerprint', 'text', (c) => c.notNull())
      .addColumn('severity', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('machine', 'text', (c) => c.notNull())
      .addColumn('started_at', 'integer', (c) => c.notNull())
      .addColumn('fired_at', 'integer')
      .addColumn('ended_at', 'integer')
      .addColumn('since', 'integer', (c) => c.notNull())
      .addColumn('labels', 'text', (c) => c.notNull())
      .addColumn('annotations', 'text', (c) => c.notNull())
      .addColumn('device', 'text')
      .addColumn('device_name', 'text')
      .addColumn('interface', 'text')
      .addColumn('value', 'text', (c) => c.notNull())
      .addColumn('expr', 'text', (c) => c.notNull())
      .addColumn('ack_by', 'text')
      .addColumn('ack_at', 'integer')
      .addColumn('ack_comment', 'text')
      .execute()
    // One outage, one alert: the same rule and labels are open at most once.
    await sql`CREATE UNIQUE INDEX alerts_open ON alerts (rule_group, rule, fingerprint) WHERE ended_at IS NULL`.execute(
      db,
    )
    await db.schema.createIndex('alerts_started').on('alerts').columns(['started_at', 'id']).execute()
    await db.schema.createIndex('alerts_device').on('alerts').columns(['device', 'started_at']).execute()
    await db.schema
      .createTable('alert_timeline')
      .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
      .addColumn('alert', 'text', (c) => c.notNull().references('alerts.id').onDelete('cascade'))
      .addColumn('at', 'integer', (c) => c.notNull())
      .addColumn('what', 'text', (c) => c.notNull())
      .addColumn('by', 'text')
      .execute()
    await db.schema.createIndex('alert_timeline_alert').on('alert_timeline').column('alert').execute()
    await db.schema
      .createTable('notifications')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('alert', 'text', (c) => c.notNull().references('alerts.id').onDelete('cascade'))
      .addColumn('channel', 'text', (c) => c.notNull())
      .addColumn('change', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('attempts', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'integer', (c) => c.notNull())
      .addColumn('next_at', 'integer', (c) => c.notNull())
      .addColumn('at', 'integer', (c) => c.notNull())
      .addColumn('error', 'text')
      .addColumn('body', 'text', (c) => c.notNull())
      .addUniqueConstraint('notifications_once', ['alert', 'channel', 'change'])
      .execute()
    await db.schema.createIndex('notifications_due').on('notifications').columns(['state', 'next_at']).execute()
  },
}
