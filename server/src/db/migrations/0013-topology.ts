import type { Migration } from 'kysely'

/** What devices told of their links, how the network changed, and where stations were seen. */
export const topology: Migration = {
  async up(db) {
    await db.schema
      .createTable('links_told')
      .addColumn('device', 'text', (c) => c.notNull().references('devices.id').onDelete('cascade'))
      .addColumn('part', 'text', (c) => c.notNull())
      .addColumn('told', 'text', (c) => c.notNull())
      .addColumn('since', 'text', (c) => c.notNull())
      .addColumn('at', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('links_told_key', ['device', 'part'])
      .execute()
    await db.schema
      .createTable('topology_events')
      .addColumn('seq', 'integer', (c) => c.primaryKey())
      .addColumn('at', 'integer', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('topology_events_at').on('topology_events').columns(['at', 'seq']).execute()
    await db.schema
      .createTable('topology_event_devices')
      .addColumn('device', 'text', (c) => c.notNull())
      .addColumn('seq', 'integer', (c) => c.notNull().references('topology_events.seq').onDelete('cascade'))
      .addPrimaryKeyConstraint('topology_event_devices_key', ['device', 'seq'])
      .execute()
    await db.schema.createIndex('topology_event_devices_seq').on('topology_event_devices').column('seq').execute()
    await db.schema
      .createTable('topology_snapshots')
      .addColumn('seq', 'integer', (c) => c.primaryKey())
      .addColumn('at', 'integer', (c) => c.notNull())
      .addColumn('graph', 'blob', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('topology_memory')
      .addColumn('name', 'text', (c) => c.primaryKey())
      .addColumn('body', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('endpoints')
      .addColumn('mac', 'text', (c) => c.primaryKey())
      .addColumn('vlan', 'integer')
      .addColumn('device', 'text')
      .addColumn('port', 'text')
      .addColumn('ips', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('first_seen_at', 'integer', (c) => c.notNull())
      .addColumn('last_seen_at', 'integer', (c) => c.notNull())
      .addColumn('placed_at', 'integer', (c) => c.notNull())
      .addColumn('before', 'text', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('endpoints_place').on('endpoints').columns(['device', 'port']).execute()
    await db.schema
      .createTable('topology_positions')
      .addColumn('view', 'text', (c) => c.notNull())
      .addColumn('node', 'text', (c) => c.notNull())
      .addColumn('x', 'real', (c) => c.notNull())
      .addColumn('y', 'real', (c) => c.notNull())
      .addPrimaryKeyConstraint('topology_positions_key', ['view', 'node'])
      .execute()
  },
}
