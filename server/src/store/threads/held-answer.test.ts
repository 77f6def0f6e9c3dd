import { afterEach, expect, test, vi } from 'vitest'
import { HeldAnswer } from './held-answer.ts'

afterEach(() => vi.useRealTimers())

function answer(later: readonly number[]) {
  const left = [...later]
  let released = 0
  const held = new HeldAnswer({
    first: [Uint8Array.of(1)],
    next: async () => ({ pieces: [Uint8Array.of(left.shift() ?? 0)], more: left.length > 0 }),
    release: () => {
      released += 1
    },
  })
  return { held, released: () => released }
}

test('it is read to its end, and let go once', async () => {
  const { held, released } = answer([2, 3])
  const read: number[] = []
  for await (const piece of held) read.push(...piece)
  expect([read, released()]).toEqual([[1, 2, 3], 1])
  await held.return()
  expect(released()).toBe(1)
})

test('whoever leaves before the first piece lets it go', async () => {
  const { held, released } = answer([2])
  await held.return()
  expect(released()).toBe(1)
})

test('one that nobody reads is let go after a while, and is cut for who comes later', async () => {
  vi.useFakeTimers()
  const { held, released } = answer([2])
  vi.advanceTimersByTime(9_000)
  expect(released()).toBe(0)
  vi.advanceTimersByTime(2_000)
  expect(released()).toBe(1)
  expect((await held.next()).value).toEqual(Uint8Array.of(1))
  await expect(held.next()).rejects.toMatchObject({ code: 'unavailable' })
})
