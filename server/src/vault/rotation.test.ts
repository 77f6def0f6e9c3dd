import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ControlDb, openDatabase } from '../db/db.ts'
import { keyFileOf, openVault, rotateVault, SEALED_COLUMNS, type Vault, vaultStatus } from './vault.ts'

let db: ControlDb
let folder: string
let keyFile: string
let vault: Vault

const COUNT = 20
const idOf = (at: number): string => `key-${at}`
const secretOf = (at: number): string => `secret number ${at}`
const about = 'downlink key'
const OPTIONS = { mayWrite: true, settle: async () => {} }

beforeEach(async () => {
  db = await openDatabase(':memory:')
  folder = mkdtempSync(join(tmpdir(), 'eyenet-rotation-'))
  keyFile = join(folder, 'secret.key')
  vault = openVault(keyFile)
  for (let at = 0; at < COUNT; at++) await seal(at)
})
afterEach(() => db.destroy())

async function seal(at: number): Promise<void> {
  const row = { kid: idOf(at), created_at: epochMs(at), state: 'replaced' as const, x: '', ended_at: null }
  await db
    .insertInto('downlink_keys')
    .values({ ...row, sealed: vault.seal(secretOf(at), about) })
    .execute()
}

async function opened(by: Vault): Promise<readonly string[]> {
  const rows = await db.selectFrom('downlink_keys').selectAll().orderBy('created_at').execute()
  return rows.map((row) => by.open(row.sealed, about))
}

const secrets = (count = COUNT) => Array.from({ length: count }, (_, at) => secretOf(at))
const lost = async () => (await vaultStatus(db, keyFile)).texts.reduce((sum, one) => sum + one.lost, 0)

test('everything is sealed under the new key, the old one opens nothing, and a vault that was open goes on', async () => {
  const old = openVaultCopy()
  const { resealed, keyId } = await rotateVault(db, keyFile, OPTIONS)
  expect(resealed).toBe(COUNT)
  expect(await opened(vault)).toEqual(secrets())
  await expect(opened(old)).rejects.toThrow(/does not open/)
  await seal(COUNT)
  expect(await opened(openVault(keyFile))).toEqual(secrets(COUNT + 1))
  const status = await vaultStatus(db, keyFile)
  expect(status.keys).toEqual([keyId])
  expect(status.texts.find((one) => one.table === 'downlink_keys')).toMatchObject({
    total: 21,
    underOldKeys: 0,
    lost: 0,
  })
})

/** Of the key as it is now, whatever becomes of the file. */
function openVaultCopy(): Vault {
  const copy = join(folder, 'copy.key')
  writeFileSync(copy, readFileSync(keyFile))
  return openVault(copy)
}

test('killed at any point of the way, everything opens, and the next rotation ends what was begun', async () => {
  const steps = { taken: 0 }
  // Each statement and each wait is a point where it may end.
  for (let dieAt = 0; ; dieAt++) {
    steps.taken = 0
    const ended = await rotateVault(dying(dieAt, steps), keyFile, {
      mayWrite: true,
      settle: async () => step(dieAt, steps),
    }).then(
      () => true,
      () => false,
    )
    expect(await lost()).toBe(0)
    expect(await opened(openVault(keyFile))).toEqual(secrets())
    if (ended) break
    await rotateVault(db, keyFile, OPTIONS)
    expect((await vaultStatus(db, keyFile)).keys).toHaveLength(1)
    expect(await opened(openVault(keyFile))).toEqual(secrets())
  }
  expect(steps.taken).toBeGreaterThan(COUNT)
})

function step(dieAt: number, steps: { taken: number }): void {
  if (steps.taken++ === dieAt) throw new Error('killed')
}

function dying(dieAt: number, steps: { taken: number }): ControlDb {
  return db.withPlugin({
    transformQuery: ({ node }) => {
      step(dieAt, steps)
      return node
    },
    transformResult: async ({ result }) => result,
  })
}

test('what is sealed while the rotation runs is under the new key in the end', async () => {
  await rotateVault(db, keyFile, { mayWrite: true, settle: () => seal(COUNT) })
  expect(await opened(openVault(keyFile))).toEqual(secrets(COUNT + 1))
  expect(await lost()).toBe(0)
})

test('of a file that another program keeps nothing is written: a new key stands first in it, or it says what to do', async () => {
  await expect(rotateVault(db, keyFile, { ...OPTIONS, mayWrite: false })).rejects.toThrow(/put a new key/)
  const bytes = Buffer.concat([Buffer.alloc(32, 7), readFileSync(keyFile)])
  writeFileSync(keyFile, bytes)
  expect(await rotateVault(db, keyFile, { ...OPTIONS, mayWrite: false })).toMatchObject({
    resealed: COUNT,
    oldKeysRemain: true,
  })
  expect(readFileSync(keyFile)).toEqual(bytes)
  writeFileSync(keyFile, bytes.subarray(0, 32))
  expect(await opened(openVault(keyFile))).toEqual(secrets())
})

test('a text that no key opens is counted, and left as it is', async () => {
  await db
    .updateTable('downlink_keys')
    .set({ sealed: Buffer.from('broken') })
    .where('kid', '=', idOf(3))
    .execute()
  expect(await lost()).toBe(1)
  expect((await rotateVault(db, keyFile, OPTIONS)).resealed).toBe(COUNT - 1)
  expect(await lost()).toBe(1)
})

test('every column that holds sealed texts is in the list', async () => {
  const { rows } = await sql<{ name: string; column: string }>`SELECT m.name, c.name AS "column"
    FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name LIKE '%sealed%'`.execute(db)
  const listed = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`)
  expect(rows.map((row) => `${row.name}.${row.column}`).filter((name) => !listed.includes(name))).toEqual([])
})

test('the key is in the configured file, else in the credential that systemd gives, else in the data folder', () => {
  const credentials = mkdtempSync(join(tmpdir(), 'eyenet-credentials-'))
  const environment = { CREDENTIALS_DIRECTORY: credentials }
  expect(keyFileOf({ dataFolder: '/d', environment })).toBe('/d/secret.key')
  writeFileSync(join(credentials, 'eyenet-vault-key'), Buffer.alloc(32, 1))
  expect(keyFileOf({ dataFolder: '/d', environment })).toBe(join(credentials, 'eyenet-vault-key'))
  expect(keyFileOf({ dataFolder: '/d', environment, configured: '/etc/k' })).toBe('/etc/k')
})
