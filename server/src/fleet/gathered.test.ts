import { expect, test } from 'vitest'
import { Gathered } from './gathered.ts'

/** Work that is through when the test says so. */
function held() {
  const turns: { readonly items: readonly number[]; readonly end: (why?: Error) => void }[] = []
  const gathered = new Gathered<number>(
    (items) =>
      new Promise((done, failed) => {
        turns.push({ items, end: (why) => (why === undefined ? done() : failed(why)) })
      }),
  )
  return { gathered, turns }
}

test('the first is done at once, what comes meanwhile together', async () => {
  const { gathered, turns } = held()
  const all = [1, 2, 3].map((item) => gathered.add(item))
  expect(turns.map(({ items }) => items)).toEqual([[1]])
  turns[0]?.end()
  await all[0]
  await expect.poll(() => turns.length).toBe(2)
  expect(turns[1]?.items).toEqual([2, 3])
  turns[1]?.end()
  await Promise.all(all)
})

test('what cannot be done fails alone; what came with it is done', async () => {
  const done: number[] = []
  const gathered = new Gathered<number>(async (items) => {
    if (items.includes(2)) throw new Error('there is no such agent')
    done.push(...items)
  })
  const outcomes = await Promise.allSettled([0, 1, 2, 3].map((one) => gathered.add(one)))
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  expect(done).toEqual([0, 1, 3])
})

test('a turn that fails is told so, and the next goes on', async () => {
  const { gathered, turns } = held()
  const first = gathered.add(1)
  const second = gathered.add(2)
  turns[0]?.end(new Error('the disk is full'))
  await expect(first).rejects.toThrow('the disk is full')
  await expect.poll(() => turns.length).toBe(2)
  turns[1]?.end()
  await second
})

test('a turn is bounded', async () => {
  const { gathered, turns } = held()
  const all = Array.from({ length: 1_001 }, (_, at) => gathered.add(at))
  for (let turn = 0; turn < 3; turn++) {
    await expect.poll(() => turns.length).toBe(turn + 1)
    turns[turn]?.end()
  }
  await Promise.all(all)
  expect(turns.map(({ items }) => items.length)).toEqual([1, 500, 500])
})
