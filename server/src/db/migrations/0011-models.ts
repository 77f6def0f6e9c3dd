import type { Migration } from 'kysely'

/** Anomaly models with their files, where each is on its way to agents, what agents say of them, and runs of training. */
export const models: Migration = {
  async up(db) {
    await db.schema
      .createTable('models')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .addColumn('source', 'text', (c) => c.notNull())
      .addColumn('contract', 'text', (c) => c.notNull())
      .addColumn('sha256', 'text', (c) => c.notNull())
      .addColumn('bytes', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'integer', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('data', 'text')
      .addColumn('settings', 'text', (c) => c.notNull())
      .addColumn('evaluation', 'text')
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('sealed', 'blob', (c) => c.notNull())
      .addUniqueConstraint('models_version', ['name', 'version'])
      .execute()
    // Beside the models, so that a list of them does not read megabytes.
    await db.schema
      .createTable('model_files')
      .addColumn('model', 'text', (c) => c.primaryKey().references('models.id').onDelete('cascade'))
      .addColumn('onnx', 'blob', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('model_rollouts')
      .addColumn('seq', 'integer', (c) => c.primaryKey().autoIncrement())
      .addColumn('model', 'text', (c) => c.notNull().references('models.id').onDelete('cascade'))
      .addColumn('at', 'integer', (c) => c.notNull())
      .addColumn('stage', 'text', (c) => c.notNull())
      .addColumn('by', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('model_rollouts_model').on('model_rollouts').columns(['model', 'seq']).execute()
    await db.schema
      .createTable('agent_models')
      .addColumn('agent', 'text', (c) => c.primaryKey().references('agents.id').onDelete('cascade'))
      .addColumn('contracts', 'text', (c) => c.notNull())
      .addColumn('reports', 'text', (c) => c.notNull())
      .addColumn('assigned', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('training_runs')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('trigger', 'text', (c) => c.notNull())
      .addColumn('by', 'text', (c) => c.notNull())
      .addColumn('wanted', 'text', (c) => c.notNull())
      .addColumn('progress', 'real', (c) => c.notNull())
      .addColumn('step', 'text', (c) => c.notNull())
      .addColumn('queued_at', 'integer', (c) => c.notNull())
      .addColumn('started_at', 'integer')
      .addColumn('ended_at', 'integer')
      .addColumn('model', 'text')
      .addColumn('reasons', 'text', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('training_runs_queued').on('training_runs').column('queued_at').execute()
  },
}
