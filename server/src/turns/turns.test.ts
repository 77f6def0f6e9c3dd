import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

test('so many run, so many wait, the rest is refused, and a failure gives its place back', async () => {
  const turns = createTurns({ concurrent: 2, waiting: 2, sentence: 'too many' })
  let running = 0
  let most = 0
  const release: (() => void)[] = []
  const work = async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise<void>((resolve) => release.push(resolve))
    running -= 1
    throw new Error('failed')
  }
  const all = Promise.allSettled(Array.from({ length: 5 }, () => turns.take(work)))
  for (let ended = 0; ended < 4; ) {
    const next = release.shift()
    if (next !== undefined) {
      next()
      ended += 1
    }
    await Promise.resolve()
  }
  const messages = (await all).map((one) => (one.status === 'rejected' ? one.reason.message : ''))
  expect(messages.sort()).toEqual(['failed', 'failed', 'failed', 'failed', 'too many'])
  expect(most).toBe(2)
  expect(turns.refused()).toBe(1)
  expect(await turns.take(async () => 'again')).toBe('again')
})
