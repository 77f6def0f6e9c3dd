import { epochMs } from '@eyenet/shared/identity'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeClock } from './clock.testkit.ts'
import { SteadyClock, type TimeReport } from './steady-clock.ts'
import { correctedTime } from './time-rules.ts'

const NOW = 1_800_000_000_000
const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000

/** A machine with a clock that somebody sets, and the truth. */
function machine(wall: number, newest = 0) {
  const clock = new FakeClock(wall)
  let sleptMs = 0
  const steady = new SteadyClock(clock, () => clock.monotonicMs() + sleptMs)
  steady.beginAfter(epochMs(newest))
  const reports: TimeReport[] = []
  steady.onMove((report) => reports.push(report))
  const truth = (): number => NOW + clock.monotonicMs() + sleptMs
  const hear = (delayMs = 50): void => steady.hear(epochMs(truth() - delayMs))
  const sleep = (ms: number): void => {
    sleptMs += ms
    clock.jump(ms)
  }
  return { clock, steady, reports, truth, hear, sleep }
}

test('a clock that nobody sets is followed to the millisecond', async () => {
  const { clock, steady, reports, hear } = machine(NOW)
  for (let at = 0; at < 100; at++) {
    await clock.advance(977)
    if (at % 7 === 0) hear()
    expect(steady.now()).toBe(clock.now())
  }
  expect(reports).toEqual([])
})

test('a clock that is some seconds off stays as the machine has it, with the server or without', async () => {
  const { clock, steady, reports, hear } = machine(NOW + 20_000)
  hear()
  await clock.advance(MINUTE)
  hear()
  expect(steady.now()).toBe(clock.now())
  expect(reports).toEqual([])
})

test('after a small step back time goes on slower until the clock has caught up', async () => {
  const { clock, steady } = machine(NOW)
  await clock.advance(10 * HOUR)
  const before = steady.now()
  clock.jump(-30_000)
  expect(steady.now()).toBe(before)
  await clock.advance(100_000)
  expect(steady.now()).toBeGreaterThan(before + 80_000)
  for (let at = 0; at < 30; at++) {
    await clock.advance(10_000)
    steady.now()
  }
  expect(steady.now()).toBe(clock.now())
})

test('after a large step back time goes on as it was until the server says that the clock is right', async () => {
  const { clock, steady, reports, hear, truth } = machine(NOW + DAY)
  await clock.advance(HOUR)
  const before = steady.now()
  clock.jump(-DAY)
  await clock.advance(HOUR)
  expect(steady.now()).toBe(before + HOUR)
  expect(reports).toMatchObject([{ move: 'held', aheadMs: DAY, corrections: [] }])
  hear()
  expect(steady.now()).toBe(truth())
  expect(reports[1]).toMatchObject({ move: 'corrected', aheadMs: 0 })
  const { corrections } = reports[1]!
  // What was taken in this run moves by the day that the clock was ahead.
  expect(correctedTime(corrections, NOW + DAY + MINUTE)).toBe(NOW + MINUTE)
  expect(correctedTime(corrections, NOW + DAY - MINUTE)).toBe(NOW + DAY - MINUTE)
})

test('a step of a day ahead waits for the server, and is not followed when the server knows better', async () => {
  const { clock, steady, reports, hear, truth } = machine(NOW)
  hear()
  await clock.advance(HOUR)
  clock.jump(DAY)
  expect(steady.now()).toBe(truth())
  await clock.advance(20_000)
  hear()
  await clock.advance(HOUR)
  expect(Math.abs(steady.now() - truth())).toBeLessThan(100)
  expect(reports.map(({ move }) => move)).toEqual(['held'])
})

test('a step of a day ahead without the server is followed, and taken back when the server is heard', async () => {
  const { clock, steady, reports, hear, truth } = machine(NOW)
  await clock.advance(HOUR)
  clock.jump(DAY)
  expect(steady.now()).toBe(clock.now())
  await clock.advance(HOUR)
  hear(0)
  expect(steady.now()).toBe(truth())
  expect(reports.map(({ move }) => move)).toEqual(['followed', 'server'])
  const { corrections } = reports[1]!
  expect(correctedTime(corrections, NOW + MINUTE)).toBe(NOW + MINUTE)
  expect(correctedTime(corrections, NOW + HOUR + DAY + MINUTE)).toBe(NOW + HOUR + MINUTE)
})

test('a machine that begins in 1970 counts on from its newest sample, and moves what it took once the clock is set', async () => {
  const newest = NOW - HOUR
  const { clock, steady, reports, truth } = machine(0, newest)
  expect(steady.now()).toBe(newest + 1)
  await clock.advance(10 * MINUTE)
  expect(steady.now()).toBe(newest + 1 + 10 * MINUTE)
  clock.jump(truth() - clock.now())
  expect(steady.now()).toBe(truth())
  expect(reports.map(({ move }) => move)).toEqual(['corrected'])
  expect(correctedTime(reports[0]!.corrections, newest + 1 + MINUTE)).toBe(NOW + MINUTE)
})

test('a machine that stays in 1970 goes by the server', async () => {
  const { clock, steady, reports, hear, truth } = machine(0, NOW - HOUR)
  await clock.advance(MINUTE)
  hear(0)
  expect(steady.now()).toBe(truth())
  await clock.advance(HOUR)
  expect(steady.now()).toBe(truth())
  expect(reports.map(({ move }) => move)).toEqual(['server'])
})

test('a machine that slept is no clock that was set: what it took before keeps its time', async () => {
  const { clock, steady, reports, hear, sleep, truth } = machine(NOW)
  await clock.advance(HOUR)
  sleep(8 * HOUR)
  expect(steady.now()).toBe(truth())
  hear()
  expect(reports).toEqual([])
})

test('a word of the server that was long under way changes nothing', async () => {
  const { clock, steady, reports, hear } = machine(NOW)
  hear()
  await clock.advance(HOUR)
  hear(10 * MINUTE)
  await clock.advance(MINUTE)
  hear()
  expect(steady.now()).toBe(clock.now())
  expect(reports).toEqual([])
})

test('nothing goes for its age while the clock is in doubt', async () => {
  const { clock, steady, hear } = machine(NOW)
  expect(steady.ageNow()).toBeUndefined()
  clock.jump(3650 * DAY)
  await clock.advance(2 * HOUR)
  steady.now()
  expect(steady.ageNow()).toBeUndefined()
  hear(0)
  expect(steady.ageNow()).toBe(steady.now())
})

test('whatever is done to the clock, no time is given before an earlier one, save by the word of the server', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: DAY }) }),
    fc.record({ kind: fc.constant('jump' as const), ms: fc.integer({ min: -40 * DAY, max: 40 * DAY }) }),
    fc.record({ kind: fc.constant('small' as const), ms: fc.integer({ min: -2_000, max: 2_000 }) }),
  )
  const seed = Number(process.env.EYENET_SEED ?? Date.now() % 1_000_000)
  console.info(`steady clock: EYENET_SEED=${seed}`)
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { clock, steady, hear, truth } = machine(NOW)
      let last = steady.now()
      for (const { kind, ms } of steps) {
        if (kind === 'wait') await clock.advance(ms)
        else clock.jump(ms)
        const now = steady.now()
        if (now < last) return false
        last = now
      }
      hear(0)
      // The truth, or the machine's clock where that is near it.
      return Math.abs(steady.now() - truth()) <= MINUTE
    }),
    { numRuns: 300, seed },
  )
})
