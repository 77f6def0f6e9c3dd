import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { deadlines } from './deadlines.ts'

function deadlinesOn(clock: FakeClock) {
  let armed = 0
  const timers = deadlines({
    nowMs: () => clock.monotonicMs(),
    after(ms, run) {
      armed++
      return clock.after(ms, run)
    },
  })
  return { timers, armed: () => armed }
}

test('every timer runs once, never early, at most two ticks late, and a cancelled one never', async () => {
  const step = fc.record({ pauseMs: fc.nat(3_000), ms: fc.nat(70_000), cancelAfterMs: fc.option(fc.nat(70_000)) })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const clock = new FakeClock(0)
      const { timers } = deadlinesOn(clock)
      const runs: { at: number; due: number }[] = []
      let expected = 0
      for (const { pauseMs, ms, cancelAfterMs } of steps) {
        await clock.advance(pauseMs)
        const due = clock.monotonicMs() + ms
        const cancel = timers.after(ms, () => runs.push({ at: clock.monotonicMs(), due }))
        if (cancelAfterMs !== null) clock.after(cancelAfterMs, cancel)
        if (cancelAfterMs === null || cancelAfterMs > ms + 20) expected++
        else if (cancelAfterMs >= ms) expected = Number.NaN
      }
      await clock.advance(200_000)
      if (!Number.isNaN(expected)) expect(runs).toHaveLength(expected)
      for (const { at, due } of runs) {
        expect(at).toBeGreaterThanOrEqual(due)
        expect(at).toBeLessThanOrEqual(due + 20)
      }
    }),
    { numRuns: 60 },
  )
})

test('a thousand requests that are answered at once need one timer of the system', async () => {
  const clock = new FakeClock(0)
  const { timers, armed } = deadlinesOn(clock)
  for (let at = 0; at < 1_000; at++) timers.after(2_000, () => undefined)()
  expect(armed()).toBe(1)
})

test('after a stall, all that was due runs at once and the rest does not', async () => {
  let nowMs = 0
  let fire = (): void => undefined
  const timers = deadlines({
    nowMs: () => nowMs,
    after(_ms, run) {
      fire = run
      return () => undefined
    },
  })
  const ran: number[] = []
  for (const ms of [500, 15_000, 30_000, 90_000]) timers.after(ms, () => ran.push(ms))
  nowMs = 60_000
  fire()
  expect(ran.sort((a, b) => a - b)).toEqual([500, 15_000, 30_000])
})
