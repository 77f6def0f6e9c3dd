import type { Migration } from 'kysely'

/** When an agent's other version was last a reason to send it a MIB file again. */
export const mibAttempts: Migration = {
  async up(db) {
    await db.schema
      .alterTable('mib_deliveries')
      .addColumn('reopened_at', 'integer', (c) => c.notNull().defaultTo(0))
      .execute()
  },
}
