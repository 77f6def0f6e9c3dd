import { type Migration, sql } from 'kysely'

/** What agents judged unusual, and what people said of it. */
export const anomalies: Migration = {
  async up(db) {
    await db.schema
      .createTable('anomalies')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('agent', 'text', (c) => c.notNull())
      .addColumn('site', 'text', (c) => c.notNull())
      .addColumn('device', 'text', (c) => c.notNull())
      .addColumn('series_key', 'text', (c) => c.notNull())
      .addColumn('labels', 'text')
      .addColumn('interface', 'text')
      .addColumn('since', 'integer', (c) => c.notNull())
      .addColumn('ended_at', 'integer')
      .addColumn('closed_by', 'text')
      .addColumn('score', 'real', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('value', 'real')
      .addColumn('low', 'real')
      .addColumn('high', 'real')
      .addColumn('detail', 'real')
      .addColumn('sentence', 'text', (c) => c.notNull())
      .addColumn('model', 'text')
      .addColumn('trial', 'text', (c) => c.notNull())
      .addColumn('began', 'integer', (c) => c.notNull())
      .addColumn('noted_at', 'integer', (c) => c.notNull())
      // A report that comes again, or the end before the beginning, is of the same one.
      .addUniqueConstraint('anomalies_once', ['device', 'series_key', 'trial', 'since'])
      .execute()
    await db.schema.createIndex('anomalies_since').on('anomalies').columns(['trial', 'since']).execute()
    await db.schema.createIndex('anomalies_agent').on('anomalies').columns(['agent', 'since']).execute()
    await sql`CREATE INDEX anomalies_open ON anomalies (agent) WHERE ended_at IS NULL`.execute(db)
    await db.schema
      .createTable('anomaly_feedback')
      .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
      .addColumn('anomaly', 'text', (c) => c.notNull().references('anomalies.id').onDelete('cascade'))
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('comment', 'text', (c) => c.notNull())
      .addColumn('by', 'text', (c) => c.notNull())
      .addColumn('at', 'integer', (c) => c.notNull())
      .addColumn('taken_back_at', 'integer')
      .addColumn('taken_back_by', 'text')
      .execute()
    await db.schema.createIndex('anomaly_feedback_of').on('anomaly_feedback').column('anomaly').execute()
    // Of an anomaly there is one word that counts.
    await sql`CREATE UNIQUE INDEX anomaly_feedback_standing ON anomaly_feedback (anomaly)
      WHERE taken_back_at IS NULL`.execute(db)
  },
}
