import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { Database } from '../../../sqlite/sqlite.ts'
import { batchOf, contentOf, EVERYTHING, named, storeFolder } from '../store.testkit.ts'
import { ChunkReader } from './chunk-reader.ts'
import { FORMAT_1_CHUNKS, FORMAT_1_TIMES } from './format-1-chunks.testkit.ts'

const folders: ReturnType<typeof storeFolder>[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.remove()
})

function place() {
  const folder = storeFolder()
  folders.push(folder)
  return folder
}

const SCHEMA_1 = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE series (ref INTEGER PRIMARY KEY, labels TEXT NOT NULL) STRICT;
  CREATE TABLE chunk (
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, data BLOB NOT NULL
  ) STRICT;
  CREATE INDEX chunk_of_series ON chunk (series, last, first);
  CREATE TABLE open_chunk (
    series INTEGER PRIMARY KEY, first INTEGER NOT NULL, sealed_to INTEGER NOT NULL, last INTEGER NOT NULL, data BLOB
  ) STRICT;
  CREATE TABLE mark (
    source TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (source, first)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO meta VALUES ('format', 1), ('log_from', 0);
  INSERT INTO mark VALUES ('a/b/c', 3, 9);
`

test('a file of format 1 is taken over with its full and open chunks and its marks', async () => {
  const { folder, open } = place()
  const path = join(folder, 'chunks.db')
  mkdirSync(folder, { recursive: true })
  const old = new Database(path)
  old.exec(SCHEMA_1)
  const [full, opened] = [FORMAT_1_CHUNKS[0], FORMAT_1_CHUNKS[1]]
  const [first, last] = [FORMAT_1_TIMES[0], FORMAT_1_TIMES.at(-1)]
  old
    .prepare('INSERT INTO series VALUES (?, ?), (?, ?)')
    .run(1, JSON.stringify(named('a')), 2, JSON.stringify(named('b')))
  old.prepare('INSERT INTO chunk VALUES (1, 1, ?, ?, ?)').run(first, last, Buffer.from(full?.base64 ?? '', 'base64'))
  old.prepare('INSERT INTO open_chunk VALUES (1, ?, ?, -1, NULL)').run(first, last)
  old
    .prepare('INSERT INTO open_chunk VALUES (2, ?, -1, ?, ?)')
    .run(first, last, Buffer.from(opened?.base64 ?? '', 'base64'))
  old.close()
  const store = await open()
  const content = await contentOf(store)
  expect(content.size).toBe(80)
  const samples = await store.select({ matchers: [], ...EVERYTHING })
  expect(samples.map(({ labels }) => labels.name)).toEqual(['a', 'b'])
  expect([...(samples[0]?.values ?? [])]).toEqual(Array.from({ length: 40 }, (_, i) => full?.value(i)))
  expect([...(samples[1]?.values ?? [])]).toEqual(Array.from({ length: 40 }, (_, i) => opened?.value(i)))
  expect(store.marks('a/b/c')).toEqual([{ first: 3, last: 9 }])
  await store.close()
  const again = await open()
  expect((await contentOf(again)).size).toBe(80)
  await again.close()
})

test('a file of a newer version is refused with a sentence', async () => {
  const { folder, open } = place()
  await (await open()).close()
  const db = new Database(join(folder, 'chunks.db'))
  db.exec("UPDATE meta SET value = 99 WHERE key = 'format'")
  db.close()
  await expect(open()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('newer version') })
  expect(() => ChunkReader.open(join(folder, 'chunks.db'))).toThrow(/format is 99/)
})

test('others read the file while the writer has it, and see what it has written', async () => {
  const { folder, open } = place()
  const store = await open()
  await store.append(batchOf(store, [{ name: 'a', time: 1000, value: 1 }]))
  await store.flush()
  const reader = ChunkReader.open(join(folder, 'chunks.db'))
  const ref = store.seriesIndex(named('a'))
  expect(reader.places(ref)).toMatchObject([{ first: 1000, last: 1000, samples: 1 }])
  await store.append(batchOf(store, [{ name: 'a', time: 2000, value: 2 }]))
  await store.flush()
  expect(reader.places(ref)).toHaveLength(2)
  reader.close()
  await store.close()
})

test('a second writer is refused while the first one is there, and let in afterwards', async () => {
  const { open } = place()
  const first = await open()
  await expect(open()).rejects.toMatchObject({ message: expect.stringContaining('another server uses it') })
  await first.close()
  await (await open()).close()
})
