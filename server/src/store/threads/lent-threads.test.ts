import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { LentThreads } from './lent-threads.ts'

function lender(size: number) {
  const starts: { resolve: (name: string) => void; reject: (error: Error) => void }[] = []
  const ended: string[] = []
  const threads = new LentThreads<string>({
    ...{ size, idleMs: 60_000 },
    start: () => new Promise((resolve, reject) => starts.push({ resolve, reject })),
    end: async (name) => ended.push(name),
  })
  return { threads, starts, ended }
}

test('whoever leaves while a dead thread is replaced takes nobody with it', async () => {
  const { threads, starts } = lender(1)
  const first = threads.take()
  starts[0]?.resolve('a')
  expect(await first).toBe('a')
  const gone = new AbortController()
  const [second, third] = [threads.take(gone.signal), threads.take()]
  threads.left('a')
  threads.giveBack('a')
  gone.abort()
  await expect(second).rejects.toMatchObject({ code: 'cancelled' })
  starts[1]?.resolve('b')
  expect(await third).toBe('b')
  threads.giveBack('b')
  expect(await threads.take()).toBe('b')
})

test('a thread that cannot be started fails one taker, and the next one tries again', async () => {
  const { threads, starts } = lender(1)
  const [first, second] = [threads.take(), threads.take()]
  starts[0]?.reject(new Error('no memory'))
  await expect(first).rejects.toThrow('no memory')
  starts[1]?.resolve('a')
  expect(await second).toBe('a')
})

test('closing ends what is there, what is being started, and all waiting', async () => {
  const { threads, starts, ended } = lender(2)
  const [first, second] = [threads.take(), threads.take()]
  starts[0]?.resolve('a')
  expect(await first).toBe('a')
  await threads.close()
  await expect(second).rejects.toMatchObject({ code: 'unavailable' })
  starts[1]?.resolve('b')
  await setImmediate()
  expect(ended).toEqual(['a', 'b'])
  threads.giveBack('a')
  await expect(threads.take()).rejects.toMatchObject({ code: 'unavailable' })
  expect(starts).toHaveLength(2)
})

test('no more are started than there may be, and each is lent once at a time', async () => {
  const { threads, starts } = lender(2)
  const takes = Array.from({ length: 5 }, () => threads.take())
  expect(starts).toHaveLength(2)
  starts[0]?.resolve('a')
  starts[1]?.resolve('b')
  expect(await Promise.all(takes.slice(0, 2))).toEqual(['a', 'b'])
  threads.giveBack('b')
  expect(await takes[2]).toBe('b')
  threads.giveBack('a')
  threads.giveBack('b')
  expect((await Promise.all(takes.slice(3))).sort()).toEqual(['a', 'b'])
  expect(starts).toHaveLength(2)
})
