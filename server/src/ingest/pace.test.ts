import { AgentId } from '@eyenet/shared/identity'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextLimit, Pace } from './pace.ts'

const agents = Array.from({ length: 10 }, (_, at) => AgentId.parse(`00000000-0000-4000-8000-00000000000${at}`))
const [one, other] = agents

/** A server that stores so many samples per second; what is more waits. Agents obey, and would send as much as they may. */
function run({ capacity, wanted, seconds }: { capacity: number; wanted: number; seconds: number }) {
  const pace = new Pace()
  let queue = 0
  let stored = 0
  let longest = 0
  for (let ms = 0; ms < seconds * 1000; ms += 100) {
    const told = agents.map((agent) => pace.paceOf(agent, ms)?.samplesPerSecond ?? Number.POSITIVE_INFINITY)
    const came = told.reduce((sum, limit) => sum + Math.min(limit, wanted / agents.length) / 10, 0)
    const done = Math.min(queue + came, capacity / 10)
    queue += came - done
    stored += done
    for (const agent of agents) pace.backfilled(agent, done / agents.length, ms)
    pace.waited((queue / capacity) * 1000, ms)
    if (ms > 20_000) longest = Math.max(longest, queue / capacity)
  }
  return { pace, longest, rate: stored / seconds }
}

test('a server that stores what comes names no limit', () => {
  const { pace, rate } = run({ capacity: 100_000, wanted: 50_000, seconds: 30 })
  expect(pace.stats()).toMatchObject({ limit: undefined, draining: 10 })
  expect(rate).toBeCloseTo(50_000, -3)
})

test('too much is held back until what comes waits for a few seconds at most, and the disk stays in use', () => {
  const { longest, rate } = run({ capacity: 100_000, wanted: 130_000, seconds: 300 })
  expect(longest).toBeLessThan(10)
  expect(rate).toBeGreaterThan(80_000)
})

test('agents with a backlog share evenly; one that is through leaves its share to the others', () => {
  const pace = new Pace()
  for (const agent of [one, other]) if (agent) pace.backfilled(agent, 50_000, 0)
  pace.waited(5_000, 500)
  expect(pace.paceOf(one!, 1_000)).toEqual({ samplesPerSecond: 35_000 })
  expect(pace.paceOf(agents[2]!, 1_000)).toEqual({ samplesPerSecond: Math.round(70_000 / 3) })
  // Neither too long nor short: the limit stays.
  for (let ms = 1_500; ms < 12_000; ms += 500) {
    pace.waited(400, ms)
    pace.backfilled(one!, 10_000, ms)
  }
  expect(pace.paceOf(one!, 12_000)).toEqual({ samplesPerSecond: 70_000 })
  expect(pace.stats().draining).toBe(1)
})

test('slow storing without a backlog is not answered with a limit', () => {
  expect(nextLimit(undefined, 60_000, 0)).toBeUndefined()
})

test('a limit stays within its bounds and ends once nothing waits', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20_000), fc.nat(1_000_000))), (steps) => {
      let limit: number | undefined
      for (const [waitMs, rate] of steps) {
        limit = nextLimit(limit, waitMs, rate)
        if (limit !== undefined) expect(limit).toBeGreaterThanOrEqual(2_000)
      }
      for (let step = 0; step < 60; step++) limit = nextLimit(limit, 0, 1_000)
      expect(limit).toBeUndefined()
    }),
  )
})
