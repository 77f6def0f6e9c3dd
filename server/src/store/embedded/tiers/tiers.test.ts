import { epochMs } from '@eyenet/shared/identity'
import type { SelectionUse, SeriesSamples } from '@eyenet/shared/promql'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import type { EmbeddedStore } from '../embedded.ts'
import { batchOf, EVERYTHING, NOW, named, type PlainSample, storeFolder } from '../store.testkit.ts'
import { DEFAULT_RETENTION, type Retention } from './retention.ts'
import { bucketEnd, FIVE_MINUTES, ONE_HOUR } from './tier-buckets.ts'

const folders: ReturnType<typeof storeFolder>[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.remove()
})

function place() {
  const folder = storeFolder()
  folders.push(folder)
  return folder
}

const MINUTE = 60_000
const DAY = 86_400_000
const KEEP_ALL: Retention = { ...DEFAULT_RETENTION, rawMs: Number.POSITIVE_INFINITY }

/** A use whose windows are whole buckets of the tier and of no coarser one. */
function exactly(func: string, tier: number): SelectionUse {
  return {
    func,
    rangeMs: 4 * tier,
    stepMs: tier,
    firstMs: bucketEnd(NOW - 40 * DAY, tier) + (tier === ONE_HOUR ? 0 : tier),
  }
}

async function read(store: EmbeddedStore, use?: SelectionUse): Promise<SeriesSamples | undefined> {
  const from = epochMs(NOW - 50 * DAY)
  const [found] = await store.select({ matchers: [], from, to: epochMs(NOW), ...(use && { use }) })
  return found
}

const grid = fc.integer({ min: 0, max: 6 * 24 * 60 }).map((minutes) => NOW - 7 * DAY + minutes * MINUTE)
const scattered = fc.array(fc.record({ time: grid, value: fc.integer({ min: 0, max: 2000 }).map((n) => n / 8) }), {
  maxLength: 60,
})
const run = fc
  .record({ time: grid, count: fc.integer({ min: 1, max: 300 }), value: fc.integer({ min: 0, max: 50 }) })
  .map(({ time, count, value }) =>
    Array.from({ length: count }, (_, i) => ({ time: time + i * MINUTE, value: (value + (i % 7)) / 4 })),
  )
const step = fc.oneof(
  { weight: 3, arbitrary: fc.oneof(scattered, run).map((samples) => ({ kind: 'append' as const, samples })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'flush' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'tidy' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
)

/** What a tier must say of plain samples, by bucket. */
function expected(plain: ReadonlyMap<number, number>, tier: number, upTo: number) {
  const buckets = new Map<
    number,
    { time: number; last: number; min: number; max: number; sum: number; count: number }
  >()
  for (const [time, value] of [...plain].sort(([a], [b]) => a - b)) {
    const end = bucketEnd(time, tier)
    if (end > upTo) continue
    const known = buckets.get(end)
    buckets.set(end, {
      ...{ time, last: value, count: (known?.count ?? 0) + 1, sum: (known?.sum ?? 0) + value },
      min: Math.min(known?.min ?? value, value),
      max: Math.max(known?.max ?? value, value),
    })
  }
  return [...buckets.values()]
}

test('whatever way the samples came, the tiers say of them what PromQL says of the samples', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const folder = storeFolder()
      let now = NOW - 2 * DAY
      const options = { retention: KEEP_ALL, clock: { now: () => epochMs(now) } }
      let store = await folder.open(options)
      const plain = new Map<number, number>()
      try {
        for (const one of steps) {
          now = Math.min(NOW, now + DAY / 2)
          if (one.kind === 'append') {
            for (const { time, value } of one.samples) plain.set(time, value)
            await store.append(
              batchOf(
                store,
                one.samples.map((sample): PlainSample => ({ name: 'a', ...sample })),
              ),
            )
          } else if (one.kind === 'flush') await store.flush()
          else if (one.kind === 'tidy') await store.tidy()
          else {
            await store.close()
            store = await folder.open(options)
          }
        }
        await store.flush()
        await store.tidy()
        const border = Math.floor((now - DAY) / DAY) * DAY
        for (const tier of [FIVE_MINUTES, ONE_HOUR]) {
          const wanted = expected(plain, tier, border)
          for (const column of ['min', 'max', 'sum', 'count', 'last'] as const) {
            const found = await read(store, exactly(`${column}_over_time`, tier))
            const end = found?.times.findIndex((time) => time > border) ?? 0
            const count = end < 0 ? found?.times.length : end
            expect([...(found?.times.slice(0, count) ?? [])]).toEqual(wanted.map(({ time }) => time))
            expect([...(found?.values.slice(0, count) ?? [])]).toEqual(wanted.map((bucket) => bucket[column]))
            if (wanted.length > 0) expect(found?.tier).toMatchObject({ resolutionMs: tier, column })
          }
        }
      } finally {
        await store.close()
        await folder.remove()
      }
    }),
    { numRuns: 40 },
  )
}, 240_000)

/** A counter that is reset once, at 30 s, from `days` days ago until now. */
function counter(days: number): PlainSample[] {
  const count = days * 2880
  return Array.from({ length: count }, (_, i) => ({
    ...{ name: 'a', time: NOW - days * DAY + (i + 1) * 30_000 },
    value: i < count / 3 ? 1e9 + i * 100 : (i - count / 3) * 100,
  }))
}

test('a counter is rebuilt from the increase, without its reset, and goes on with the samples', async () => {
  const store = await place().open({ retention: KEEP_ALL })
  const samples = counter(6)
  for (let at = 0; at < samples.length; at += 5000) await store.append(batchOf(store, samples.slice(at, at + 5000)))
  await store.flush()
  await store.tidy()
  const use = { func: 'rate', rangeMs: 2 * ONE_HOUR, stepMs: ONE_HOUR, firstMs: NOW - 5 * DAY }
  const found = await read(store, use)
  expect(found?.tier).toEqual({ resolutionMs: ONE_HOUR, column: 'counter' })
  expect(found?.times.length).toBeLessThan(5 * 24 + 2 * 2880)
  const values = found?.values ?? new Float64Array()
  expect(values.every((value, i) => i === 0 || value >= (values[i - 1] ?? 0))).toBe(true)
  const grown = samples.reduce((sum, { value }, i) => {
    const before = samples[i - 1]?.value ?? value
    return sum + (value < before ? value : value - before)
  }, 0)
  // The first bucket begins the counter at its own last value.
  const inFirst = 119 * 100
  expect((values.at(-1) ?? 0) - (values[0] ?? 0)).toBe(grown - inFirst)
  await store.close()
})

test('averages come with the counts beside the sums, samples that follow counting one', async () => {
  const store = await place().open({ retention: KEEP_ALL })
  await store.append(batchOf(store, counter(3)))
  await store.flush()
  await store.tidy()
  const found = await read(store, exactly('avg_over_time', ONE_HOUR))
  expect(found?.tier).toMatchObject({ resolutionMs: ONE_HOUR, column: 'avg' })
  const counts = found?.tier?.counts ?? new Float64Array()
  expect(counts.length).toBe(found?.values.length)
  expect(counts.reduce((sum, one) => sum + one, 0)).toBe(3 * 2880)
  await store.close()
})

test('samples are the answer to everything that a tier does not answer exactly, while they are there', async () => {
  const store = await place().open({ retention: KEEP_ALL })
  await store.append(batchOf(store, counter(3)))
  await store.flush()
  await store.tidy()
  for (const func of ['quantile_over_time', 'changes', 'rate', undefined]) {
    const use = { func, rangeMs: 4 * ONE_HOUR, stepMs: ONE_HOUR, firstMs: NOW - DAY }
    const [found] = await store.select({ matchers: [], from: epochMs(NOW - 2 * DAY), to: NOW, use })
    expect(found?.tier).toBeUndefined()
    expect(found?.times.length).toBe(2 * 2880 + 1)
  }
  await store.close()
})

test('where samples are too old the tiers answer, and none go before the tiers have them', async () => {
  const folder = place()
  let now: number = NOW
  const clock = { now: () => epochMs(now) }
  const retention = { ...DEFAULT_RETENTION, rawMs: DAY, fiveMinutesMs: 10 * DAY, oneHourMs: 40 * DAY }
  let store = await folder.open({ retention, clock })
  await store.append(batchOf(store, counter(3)))
  await store.flush()
  now = NOW + 5 * DAY
  await store.tidy()
  const found = await read(store)
  expect(found?.tier).toEqual({ resolutionMs: FIVE_MINUTES, column: 'last' })
  expect(found?.times.length).toBe(3 * 288)
  expect(store.stats().expiredChunks).toBeGreaterThan(0)
  await store.close()
  store = await folder.open({ retention, clock })
  now = NOW + 20 * DAY
  await store.tidy()
  expect((await read(store))?.tier).toEqual({ resolutionMs: ONE_HOUR, column: 'last' })
  expect(await store.labelValues('name', { matchers: [], ...EVERYTHING })).toEqual(['a'])
  now = NOW + 60 * DAY
  await store.tidy()
  expect(await read(store)).toBeUndefined()
  expect(store.stats()).toMatchObject({ series: 0, endedSeries: 1 })
  await store.close()
})

test('samples that come when the others are gone are added to their buckets', async () => {
  const folder = place()
  let now: number = NOW
  const retention = { ...DEFAULT_RETENTION, rawMs: DAY }
  const store = await folder.open({ retention, clock: { now: () => epochMs(now) } })
  await store.append(batchOf(store, counter(3)))
  await store.flush()
  now = NOW + 5 * DAY
  await store.tidy()
  const late = { name: 'a', time: NOW - 2 * DAY + 10_000, value: 5e12 }
  await store.append(batchOf(store, [late]))
  await store.flush()
  await store.tidy()
  const max = await read(store, exactly('max_over_time', ONE_HOUR))
  const count = await read(store, exactly('count_over_time', ONE_HOUR))
  expect(max?.values.filter((value) => value === 5e12)).toHaveLength(1)
  expect(count?.values.reduce((sum, one) => sum + one, 0)).toBe(3 * 2880 + 1)
  await store.close()
})

test('the first rule that matches a series says how long it is kept', async () => {
  let now: number = NOW
  const retention: Retention = {
    ...{ ...DEFAULT_RETENTION, rawMs: 2 * DAY, fiveMinutesMs: 0, oneHourMs: 0 },
    rules: [
      { matchers: [{ name: 'name', op: '=', value: 'long' }], rawMs: 90 * DAY },
      { matchers: [{ name: 'name', op: '=~', value: 'l.*' }], rawMs: DAY },
    ],
  }
  const store = await place().open({ retention, clock: { now: () => epochMs(now) } })
  const names = ['long', 'little', 'other']
  await store.append(
    batchOf(
      store,
      names.map((name) => ({ name, time: NOW - DAY / 2, value: 1 })),
    ),
  )
  await store.flush()
  const left = async () => store.labelValues('name', { matchers: [], ...EVERYTHING })
  now = NOW + DAY
  await store.tidy()
  expect(await left()).toEqual(['long', 'other'])
  now = NOW + 30 * DAY
  await store.tidy()
  expect(await left()).toEqual(['long'])
  await store.close()
})

test('over the quota the oldest samples go first, counted, and their buckets answer', async () => {
  const folder = place()
  const options = { retention: KEEP_ALL, maxBytes: 1_500_000 }
  const store = await folder.open(options)
  for (const [i, name] of ['a', 'b', 'c', 'd', 'e', 'f'].entries()) {
    const noisy = counter(20).map(({ time }, at) => ({
      name,
      time,
      value: (Math.imul(at + i, 0x9e3779b1) >>> 0) / 100,
    }))
    for (let at = 0; at < noisy.length; at += 20_000) await store.append(batchOf(store, noisy.slice(at, at + 20_000)))
  }
  await store.flush()
  expect(store.stats().chunkBytes).toBeGreaterThan(1_000_000)
  await store.tidy()
  const { chunkBytes, quotaChunks } = store.stats()
  expect(chunkBytes).toBeLessThanOrEqual(1_500_000)
  expect(quotaChunks).toBeGreaterThan(0)
  const found = await read(store)
  expect(found?.tier).toMatchObject({ column: 'last' })
  expect(found?.times.at(-1)).toBe(NOW)
  await store.close()
})

test('a series that ended comes back when a batch was on its way to it, and its old number is unknown later', async () => {
  const folder = place()
  const retention = { ...DEFAULT_RETENTION, rawMs: DAY, fiveMinutesMs: 0, oneHourMs: 0 }
  let store = await folder.open({ retention })
  await store.append(batchOf(store, [{ name: 'a', time: NOW - 3 * DAY, value: 1 }]))
  await store.flush()
  const onItsWay = store.append(batchOf(store, [{ name: 'a', time: NOW, value: 2 }]))
  await store.tidy()
  expect(await onItsWay).toMatchObject({ kind: 'stored' })
  expect((await read(store))?.values).toEqual(Float64Array.of(2))
  await store.close()
  store = await folder.open({ retention })
  expect((await read(store))?.values).toEqual(Float64Array.of(2))
  const gone = store.seriesIndex(named('b'))
  await store.append(batchOf(store, [{ name: 'a', time: NOW, value: 3 }]))
  await store.flush()
  await store.tidy()
  await store.flush()
  const batch = { refs: Int32Array.of(gone), times: NOW, values: Float64Array.of(1) }
  expect(await store.append(batch)).toEqual({ kind: 'unknown', refs: [gone] })
  expect(store.seriesIndex(named('b'))).not.toBe(gone)
  await store.close()
})
