import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ControlDb, openDatabase } from '../db/db.ts'
import { START } from './fleet.testkit.ts'
import { MibLibrary } from './mib-library.ts'

let db: ControlDb
let library: MibLibrary
beforeEach(async () => {
  db = await openDatabase(':memory:')
  library = new MibLibrary(db, () => START)
})
afterEach(() => db.destroy())

const file = (name: string, text = 'A-MIB') => ({ name, text })

test('files are listed by name, a newer one replaces an older one, and what is removed is gone', async () => {
  await library.add([file('b.mib'), file('a.mib', 'é')], 'alice')
  await library.add([file('b.mib', 'newer')], 'bob')
  expect(await library.list()).toEqual([
    { name: 'a.mib', bytes: 2, by: 'alice', at: START, agents: [] },
    { name: 'b.mib', bytes: 5, by: 'bob', at: START, agents: [] },
  ])
  expect(await library.remove('b.mib')).toBe(true)
  expect(await library.remove('b.mib')).toBe(false)
  expect((await library.list()).map(({ name }) => name)).toEqual(['a.mib'])
})

test('names that are paths, hidden control characters or twice the same are refused', async () => {
  for (const name of ['../etc/passwd', 'a\\b', 'a\u001b[31m', 'a\u202eb', '.', '..']) {
    await expect(library.add([file(name)], 'x')).rejects.toMatchObject({ code: 'invalid' })
  }
  await expect(library.add([file('a'), file('a')], 'x')).rejects.toMatchObject({ code: 'invalid' })
  expect(await library.list()).toEqual([])
})

test('a file that no task can hold is refused by name and size, and nothing of the gift is kept', async () => {
  const noise = file('big.mib', randomBytes(400_000).toString('base64'))
  await expect(library.add([file('a.mib'), noise], 'x')).rejects.toMatchObject({
    code: 'too_large',
    message: expect.stringMatching(/big\.mib is \d{3} kB gzipped; 300 kB/),
  })
  expect(await library.list()).toEqual([])
})

test('all files together are bounded, and what is beyond leaves nothing behind', async () => {
  const row = { hash: 'h', bytes: 1, by: 'x', at: START }
  const gzip = new Uint8Array(1024 * 1024)
  for (let at = 0; at < 32; at += 1)
    await db
      .insertInto('mib_files')
      .values({ ...row, name: `${at}`, gzip })
      .execute()
  await expect(library.add([file('a.mib')], 'x')).rejects.toMatchObject({ code: 'limit_exceeded' })
  expect(await library.list()).toHaveLength(32)
})
