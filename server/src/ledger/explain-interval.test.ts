import { epochMs } from '@eyenet/shared/identity'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Evidence, explainInterval } from './explain-interval.ts'

const MINUTE = 60_000
const at = (minute: number) => epochMs(minute * MINUTE)
const watched: Evidence = {
  watches: [{ since: at(0), until: undefined, intervalMs: MINUTE }],
  losses: [],
  downtimes: [],
  awaited: undefined,
  late: [],
}
const five = { from: at(10), to: at(15), agentRan: true }

test('five polls of five are complete, and nothing is to be said', () => {
  expect(explainInterval({ ...five, stored: 5 }, watched)).toMatchObject({ expected: 5, state: 'complete', why: [] })
})

test('what a loss record covers is lost, with the reason; the rest of the interval is not', () => {
  const losses = [{ from: at(8), to: at(12), reason: 'quota' }]
  const found = explainInterval({ ...five, stored: 3 }, { ...watched, losses })
  expect(found).toMatchObject({ expected: 5, stored: 3, lost: 2, unknown: 0, state: 'lost' })
  expect(found.why).toEqual(["The agent's outbox was full, and the oldest samples were dropped."])
})

test('a loss record of samples that are stored after all explains nothing', () => {
  const losses = [{ from: at(8), to: at(20), reason: 'age' }]
  expect(explainInterval({ ...five, stored: 5 }, { ...watched, losses })).toMatchObject({ lost: 0, state: 'complete' })
})

test('what may still come is awaited, not lost', () => {
  const found = explainInterval(
    { ...five, stored: 2, agentRan: false },
    { ...watched, awaited: { from: at(12), why: 'x' } },
  )
  expect(found).toMatchObject({ awaited: 3, lost: 0, state: 'awaited', why: ['x'] })
})

test('while the agent did not run nothing was sampled', () => {
  const downtimes = [{ from: at(11), to: at(60), how: 'ended' as const }]
  const found = explainInterval({ ...five, stored: 1, agentRan: true }, { ...watched, downtimes })
  expect(found).toMatchObject({ notSampled: 4, state: 'not-sampled' })
  expect(found.why).toEqual(['The agent did not run: its process or its machine had ended.'])
})

test('before its first and after its last watch a device is not watched', () => {
  const watches = [{ since: at(20), until: at(40), intervalMs: MINUTE }]
  const before = explainInterval({ ...five, stored: 0 }, { ...watched, watches })
  const after = explainInterval({ from: at(40), to: at(45), stored: 0, agentRan: true }, { ...watched, watches })
  expect([before.state, after.state]).toEqual(['not-watched', 'not-watched'])
})

test('what came late is stored and late', () => {
  const late = [{ from: at(11), to: at(13) }]
  expect(explainInterval({ ...five, stored: 5 }, { ...watched, late })).toMatchObject({
    stored: 5,
    late: 3,
    state: 'late',
  })
})

test('what nothing explains is unknown', () => {
  expect(explainInterval({ ...five, stored: 4, agentRan: false }, watched)).toMatchObject({
    unknown: 1,
    state: 'unknown',
  })
})

test('every expected poll is stored, lost, awaited, not sampled or unknown, each once', () => {
  const minute = fc.integer({ min: -5, max: 30 })
  const span = fc.tuple(minute, minute).map(([a, b]) => ({ from: at(Math.min(a, b)), to: at(Math.max(a, b)) }))
  const evidence = fc.record({
    watches: fc.array(
      fc.record({ span, intervalMs: fc.constantFrom(10_000, 30_000, MINUTE, 300_000) }).map((one) => {
        return { since: one.span.from, until: one.span.to, intervalMs: one.intervalMs }
      }),
      { maxLength: 3 },
    ),
    losses: fc.array(
      span.map((one) => ({ ...one, reason: 'quota' })),
      { maxLength: 4 },
    ),
    downtimes: fc.array(
      span.map((one) => ({ ...one, how: 'ended' as const })),
      { maxLength: 3 },
    ),
    awaited: fc.option(
      minute.map((one) => ({ from: at(one), why: 'x' })),
      { nil: undefined },
    ),
    late: fc.array(span, { maxLength: 3 }),
  })
  fc.assert(
    fc.property(evidence, fc.nat({ max: 40 }), fc.boolean(), (known, stored, agentRan) => {
      const found = explainInterval({ from: at(10), to: at(15), stored, agentRan }, known)
      const { expected, lost, awaited, notSampled, unknown, late } = found
      expect(Math.min(stored, expected) + lost + awaited + notSampled + unknown).toBe(expected)
      expect(late).toBeLessThanOrEqual(stored)
    }),
  )
})
