import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RepeatedWork } from './repeated-work.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('work that is slow is not begun again, work that fails is, and closing waits for what has begun', async () => {
  const work = new RepeatedWork(pino({ level: 'silent' }))
  const calls = { slow: 0, failing: 0 }
  let finish = (): void => {}
  work.every(1_000, 'slow', () => {
    calls.slow += 1
    return new Promise((done) => {
      finish = done
    })
  })
  work.every(1_000, 'failing', async () => {
    calls.failing += 1
    throw new Error('no')
  })
  await vi.advanceTimersByTimeAsync(3_500)
  expect(calls).toEqual({ slow: 1, failing: 3 })
  let isClosed = false
  const closed = work.close().then(() => {
    isClosed = true
  })
  await vi.advanceTimersByTimeAsync(5_000)
  expect({ ...calls, isClosed }).toEqual({ slow: 1, failing: 3, isClosed: false })
  finish()
  await closed
})
