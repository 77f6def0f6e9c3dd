import type { Migration } from 'kysely'

/** What was learnt of a failure after it was over. */
export const incidentsAfterwards: Migration = {
  async up(db) {
    await db.schema.alterTable('incidents').addColumn('afterwards', 'text').execute()
  },
}
