import { join } from 'node:path'
import { EyeNetError } from '@eyenet/shared/errors'
import { epochMs } from '@eyenet/shared/identity'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { Database } from '../../sqlite/sqlite.ts'
import { createLogFile } from '../log/log-file.ts'
import { CHUNK_SAMPLES } from './chunks/chunk.ts'
import type { EmbeddedStore } from './embedded.ts'
import {
  batchOf,
  bitsOf,
  contentOf,
  EVERYTHING,
  KEEP_RAW,
  NOW,
  named,
  type PlainSample,
  storeFolder,
} from './store.testkit.ts'
import { DEFAULT_RETENTION } from './tiers/retention.ts'

const folders: ReturnType<typeof storeFolder>[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.remove()
})

function place() {
  const folder = storeFolder()
  folders.push(folder)
  return folder
}

const sample = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  time: fc.integer({ min: 0, max: 40 }).map((n) => n * 1000),
  value: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double(), fc.constantFrom(-0, Infinity, -Infinity, Number.NaN)),
})

const run = fc
  .record({ name: fc.constantFrom('a', 'b'), start: fc.integer({ min: 0, max: 60_000 }), count: fc.nat(700) })
  .map(({ name, start, count }) =>
    Array.from({ length: count }, (_, i): PlainSample => ({ name, time: start + i * 100, value: (start + i) / 10 })),
  )

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(sample, { maxLength: 30 }).map((samples) => ({ kind: 'append' as const, samples })),
  },
  { weight: 3, arbitrary: run.map((samples) => ({ kind: 'append' as const, samples })) },
  { weight: 2, arbitrary: fc.constant({ kind: 'flush' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'tidy' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'read' as const }) },
  { weight: 1, arbitrary: fc.constantFrom('a', 'b').map((name) => ({ kind: 'delete' as const, name })) },
)

test('any mix of in-order, late and repeated samples, seals, merges, deletions and restarts equals a plain map', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const folder = storeFolder()
      const withTiers = { retention: { ...DEFAULT_RETENTION, rawMs: Number.POSITIVE_INFINITY } }
      let store = await folder.open(withTiers)
      const plain = new Map<string, bigint>()
      try {
        for (const one of steps) {
          if (one.kind === 'append') {
            for (const { name, time, value } of one.samples) plain.set(`${name} ${time}`, bitsOf(value))
            await store.append(batchOf(store, one.samples))
          } else if (one.kind === 'flush') await store.flush()
          else if (one.kind === 'tidy') await store.tidy()
          else if (one.kind === 'read') await contentOf(store)
          else if (one.kind === 'delete') {
            for (const key of plain.keys()) if (key.startsWith(`${one.name} `)) plain.delete(key)
            await store.delete([{ name: 'name', op: '=', value: one.name }])
          } else {
            await store.close()
            store = await folder.open(withTiers)
          }
        }
        expect(new Map([...(await contentOf(store))].sort())).toEqual(new Map([...plain].sort()))
      } finally {
        await store.close()
        await folder.remove()
      }
    }),
    { numRuns: 60 },
  )
}, 240_000)

test('staleness markers and other NaNs keep their bits through head, chunk and merge', async () => {
  const folder = place()
  const store = await folder.open()
  const words = [0x7ff0000000000002n, 0x7ff8000000000000n, 0xfff8000000001234n, bitsOf(1), bitsOf(-0)]
  const all = BigUint64Array.from({ length: 5000 }, (_, i) => words[i % words.length] ?? 0n)
  const values = new Float64Array(all.buffer)
  const ref = store.seriesIndex(named('a'))
  const refs = new Int32Array(2500).fill(ref)
  const odd = (n: number) => Float64Array.from({ length: 2500 }, (_, i) => 1000 * (2 * i + n))
  const part = (n: number) =>
    new Float64Array(BigUint64Array.from({ length: 2500 }, (_, i) => all[2 * i + n] ?? 0n).buffer)
  await store.append({ refs, times: odd(0), values: part(0) })
  await store.append({ refs, times: odd(1), values: part(1) })
  const expected = [...new BigUint64Array(values.buffer)]
  expect([...(await contentOf(store)).values()]).toEqual(expected)
  await store.flush()
  expect([...(await contentOf(store)).values()]).toEqual(expected)
  await store.append({ refs, times: odd(1), values: part(1) })
  await store.flush()
  expect([...(await contentOf(store)).values()]).toEqual(expected)
  await store.close()
})

test('the same mark is stored once, also when both are on their way and after restarts', async () => {
  const folder = place()
  let store = await folder.open()
  const one = [{ name: 'a', time: 1000, value: 1 }]
  const both = await Promise.all([store.append(batchOf(store, one, 1)), store.append(batchOf(store, one, 1))])
  expect(both).toEqual([{ kind: 'stored', samples: 1, rejected: 0 }, { kind: 'duplicate' }])
  await store.close()
  store = await folder.open()
  expect(await store.append(batchOf(store, one, 1))).toEqual({ kind: 'duplicate' })
  expect(await store.append(batchOf(store, one, 3))).toMatchObject({ kind: 'stored' })
  await store.flush()
  await store.close()
  store = await folder.open()
  expect(store.stats().logBytes).toBeLessThan(100)
  expect(store.marks('a/b/c')).toEqual([
    { first: 1, last: 1 },
    { first: 3, last: 3 },
  ])
  const overlap = { ...batchOf(store, one), mark: { source: 'a/b/c', first: 2, last: 3 } }
  expect(await store.append(overlap)).toEqual({ kind: 'overlap', known: [{ first: 3, last: 3 }] })
  await store.close()
})

test('samples before 1970, more than a day ahead or between milliseconds are refused and counted, the rest is stored', async () => {
  const store = await place().open()
  const times = [-1, 0, 0.5, NOW, NOW + 86_400_000, NOW + 86_400_001, Number.NaN, Infinity]
  const batch = batchOf(
    store,
    times.map((time) => ({ name: 'a', time, value: 1 })),
    7,
  )
  expect(await store.append(batch)).toEqual({ kind: 'stored', samples: 3, rejected: 5 })
  expect([...(await contentOf(store)).keys()]).toEqual(['a 0', `a ${NOW}`, `a ${NOW + 86_400_000}`])
  expect(store.marks('a/b/c')).toEqual([{ first: 7, last: 7 }])
  expect(store.stats()).toMatchObject({ storedSamples: 3, rejectedSamples: 5 })
  await store.close()
})

test('a disk that refuses makes append fail with a sentence, nothing of it is stored, and it heals', async () => {
  const folder = place()
  let free = Number.POSITIVE_INFINITY
  const createLogFileOnFullDisk: typeof createLogFile = async (path) => {
    const file = await createLogFile(path)
    return {
      ...file,
      async write(parts, position) {
        const bytes = Buffer.concat(parts)
        if (bytes.length <= free) return file.write(parts, position)
        await file.write([bytes.subarray(0, free)], position)
        throw new Error('ENOSPC: no space left on device')
      },
    }
  }
  let store = await folder.open({ createLogFile: createLogFileOnFullDisk })
  await store.append(batchOf(store, [{ name: 'a', time: 1, value: 1 }], 1))
  free = 30
  const refused = store.append(batchOf(store, [{ name: 'new', time: 2, value: 2 }], 2))
  await expect(refused).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('no space left'),
  })
  await expect(refused).rejects.toBeInstanceOf(EyeNetError)
  expect([...(await contentOf(store)).keys()]).toEqual(['a 1'])
  free = Number.POSITIVE_INFINITY
  await store.append(batchOf(store, [{ name: 'new', time: 3, value: 3 }], 2))
  const before = await contentOf(store)
  expect([...before.keys()]).toEqual(['a 1', 'new 3'])
  await store.close()
  store = await folder.open()
  expect(await contentOf(store)).toEqual(before)
  expect(store.stats().damagedLogBytes).toBe(0)
  await store.close()
})

test('matchers work as in Prometheus: anchored, and a label that is not there is empty', async () => {
  const store = await place().open()
  const labels = [
    { __name__: 'up', site: 'bern', device: 'r1' },
    { __name__: 'up', site: 'basel', device: 'r2' },
    { __name__: 'up', device: 'r3' },
    { __name__: 'down', site: 'bern', device: 'r1', empty: '' },
  ]
  const refs = Int32Array.from(labels, (one) => store.seriesIndex(one))
  await store.append({ refs, times: epochMs(1000), values: new Float64Array(labels.length) })
  const found = async (...matchers: [string, '=' | '!=' | '=~' | '!~', string][]) => {
    const selection = { matchers: matchers.map(([name, op, value]) => ({ name, op, value })), ...EVERYTHING }
    return (await store.select(selection)).map((one) => `${one.labels.__name__}/${one.labels.device}`)
  }
  expect(await found(['__name__', '=', 'up'])).toEqual(['up/r1', 'up/r2', 'up/r3'])
  expect(await found(['__name__', '=', 'up'], ['site', '=', ''])).toEqual(['up/r3'])
  expect(await found(['__name__', '=', 'up'], ['site', '!=', 'bern'])).toEqual(['up/r2', 'up/r3'])
  expect(await found(['site', '=~', 'b.*'], ['site', '!~', 'ba.+'])).toEqual(['up/r1', 'down/r1'])
  expect(await found(['site', '=~', 'ber'])).toEqual([])
  expect(await found(['site', '=~', '|bern'], ['__name__', '=', 'up'])).toEqual(['up/r1', 'up/r3'])
  expect(await found(['constructor', '=', ''], ['device', '=', 'r2'])).toEqual(['up/r2'])
  const all = { matchers: [], ...EVERYTHING }
  expect(await store.labelNames(all)).toEqual(['__name__', 'device', 'site'])
  expect(await store.labelValues('site', all)).toEqual(['basel', 'bern'])
  expect(await store.series({ ...all, from: epochMs(1001) })).toEqual([])
  expect(store.seriesIndex({ device: 'r1', site: 'bern', __name__: 'up' })).toBe(refs[0])
  await store.close()
})

async function fill(store: EmbeddedStore, name: string, span: { start: number; count: number }): Promise<void> {
  const samples = Array.from({ length: span.count }, (_, i) => ({ name, time: span.start + i * 30_000, value: i }))
  await store.append(batchOf(store, samples))
}

test('chunks older than the retention go, younger ones and young series stay', async () => {
  const folder = place()
  const store = await folder.open({ retention: { ...KEEP_RAW, rawMs: 30 * 86_400_000 } })
  await fill(store, 'old', { start: NOW - 40 * 86_400_000, count: CHUNK_SAMPLES * 2 + 7 })
  await fill(store, 'both', { start: NOW - 40 * 86_400_000, count: CHUNK_SAMPLES })
  await store.flush()
  await fill(store, 'both', { start: NOW - 86_400_000, count: CHUNK_SAMPLES })
  await store.flush()
  await store.tidy()
  expect((await contentOf(store)).size).toBe(CHUNK_SAMPLES)
  expect(await store.labelValues('name', { matchers: [], ...EVERYTHING })).toEqual(['both'])
  await store.close()
  const again = await folder.open()
  expect((await contentOf(again)).size).toBe(CHUNK_SAMPLES)
  expect(again.stats().series).toBe(1)
  await again.close()
})

test('a damaged chunk is counted and left out of the answer, and the others are served', async () => {
  const folder = place()
  const store = await folder.open()
  await fill(store, 'a', { start: 0, count: CHUNK_SAMPLES * 3 + 5 })
  await store.flush()
  await store.close()
  const database = new Database(join(folder.folder, 'chunks.db'))
  const row = database.prepare<[], { id: number; data: Buffer }>('SELECT id, data FROM chunk ORDER BY id LIMIT 1').get()
  row?.data.writeUInt8(row.data.readUInt8(10) ^ 4, 10)
  database.prepare('UPDATE chunk SET data = ? WHERE id = ?').run(row?.data, row?.id)
  database.close()
  const again = await folder.open()
  expect((await contentOf(again)).size).toBe(CHUNK_SAMPLES * 2 + 5)
  expect(again.stats().damagedChunks).toBe(1)
  await again.close()
})

test('a flush that the disk refuses keeps everything readable, is counted, and the next one does it', async () => {
  const folder = place()
  let refuses = false
  const store = await folder.open({
    headSamplesMax: 500,
    createLogFile: async (path) => {
      if (refuses) throw new Error('EIO: i/o error')
      return createLogFile(path)
    },
  })
  await fill(store, 'a', { start: 0, count: 400 })
  refuses = true
  await fill(store, 'b', { start: 0, count: 400 })
  await store.maintain()
  expect(store.stats()).toMatchObject({ headSamples: 800, failedMaintenance: 1 })
  refuses = false
  await store.flush()
  expect(store.stats().headSamples).toBe(0)
  expect((await contentOf(store)).size).toBe(800)
  await store.close()
})

test('heads over their limit are written by themselves, in several turns', async () => {
  const store = await place().open({ headSamplesMax: 1000 })
  await fill(store, 'a', { start: 0, count: 1500 })
  await store.maintain()
  await store.flush()
  expect(store.stats()).toMatchObject({ headSamples: 0, failedMaintenance: 0 })
  expect((await contentOf(store)).size).toBe(1500)
  await store.close()
})

test('a folder in use is refused with a sentence', async () => {
  const folder = place()
  const store = await folder.open()
  await expect(folder.open()).rejects.toMatchObject({ code: 'unavailable' })
  await store.close()
  await expect(store.append(batchOf(store, [{ name: 'a', time: 1, value: 1 }]))).rejects.toMatchObject({
    code: 'unavailable',
  })
})
