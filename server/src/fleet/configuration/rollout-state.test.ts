import { AgentId, type EpochMs, epochMs } from '@eyenet/shared/identity'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AgentFact, AWAY_MS, type Baseline, troubleOf } from './agent-fact.ts'
import { CONFIRM_WITHIN_MS, EVERYONE_WITHIN_MS, nextRollout, type RolloutState } from './rollout-state.ts'

const NOW = epochMs(1_700_000_000_000)
const idOf = (number: number) => AgentId.parse(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`)
const later = (ms: number): EpochMs => epochMs(NOW + ms)

const fact = (number: number, more: Partial<AgentFact> = {}): AgentFact => ({
  ...{ agent: idOf(number), name: `agent ${number}`, connected: true, connectedSince: NOW, progress: { kind: 'runs' } },
  ...{ devices: 10, silent: 0, polls: { started: 100, failed: 0 }, graveNotices: [] },
  ...more,
})
const baseline = (number: number, more: Partial<Baseline> = {}): Baseline => ({
  ...{ agent: idOf(number), sent: 2, connected: true, silent: 0, failedShare: 0 },
  ...more,
})
const plan = { canaries: [idOf(1), idOf(2)], observeSeconds: 600 }
const canary = (more: object = {}): RolloutState => ({
  ...{ kind: 'canary', since: NOW, baselines: [baseline(1), baseline(2)] },
  ...more,
})
const everyone = (count: number): RolloutState => ({
  ...{ kind: 'everyone', since: NOW },
  baselines: Array.from({ length: count }, (_, at) => baseline(at + 1)),
})
const many = (count: number, of: (number: number) => AgentFact = fact) =>
  Array.from({ length: count }, (_, at) => of(at + 1))

test('canaries confirm, are watched for the whole time, then all get it, then it is completed', () => {
  let state = canary()
  const waiting = [fact(1, { progress: { kind: 'on-trial' } }), fact(2, { progress: { kind: 'waiting' } })]
  state = nextRollout(state, { plan, facts: waiting, now: later(60_000) })
  expect(state).toEqual(canary())
  state = nextRollout(state, { plan, facts: [fact(1), fact(2)], now: later(70_000) })
  expect(state).toEqual(canary({ observedSince: later(70_000) }))
  expect(nextRollout(state, { plan, facts: [fact(1), fact(2)], now: later(669_999) })).toBe(state)
  state = nextRollout(state, { plan, facts: [fact(1), fact(2)], now: later(670_000) })
  expect(state).toMatchObject({ kind: 'everyone', since: later(670_000) })
  const rest = [...many(3), fact(4, { progress: { kind: 'waiting' } })]
  expect(nextRollout(state, { plan, facts: rest, now: later(680_000) })).toBe(state)
  expect(nextRollout(state, { plan, facts: many(4), now: later(690_000) })).toMatchObject({ kind: 'completed' })
})

test.each<[string, Partial<AgentFact>, RegExp]>([
  [
    'rolled it back',
    { progress: { kind: 'rejected', how: 'rolled-back', reason: 'no server' } },
    /agent 1 rolled it back: no server/,
  ],
  ['refused it', { progress: { kind: 'rejected', how: 'refused', reason: 'line 3' } }, /agent 1 refused it: line 3/],
  ['went away', { connected: false, connectedSince: epochMs(NOW - AWAY_MS) }, /agent 1 has been disconnected/],
  ['lost devices', { silent: 3 }, /3 of 10 devices of agent 1 do not answer/],
  ['has polls that fail', { polls: { started: 100, failed: 30 } }, /30 % of the polls of agent 1 fail/],
  ['complains', { graveNotices: ['not acknowledged'] }, /agent 1 reports: not acknowledged/],
])('it halts when a canary %s', (_, more, reason) => {
  for (const state of [canary(), canary({ observedSince: NOW })]) {
    const next = nextRollout(state, { plan, facts: [fact(1, more), fact(2)], now: NOW })
    expect(next).toMatchObject({ kind: 'halted', during: 'canary', reason: expect.stringMatching(reason) })
  }
})

test('what was bad before the revision came is no reason to halt, nor is one device more', () => {
  const bad = baseline(1, { silent: 4, failedShare: 0.4, connected: false })
  expect(troubleOf(fact(1, { silent: 5, polls: { started: 100, failed: 50 } }), bad, NOW)).toBeUndefined()
  expect(troubleOf(fact(1, { connected: false, connectedSince: epochMs(0) }), bad, NOW)).toBeUndefined()
  expect(troubleOf(fact(1, { polls: { started: 5, failed: 5 } }), baseline(1), NOW)).toBeUndefined()
  expect(troubleOf(fact(1, { silent: 9, progress: { kind: 'waiting' } }), baseline(1), NOW)).toBeUndefined()
})

test('a canary that does not confirm, or is gone, halts it', () => {
  const facts = [fact(1), fact(2, { progress: { kind: 'waiting' } })]
  expect(nextRollout(canary(), { plan, facts, now: later(CONFIRM_WITHIN_MS - 1) })).toEqual(canary())
  expect(nextRollout(canary(), { plan, facts, now: later(CONFIRM_WITHIN_MS) })).toMatchObject({
    kind: 'halted',
    reason: 'agent 2 has not confirmed it within 15 minutes',
  })
  expect(nextRollout(canary(), { plan, facts: [fact(1)], now: NOW })).toMatchObject({ kind: 'halted' })
})

test('of many agents one may fare badly, several may not', () => {
  const rejected = (until: number) => (number: number) =>
    fact(number, number <= until ? { progress: { kind: 'rejected', how: 'refused', reason: 'x' } } : {})
  const judged = (bad: number, count: number) =>
    nextRollout(everyone(count), { plan, facts: many(count, rejected(bad)), now: NOW }).kind
  expect(judged(1, 10)).toBe('completed')
  expect(judged(2, 10)).toBe('halted')
  expect(judged(5, 100)).toBe('completed')
  expect(judged(6, 100)).toBe('halted')
  expect(judged(1, 2)).toBe('halted')
})

test('agents that are away do not hold it up, and after a while none does', () => {
  const away = many(3, (number) =>
    fact(number, { connected: false, connectedSince: NOW, progress: { kind: 'waiting' } }),
  )
  expect(nextRollout(everyone(0), { plan, facts: away, now: NOW }).kind).toBe('completed')
  const slow = many(3, (number) => fact(number, { progress: { kind: 'on-trial' } }))
  expect(nextRollout(everyone(3), { plan, facts: slow, now: NOW }).kind).toBe('everyone')
  expect(nextRollout(everyone(3), { plan, facts: slow, now: later(EVERYONE_WITHIN_MS) }).kind).toBe('completed')
})

test('whatever the facts: all get it only after the canaries ran it for the time, and what ended stays ended', () => {
  const progress = fc.constantFrom(
    { kind: 'waiting' as const },
    { kind: 'on-trial' as const },
    { kind: 'runs' as const },
    { kind: 'runs' as const },
    { kind: 'runs' as const },
  )
  const step = fc.record({
    one: progress,
    two: progress,
    connected: fc.boolean(),
    // The clock may be set back.
    ms: fc.integer({ min: -100_000, max: 400_000 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let state = canary()
      let now = NOW
      let observed = 0
      for (const { one, two, connected, ms } of steps) {
        now = epochMs(now + ms)
        const wasObserved = state.kind === 'canary' && state.observedSince !== undefined
        const facts = [fact(1, { progress: one }), fact(2, { progress: two, connected, connectedSince: now })]
        const next = nextRollout(state, { plan, facts, now })
        observed = wasObserved && ms > 0 ? observed + ms : observed
        if (state.kind === 'canary' && next.kind === 'everyone') expect(observed).toBeGreaterThanOrEqual(600_000)
        if (state.kind === 'halted' || state.kind === 'completed') expect(next).toBe(state)
        state = next
      }
    }),
  )
})
