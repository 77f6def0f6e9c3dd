import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openEmbeddedStore } from './embedded.ts'
import { takeSnapshot } from './snapshot.ts'
import { batchOf, contentOf, NOW, storeFolder } from './store.testkit.ts'

test('a snapshot is a store of its own, with what was there when it was asked for', async () => {
  const folder = storeFolder()
  try {
    const store = await folder.open()
    await store.append(batchOf(store, [{ name: 'a', time: 1_000, value: 1 }]))
    await store.flush()
    await store.append(batchOf(store, [{ name: 'b', time: 2_000, value: 2 }]))
    const withoutHead = await store.snapshot({ skipHead: true })
    const whole = await store.snapshot({ skipHead: false })
    await store.append(batchOf(store, [{ name: 'c', time: 3_000, value: 3 }]))
    await store.close()
    const keysIn = async (name: string) => {
      const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
      const copy = await openEmbeddedStore({
        ...{ folder: join(folder.folder, 'snapshots', name), logger: log, clock: { now: () => NOW } },
        ...{ maintainEveryMs: 0 },
      })
      const keys = [...(await contentOf(copy)).keys()]
      await copy.close()
      return keys
    }
    expect(await keysIn(withoutHead)).toEqual(['a 1000'])
    expect(await keysIn(whole)).toEqual(['a 1000', 'b 2000'])
  } finally {
    await folder.remove()
  }
})

test('a copy that fails leaves nothing, and the twenty-first is refused', async () => {
  const folder = storeFolder()
  try {
    const fails = takeSnapshot(folder.folder, NOW, () => Promise.reject(new Error('no space left')))
    await expect(fails).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/no space left/) })
    for (let i = 0; i < 20; i += 1) await takeSnapshot(folder.folder, NOW, async () => undefined)
    expect(readdirSync(join(folder.folder, 'snapshots'))).toHaveLength(20)
    await expect(takeSnapshot(folder.folder, NOW, async () => undefined)).rejects.toMatchObject({ code: 'conflict' })
  } finally {
    await folder.remove()
  }
})
