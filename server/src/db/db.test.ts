import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Database } from '../sqlite/sqlite.ts'
import { openDatabase } from './db.ts'
import { MIGRATIONS } from './migrations/migrations.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eyenet-db-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const session = { id: 's', user_id: 'nobody', created_at: epochMs(1), expires_at: epochMs(2) }

test('a fresh database has every migration, is durable and is readable by its owner alone', async () => {
  const file = join(folder, 'control.db')
  const db = await openDatabase(file)
  const ran = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(db)
  expect(ran.rows.map((row) => row.name)).toEqual(Object.keys(MIGRATIONS).sort())
  expect((await sql`PRAGMA journal_mode`.execute(db)).rows).toEqual([{ journal_mode: 'wal' }])
  expect((await sql`PRAGMA synchronous`.execute(db)).rows).toEqual([{ synchronous: 2 }])
  expect(statSync(file).mode & 0o777).toBe(0o600)
  await expect(db.insertInto('sessions').values(session).execute()).rejects.toThrow(/FOREIGN KEY/)
  await db.destroy()
})

test('opening it again changes nothing', async () => {
  const file = join(folder, 'control.db')
  await (await openDatabase(file)).destroy()
  const db = await openDatabase(file)
  expect(await db.selectFrom('users').selectAll().execute()).toEqual([])
  await db.destroy()
})

test('two processes may have it open at once and see what the other wrote', async () => {
  const file = join(folder, 'control.db')
  const one = await openDatabase(file)
  const other = await openDatabase(file)
  await other
    .insertInto('audit')
    .values({ at: epochMs(1), who: 'a', action: 'b', subject: '', address: '' })
    .execute()
  expect(await one.selectFrom('audit').select('who').execute()).toEqual([{ who: 'a' }])
  await one.destroy()
  await other.destroy()
})

test('a transaction holds the write lock from its beginning, so that another process waits instead of failing half way', async () => {
  const file = join(folder, 'control.db')
  const one = await openDatabase(file)
  const other = await openDatabase(file)
  await sql`PRAGMA busy_timeout = 0`.execute(other)
  await one.transaction().execute(async (tx) => {
    await tx.selectFrom('users').selectAll().execute()
    await expect(other.transaction().execute(async () => 'began')).rejects.toThrow(/locked/)
  })
  expect(await other.transaction().execute(async () => 'began')).toBe('began')
  await one.destroy()
  await other.destroy()
})

test('a database of a newer version is refused with a sentence', async () => {
  const file = join(folder, 'control.db')
  const db = await openDatabase(file)
  await sql`INSERT INTO kysely_migration VALUES ('9999-future', '2030-01-01')`.execute(db)
  await db.destroy()
  await expect(openDatabase(file)).rejects.toThrow(/written by a newer EyeNet \(it has 9999-future\)/)
})

test("another program's database is refused and left alone", async () => {
  const file = join(folder, 'other.db')
  const other = new Database(file)
  other.exec('CREATE TABLE mine (x)')
  other.close()
  await expect(openDatabase(file)).rejects.toThrow(/not a database of EyeNet/)
})

test('an unusable folder is told with what to do', async () => {
  await expect(openDatabase(join(folder, 'absent', 'control.db'))).rejects.toThrow(/cannot open the database.*Check/)
})

test('names of migrations are numbered, in order and unique', () => {
  const names = Object.keys(MIGRATIONS)
  expect(names.every((name) => /^\d{4}-[a-z-]+$/.test(name))).toBe(true)
  expect(new Set(names.map((name) => name.slice(0, 4))).size).toBe(names.length)
})
