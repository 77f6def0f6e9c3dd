import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { batchOf, contentOf, storeFolder } from '../embedded/store.testkit.ts'

async function withLog(check: (log: Buffer, reopen: (bytes: Buffer) => Promise<string[]>) => Promise<void>) {
  const folder = storeFolder()
  const store = await folder.open()
  for (let i = 0; i < 6; i++) await store.append(batchOf(store, [{ name: 'abc'[i % 3] ?? '', time: i, value: i }], i))
  await store.close()
  const name = readdirSync(join(folder.folder, 'log'))[0] ?? ''
  const path = join(folder.folder, 'log', name)
  await check(readFileSync(path), async (bytes) => {
    writeFileSync(path, bytes)
    const again = await folder.open()
    const keys = [...(await contentOf(again)).keys()].sort((a, b) => Number(a.slice(2)) - Number(b.slice(2)))
    expect(again.marks('a/b/c')).toEqual(keys.length === 0 ? [] : [{ first: 0, last: keys.length - 1 }])
    await again.close()
    return keys
  })
  await folder.remove()
}

const WHOLE = ['a 0', 'b 1', 'c 2', 'a 3', 'b 4', 'c 5']

test('a log cut at any byte gives the records before the cut', async () => {
  await withLog(async (log, reopen) => {
    let before = 0
    for (let length = 0; length <= log.length; length++) {
      const keys = await reopen(log.subarray(0, length))
      expect(keys).toEqual(WHOLE.slice(0, keys.length))
      expect(keys.length).toBeGreaterThanOrEqual(before)
      before = keys.length
    }
    expect(before).toBe(WHOLE.length)
  })
}, 240_000)

test('a log with any byte flipped gives the records before it', async () => {
  await withLog(async (log, reopen) => {
    for (let at = 0; at < log.length; at++) {
      const flipped = Buffer.from(log)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8))
      const keys = await reopen(flipped)
      expect(keys).toEqual(WHOLE.slice(0, keys.length))
      expect(keys.length).toBeLessThan(WHOLE.length)
    }
  })
}, 240_000)

test('damage in an earlier segment puts the later ones aside instead of leaving a gap', async () => {
  const folder = storeFolder()
  for (let i = 0; i < 3; i++) {
    const store = await folder.open()
    await store.append(batchOf(store, [{ name: 'a', time: i, value: i }], i))
    await store.close()
  }
  const log = join(folder.folder, 'log')
  const [, second] = readdirSync(log).sort()
  const path = join(log, second ?? '')
  const bytes = readFileSync(path)
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  writeFileSync(path, bytes)
  const store = await folder.open()
  expect([...(await contentOf(store)).keys()]).toEqual(['a 0'])
  expect(store.stats().damagedLogBytes).toBeGreaterThan(0)
  expect(readdirSync(log).filter((name) => name.endsWith('.damaged'))).toHaveLength(2)
  await store.append(batchOf(store, [{ name: 'a', time: 9, value: 9 }], 1))
  await store.close()
  const again = await folder.open()
  expect([...(await contentOf(again)).keys()]).toEqual(['a 0', 'a 9'])
  await again.close()
  await folder.remove()
})
