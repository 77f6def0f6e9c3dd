import { expect, test } from 'vitest'
import { FakeClock } from './clock.testkit.ts'
import { decide, nextTick, phaseOf } from './due.ts'
import { type Job, Scheduler } from './scheduler.ts'

const START = 1_700_000_000_000
const noFailure = (id: string, thrown: unknown): never => {
  throw new Error(`${id} failed`, { cause: thrown })
}

function recorder(id: string, intervalMs: number, lasts?: () => Promise<void>): { job: Job; ticks: number[] } {
  const ticks: number[] = []
  const run = async (tick: number): Promise<void> => {
    ticks.push(tick)
    await lasts?.()
  }
  return { job: { id, intervalMs, run }, ticks }
}

test('ticks are multiples of the interval plus the phase', () => {
  expect(nextTick(125_000, 60_000, 10_000)).toBe(130_000)
  expect(nextTick(130_000, 60_000, 10_000)).toBe(190_000)
  expect(phaseOf('a', 60_000)).toBe(phaseOf('a', 60_000))
})

test('after a long sleep only the latest tick is run, the others are counted', () => {
  expect(decide({ due: 1_000, intervalMs: 100, isRunning: false }, 1_350)).toEqual({
    kind: 'start',
    tick: 1_300,
    missed: 3,
  })
  expect(decide({ due: 1_000, intervalMs: 100, isRunning: true }, 1_050)).toEqual({ kind: 'skip', missed: 1 })
})

test('a new job runs at once, then at its ticks', async () => {
  const clock = new FakeClock(START)
  const scheduler = new Scheduler({ clock, onFailure: noFailure })
  const { job, ticks } = recorder('a', 60_000)
  scheduler.set([job])
  await clock.advance(180_000)
  const phase = phaseOf('a', 60_000)
  expect(ticks[0]).toBe(START)
  expect(ticks.length).toBe(4)
  for (const tick of ticks.slice(1)) expect(tick % 60_000).toBe(phase)
  expect(scheduler.counts).toMatchObject({ late: 0, skipped: 0 })
})

test('a job that hangs is skipped and counted, and delays no other', async () => {
  const clock = new FakeClock(START)
  const scheduler = new Scheduler({ clock, onFailure: noFailure })
  const hangs = recorder('hangs', 10_000, () => new Promise(() => {}))
  const lives = recorder('lives', 10_000)
  scheduler.set([hangs.job, lives.job])
  await clock.advance(60_000)
  expect(hangs.ticks.length).toBe(1)
  expect(lives.ticks.length).toBeGreaterThanOrEqual(6)
  expect(scheduler.counts.skipped).toBeGreaterThanOrEqual(5)
  expect(scheduler.counts.late).toBe(0)
})

test('polls wait their turn beyond the bound, and lateness is counted', async () => {
  const clock = new FakeClock(START)
  const scheduler = new Scheduler({ clock, onFailure: noFailure, maxRunning: 1 })
  let running = 0
  let most = 0
  const slow = (): Promise<void> =>
    new Promise((done) => {
      most = Math.max(most, ++running)
      clock.after(4_000, () => {
        running--
        done()
      })
    })
  const jobs = ['a', 'b', 'c'].map((id) => recorder(id, 30_000, slow))
  scheduler.set(jobs.map((one) => one.job))
  await clock.advance(15_000)
  expect(most).toBe(1)
  expect(jobs.map((one) => one.ticks.length)).toEqual([1, 1, 1])
  expect(scheduler.counts.late).toBe(2)
})

test('the clock set back an hour stops nothing', async () => {
  const clock = new FakeClock(START)
  const scheduler = new Scheduler({ clock, onFailure: noFailure })
  const { job, ticks } = recorder('a', 60_000)
  scheduler.set([job])
  await clock.advance(120_000)
  clock.jump(-3_600_000)
  const before = ticks.length
  await clock.advance(180_000)
  expect(ticks.length - before).toBeGreaterThanOrEqual(2)
})

test('the clock set forward a day makes no burst', async () => {
  const clock = new FakeClock(START)
  const scheduler = new Scheduler({ clock, onFailure: noFailure })
  const { job, ticks } = recorder('a', 60_000)
  scheduler.set([job])
  await clock.advance(90_000)
  clock.jump(86_400_000)
  const before = ticks.length
  await clock.advance(180_000)
  expect(ticks.length - before).toBe(3)
})

test('a failure is handed on and the next tick comes', async () => {
  const clock = new FakeClock(START)
  const failed: string[] = []
  const scheduler = new Scheduler({ clock, onFailure: (id) => failed.push(id) })
  const { job, ticks } = recorder('a', 10_000, () => Promise.reject(new Error('broken')))
  scheduler.set([job])
  await clock.advance(20_000)
  expect(ticks.length).toBeGreaterThanOrEqual(2)
  expect(failed.length).toBe(ticks.length)
})

test('jobs that are gone run no more; others keep their ticks', async () => {
  const clock = new FakeClock(START)
  const scheduler = new Scheduler({ clock, onFailure: noFailure })
  const [gone, stays] = [recorder('gone', 10_000), recorder('stays', 10_000)]
  scheduler.set([gone.job, stays.job])
  await clock.advance(1_000)
  scheduler.set([stays.job])
  const before = gone.ticks.length
  await clock.advance(30_000)
  expect(gone.ticks.length).toBe(before)
  expect(stays.ticks.length).toBe(4)
})
