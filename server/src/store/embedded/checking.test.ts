import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { Database } from '../../sqlite/sqlite.ts'
import { compactStore } from '../compact-store.ts'
import { checkStore, isSound } from './checking.ts'
import { chunksFileOf } from './chunks/chunks-file.ts'
import { storeStatistics } from './statistics.ts'
import { batchOf, contentOf, NOW, storeFolder } from './store.testkit.ts'
import { DEFAULT_RETENTION } from './tiers/retention.ts'

const folders: ReturnType<typeof storeFolder>[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.remove()
})

const DAY = 86_400_000
const QUIET = () => undefined
const compact = (folder: string, dropDamaged: boolean) =>
  compactStore({ folder, dropDamaged, progress: QUIET, logger: pino({ level: 'silent' }), clock: { now: () => NOW } })

/** A store with samples of three days in chunks, their tiers, and one sample in the log. */
async function filled() {
  const place = storeFolder()
  folders.push(place)
  const retention = { ...DEFAULT_RETENTION, rawMs: Number.POSITIVE_INFINITY }
  const store = await place.open({ retention })
  const samples = Array.from({ length: 3 * 1440 }, (_, i) => ({
    ...{ name: i % 2 === 0 ? 'a' : 'b', time: NOW - 3 * DAY + i * 60_000, value: i % 77 },
  }))
  for (let at = 0; at < samples.length; at += 500) {
    await store.append(batchOf(store, samples.slice(at, at + 500)))
    await store.flush()
  }
  await store.tidy()
  await store.append(batchOf(store, [{ name: 'a', time: NOW, value: 1 }]))
  const reopen = () => place.open({ retention })
  return { ...place, store, samples, reopen }
}

function damage(folder: string, table: 'chunk' | 'tier_chunk'): void {
  const database = new Database(chunksFileOf(folder))
  const row = database.prepare<[], { id: number; data: Buffer }>(`SELECT id, data FROM ${table} LIMIT 1`).get()
  row?.data.writeUInt8(row.data.readUInt8(12) ^ 4, 12)
  database.prepare(`UPDATE ${table} SET data = ? WHERE id = ?`).run(row?.data, row?.id)
  database.close()
}

test('a sound store is read wholly while it is in use, and nothing is found', async () => {
  const { folder, store } = await filled()
  const report = await checkStore(folder, QUIET)
  expect(isSound(report)).toBe(true)
  expect(report.chunks.checked).toBeGreaterThan(0)
  expect(report.tierRows.checked).toBeGreaterThan(0)
  expect(report.log.records).toBeGreaterThan(0)
  await store.close()
})

test('a damaged chunk, row of a tier and log segment are each found and named', async () => {
  const { folder, store } = await filled()
  await store.close()
  damage(folder, 'chunk')
  damage(folder, 'tier_chunk')
  const log = join(folder, 'log')
  const [name = ''] = readdirSync(log)
  const bytes = readFileSync(join(log, name))
  writeFileSync(join(log, name), bytes.subarray(0, bytes.length - 3))
  const torn = await checkStore(folder, QUIET)
  expect(torn).toMatchObject({ chunks: { damaged: 1 }, tierRows: { damaged: 1 }, log: { damaged: 0 } })
  bytes.writeUInt8(bytes.readUInt8(10) ^ 1, 10)
  writeFileSync(join(log, name), bytes)
  const report = await checkStore(folder, QUIET)
  expect(isSound(report)).toBe(false)
  expect(report.log).toMatchObject({ damaged: 1, damagedBytes: bytes.length })
  expect(report.places).toHaveLength(3)
})

test('a page of the file that is overwritten is found, and what is on others is served', async () => {
  const { folder, reopen, samples, store } = await filled()
  await store.close()
  const path = chunksFileOf(folder)
  const database = new Database(path)
  const [page] = database
    .prepare<[], number>("SELECT pageno FROM dbstat WHERE name = 'chunk' AND pagetype = 'leaf'")
    .pluck()
    .all()
  const size = Number(database.pragma('page_size', { simple: true }))
  database.close()
  const bytes = readFileSync(path)
  bytes.fill(0xee, ((page ?? 0) - 1) * size, (page ?? 0) * size)
  writeFileSync(path, bytes)
  const report = await checkStore(folder, QUIET)
  expect(isSound(report)).toBe(false)
  expect(report.fileFaults.length).toBeGreaterThan(0)
  const again = await reopen()
  expect((await contentOf(again)).size).toBeLessThan(samples.length)
  expect((await contentOf(again)).get(`a ${NOW}`)).toBeDefined()
  expect(again.stats().damagedChunks).toBeGreaterThan(0)
  await again.close()
})

test('what follows the last whole record is no damage: it may be on its way', async () => {
  const { folder, store } = await filled()
  await store.close()
  const log = join(folder, 'log')
  appendFileSync(join(log, readdirSync(log)[0] ?? ''), 'half')
  expect(isSound(await checkStore(folder, QUIET))).toBe(true)
})

test('compacting merges and rewrites, keeps every sample, and is refused while the store is in use', async () => {
  const { folder, reopen, store } = await filled()
  const before = await contentOf(store)
  await expect(compact(folder, false)).rejects.toMatchObject({ code: 'unavailable' })
  await store.close()
  const done = await compact(folder, false)
  expect(done.bytesAfter).toBeLessThanOrEqual(done.bytesBefore)
  expect(done.dropped).toBe(0)
  const again = await reopen()
  expect(await contentOf(again)).toEqual(before)
  expect(again.stats().headSamples).toBe(0)
  await again.close()
})

test('compacting removes damaged pieces where it is told to, and the tiers are made again of the samples', async () => {
  const { folder, reopen, store } = await filled()
  await store.close()
  damage(folder, 'tier_chunk')
  expect((await compact(folder, false)).dropped).toBe(0)
  expect((await compact(folder, true)).dropped).toBe(1)
  expect(isSound(await checkStore(folder, QUIET))).toBe(true)
  const again = await reopen()
  await again.tidy()
  const use = { func: 'count_over_time', rangeMs: DAY, stepMs: 300_000, firstMs: NOW - 2 * DAY }
  const found = await again.select({ matchers: [], from: epochMs(NOW - 3 * DAY), to: NOW, use })
  expect(found.map(({ tier }) => tier?.column)).toEqual(['count', 'count'])
  const counted = found.map(({ values }) => values.reduce((sum, one) => sum + one, 0))
  expect(counted.reduce((sum, one) => sum + one, 0)).toBe(3 * 1440 + 1)
  await again.close()
})

test('statistics tell samples, bytes, times and the largest metrics', async () => {
  const { folder, samples, store } = await filled()
  const found = await storeStatistics(folder)
  expect(found).toMatchObject({ series: 2, samples: samples.length, oldest: samples[0]?.time })
  expect(found.newest).toBe(samples.at(-1)?.time)
  expect(found.tiers.map(({ tier }) => tier)).toEqual([300_000, 3_600_000])
  expect(found.metrics).toMatchObject([{ metric: 'test', series: 2, samples: samples.length }])
  expect(found.bytes.log).toBeGreaterThan(0)
  await store.close()
})
