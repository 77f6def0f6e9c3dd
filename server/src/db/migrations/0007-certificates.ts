import type { Migration } from 'kysely'

/** The server's certificate authority, its own certificate, and those of agents. */
export const certificates: Migration = {
  async up(db) {
    await db.schema
      .createTable('authorities')
      .addColumn('fingerprint', 'text', (c) => c.primaryKey())
      .addColumn('certificate', 'text', (c) => c.notNull())
      .addColumn('sealed', 'blob', (c) => c.notNull())
      .addColumn('created_at', 'integer', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('server_certificates')
      .addColumn('name', 'text', (c) => c.primaryKey())
      .addColumn('certificate', 'text', (c) => c.notNull())
      .addColumn('sealed', 'blob', (c) => c.notNull())
      .execute()
    // Without a reference to agents: what was revoked stays so when its agent is removed.
    await db.schema
      .createTable('agent_certificates')
      .addColumn('serial', 'text', (c) => c.primaryKey())
      .addColumn('agent', 'text', (c) => c.notNull())
      .addColumn('fingerprint', 'text', (c) => c.notNull().unique())
      .addColumn('certificate', 'text', (c) => c.notNull())
      .addColumn('issued_at', 'integer', (c) => c.notNull())
      .addColumn('expires_at', 'integer', (c) => c.notNull())
      .addColumn('used_at', 'integer')
      .addColumn('revoked_at', 'integer')
      .execute()
    await db.schema
      .createIndex('agent_certificates_of')
      .on('agent_certificates')
      .columns(['agent', 'issued_at'])
      .execute()
    await db.schema.createIndex('agent_certificates_revoked').on('agent_certificates').columns(['revoked_at']).execute()
    await db.schema.alterTable('agents').addColumn('revoked_at', 'integer').execute()
  },
}
