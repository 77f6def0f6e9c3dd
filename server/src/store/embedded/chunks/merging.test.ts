import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { batchOf, contentOf, NOW, named, storeFolder } from '../store.testkit.ts'
import { CHUNK_SAMPLES } from './chunk.ts'
import type { ChunkPlace } from './chunk-reader.ts'
import { ChunkReader } from './chunk-reader.ts'
import { chunksFileOf } from './chunks-file.ts'
import { planMerge } from './merge-plan.ts'

const folders: ReturnType<typeof storeFolder>[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.remove()
})

const HOUR = 3_600_000

test('hours of samples become full chunks, and nothing of them changes', async () => {
  const folder = storeFolder()
  folders.push(folder)
  const store = await folder.open()
  const start = NOW - 100 * HOUR
  for (let hour = 0; hour < 96; hour++) {
    const samples = Array.from({ length: 120 }, (_, i) => {
      const time = start + hour * HOUR + i * 30_000
      return { name: 'a', time, value: (time / 30_000) % 97 }
    })
    await store.append(batchOf(store, samples))
    await store.flush()
  }
  const before = await contentOf(store)
  await store.tidy()
  const reader = ChunkReader.open(chunksFileOf(folder.folder))
  const places = reader.places(store.seriesIndex(named('a')))
  reader.close()
  expect(places.length).toBeLessThan(14)
  expect(places.filter(({ samples }) => samples === CHUNK_SAMPLES).length).toBeGreaterThanOrEqual(5)
  expect(before.size).toBe(96 * 120)
  expect(await contentOf(store)).toEqual(before)
  await store.close()
})

const place = fc.record({
  gap: fc.integer({ min: -40, max: 60 }),
  length: fc.nat(50),
  samples: fc.integer({ min: 1, max: 1920 }),
})
const places = fc.array(place, { maxLength: 30 }).map((rows) => {
  let time = 1000
  return rows.map(({ gap, length, samples }, id): ChunkPlace => {
    const first = Math.max(0, time + gap)
    time = first + length
    return { id, first, last: time, samples, bytes: samples * 2 }
  })
})

test('what is chosen may take a place behind everything: nothing else overlaps it', () => {
  fc.assert(
    fc.property(places, (all) => {
      const chosen = planMerge(all, 1200)
      if (chosen === undefined) return
      expect(chosen.length).toBeGreaterThan(1)
      const first = Math.min(...chosen.map((one) => one.first))
      const last = Math.max(...chosen.map((one) => one.last))
      for (const other of all) {
        if (!chosen.includes(other)) expect(other.last < first || other.first > last).toBe(true)
      }
    }),
    { numRuns: 500 },
  )
})

test('merging what is chosen comes to an end, and leaves no two small chunks side by side that are settled', () => {
  fc.assert(
    fc.property(places, (all) => {
      let left: readonly ChunkPlace[] = [...all].sort((a, b) => a.last - b.last)
      for (let id = 1000; ; id++) {
        const chosen = planMerge(left, Number.POSITIVE_INFINITY)
        if (chosen === undefined) break
        expect(id).toBeLessThan(1100)
        const samples = chosen.reduce((sum, one) => sum + one.samples, 0)
        const [first, last] = [Math.min(...chosen.map((one) => one.first)), Math.max(...chosen.map((one) => one.last))]
        const merged = { id, first, last, samples, bytes: samples * 2 }
        left = [...left.filter((one) => !chosen.includes(one)), merged].sort((a, b) => a.last - b.last)
      }
      left.forEach((one, i) => {
        const next = left[i + 1]
        if (next === undefined || Math.max(one.samples, next.samples) >= 1280) return
        expect(one.samples + next.samples).toBeGreaterThan(CHUNK_SAMPLES)
      })
    }),
    { numRuns: 500 },
  )
})
