import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely, Migrator, SqliteDialect, sql } from 'kysely'
import { expect, test } from 'vitest'
import { Database } from '../sqlite/sqlite.ts'
import { openDatabase } from './db.ts'
import { MIGRATIONS } from './migrations/migrations.ts'

const AGENT = '0190aaaa-0000-7000-8000-000000000001'

/** A database as version 0.2 left it, with rows in the tables that later migrations touch. */
async function olderDatabase(before = '0007'): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'eyenet-upgrade-')), 'control.db')
  const sqlite = new Database(file)
  sqlite.pragma(`application_id = ${0x4559454e}`)
  sqlite.pragma('foreign_keys = ON')
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: sqlite }) })
  const older = Object.fromEntries(Object.entries(MIGRATIONS).filter(([name]) => name < before))
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => older } }).migrateToLatest()
  if (error !== undefined) throw error
  await sql`INSERT INTO agents (id, name, site, password_hash, encryption_key, hostname, version, enrolled_at, state,
    state_since, desired_revision, actual_revision)
    VALUES (${AGENT}, 'edge', 'home', 'h', '{}', 'box', '0.2.0', 1, 'disconnected', 2, 3, 3)`.execute(db)
  for (const [device, agent] of [
    ['d1', AGENT],
    ['d2', 'removed'],
  ]) {
    await sql`INSERT INTO devices (id, agent, site, name, address, kind, interval_seconds, identity_rank, identity, reach,
      reach_at, state, state_since, first_seen_at, facts_at) VALUES (${device}, ${agent}, 'home', 'n', '192.0.2.1', 'snmp',
      7.5, 'address', '{}', '{}', 1, 'up', 1, 5, 9)`.execute(db)
  }
  for (const [kid, at] of [
    ['old', 1],
    ['new', 2],
  ]) {
    await sql`INSERT INTO downlink_keys (kid, sealed, created_at) VALUES (${kid}, x'00', ${at})`.execute(db)
  }
  await db.destroy()
  return file
}

test('a database of the version before keeps its agents, devices and keys, and its devices are expected to be polled', async () => {
  const db = await openDatabase(await olderDatabase())
  const agents = await db.selectFrom('agents').selectAll().execute()
  const fresh = { revoked_at: null, group_name: null, takes_settings: 0, applied: null, resends: 0 }
  expect(agents).toMatchObject([{ id: AGENT, desired_revision: 3, ...fresh }])
  const watches = await db.selectFrom('ledger_watches').selectAll().execute()
  expect(watches).toEqual([{ device: 'd1', agent: AGENT, site: 'home', interval_ms: 7500, since: 5, until: null }])
  const keys = await db.selectFrom('downlink_keys').select(['kid', 'state']).orderBy('kid').execute()
  expect(keys).toEqual([
    { kid: 'new', state: 'current' },
    { kid: 'old', state: 'replaced' },
  ])
  await db.destroy()
})

test('devices that told of their links before an upgrade told when the oldest of it was, and not in the future', async () => {
  const file = await olderDatabase('0018')
  const sqlite = new Database(file)
  sqlite.pragma('foreign_keys = ON')
  const future = Date.now() + 1e9
  sqlite.exec(`INSERT INTO links_told (device, part, told, since, at) VALUES
    ('d1', 'neighbors', '[]', '{}', 900), ('d1', 'bridge', '{}', '{}', 700), ('d2', 'neighbors', '[]', '{}', ${future})`)
  sqlite.exec(`INSERT INTO topology_positions (view, node, x, y) VALUES ('default', 'd1', 1, 2)`)
  sqlite.close()
  const db = await openDatabase(file)
  const [first, second] = await db.selectFrom('links_first_told').selectAll().orderBy('device').execute()
  expect(first).toEqual({ device: 'd1', at: 700 })
  expect(second?.at).toBeLessThan(future)
  expect(await db.selectFrom('topology_positions').selectAll().execute()).toHaveLength(1)
  await db.destroy()
})
