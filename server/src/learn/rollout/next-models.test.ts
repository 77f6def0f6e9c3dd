import { epochMs } from '@eyenet/shared/identity'
import { MODEL_CONTRACT } from '@eyenet/shared/judge'
import { ModelId } from '@eyenet/shared/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agentId, HOUR, START } from '../learn.testkit.ts'
import { type Change, enterStage, leaveStage } from './change-models.ts'
import { isWatched, liveOf, ModelState, type Standing, trialOf } from './model-state.ts'
import { modelsForAgent } from './models-for-agent.ts'
import { type AgentStand, evidenceKey, type Facts, nextModels } from './next-models.ts'

const AGENTS = [1, 2, 3].map(agentId)
const IDS = ['a-1', 'b-1', 'c-1'].map((id) => ModelId.parse(id))

type World = { models: Standing[]; now: number }

const standing = (id: ModelId): Standing => ({
  ...{ id, contract: MODEL_CONTRACT, source: 'trained' as const },
  state: { kind: 'candidate', since: START, reason: '' },
})

/** Written to disk and read again: what a killed server finds. */
const apply = (world: World, changes: readonly Change[]): void => {
  world.models = world.models.map((one) => {
    const state = changes.findLast((change) => change.id === one.id)?.state ?? one.state
    return { ...one, state: ModelState.parse(JSON.parse(JSON.stringify(state))) }
  })
}

/** Each agent runs what it is told, or refuses all of `refused`. */
function facts(world: World, refused: readonly string[] = [], floods: readonly string[] = []): Facts {
  const now = epochMs(world.now)
  const agents = AGENTS.map((agent): AgentStand => {
    const contracts = [MODEL_CONTRACT]
    const reports = modelsForAgent(world.models, { agent, contracts }, now).map(({ id, mode }) =>
      refused.includes(id) ? { id, mode, state: 'refused' as const } : { id, mode, state: 'running' as const },
    )
    return { agent, name: agent, connected: true, contracts, reports }
  })
  const alarms = Array.from({ length: 60 }, (_, n) => epochMs(world.now - n * HOUR))
  const flood = [{ agent: agentId(1), alarms, control: undefined, seriesMonths: 1, asked: 1 }]
  const evidence = new Map(world.models.filter(({ id }) => floods.includes(id)).map((one) => [evidenceKey(one), flood]))
  return { now, agents, evidence, canaries: () => AGENTS.slice(0, 1) }
}

const plan = { upTo: 'all', choice: { kind: 'count', count: 1 }, observeSeconds: 3_600, byItself: false } as const
const [A, B] = IDS

function worldWithLive(): World {
  const world: World = { models: IDS.map(standing), now: START }
  const entering = {
    id: A ?? IDS[0],
    stage: 'all',
    plan,
    canaries: [],
    by: 'p',
    reason: '',
    now: epochMs(START),
  } as const
  apply(world, enterStage(world.models, { ...entering, id: ModelId.parse('a-1') }))
  return world
}

const enter = (world: World, id: ModelId | undefined, stage: 'shadow' | 'canary' | 'all') =>
  apply(
    world,
    enterStage(world.models, {
      ...{ id: id ?? ModelId.parse('none'), stage, plan, canaries: AGENTS.slice(0, 1), by: 'p', reason: '' },
      now: epochMs(world.now),
    }),
  )

const kindOf = (world: World, id: ModelId | undefined): string =>
  world.models.find((one) => one.id === id)?.state.kind ?? 'none'

test('a model goes from the shadow over a canary to all, each time after it was observed', () => {
  const world = worldWithLive()
  enter(world, B, 'shadow')
  const stages: string[] = []
  for (let step = 0; step < 20; step++) {
    apply(world, nextModels(world.models, facts(world)))
    stages.push(kindOf(world, B))
    world.now += HOUR / 2
  }
  expect([...new Set(stages)]).toEqual(['shadow', 'canary', 'all'])
  expect(kindOf(world, A)).toBe('former')
})

test('a model that is refused by its canary, or floods, is withdrawn, and the former one counts everywhere', () => {
  for (const [refused, floods] of [
    [['b-1'], []],
    [[], ['b-1']],
  ] as const) {
    for (const stage of ['shadow', 'canary', 'all'] as const) {
      const world = worldWithLive()
      enter(world, B, stage)
      for (let step = 0; step < 3; step++) apply(world, nextModels(world.models, facts(world, refused, floods)))
      expect([stage, kindOf(world, B), kindOf(world, A)]).toEqual([stage, 'withdrawn', 'all'])
      const modes = AGENTS.map((agent) =>
        modelsForAgent(world.models, { agent, contracts: [MODEL_CONTRACT] }, epochMs(world.now)),
      )
      expect(modes).toEqual(AGENTS.map(() => [{ id: 'a-1', mode: 'live' }]))
    }
  }
})

test('agents that can run no model at all do not take one back', () => {
  const world = worldWithLive()
  enter(world, B, 'all')
  apply(world, nextModels(world.models, facts(world, ['a-1', 'b-1'])))
  expect(kindOf(world, B)).toBe('all')
})

test('what was gathered in one stage does not count in the next', () => {
  const world = worldWithLive()
  enter(world, B, 'shadow')
  const before = facts(world, [], ['b-1'])
  world.now += 1_000
  enter(world, B, 'canary')
  expect(nextModels(world.models, { ...before, now: epochMs(world.now) }).map(({ state }) => state.kind)).not.toContain(
    'withdrawn',
  )
})

type Deed =
  | { kind: 'enter'; id: ModelId; stage: 'shadow' | 'canary' | 'all' }
  | { kind: 'leave'; id: ModelId; to: 'candidate' | 'withdrawn' }
  | { kind: 'look'; refused: string[]; floods: string[] }
  | { kind: 'wait'; hours: number }

const id = fc.constantFrom(...IDS)
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({
    kind: fc.constant('enter' as const),
    id,
    stage: fc.constantFrom('shadow' as const, 'canary' as const, 'all' as const),
  }),
  fc.record({
    kind: fc.constant('leave' as const),
    id,
    to: fc.constantFrom('candidate' as const, 'withdrawn' as const),
  }),
  fc.record({ kind: fc.constant('look' as const), refused: fc.subarray([...IDS]), floods: fc.subarray([...IDS]) }),
  fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: -2, max: 30 }) }),
)

function change(world: World, one: Deed): readonly Change[] {
  const now = epochMs(world.now)
  if (one.kind === 'wait') world.now = Math.max(START, world.now + one.hours * HOUR)
  if (one.kind === 'look') return nextModels(world.models, facts(world, one.refused, one.floods))
  try {
    if (one.kind === 'leave') return leaveStage(world.models, { ...one, by: 'p', reason: '', now })
    if (one.kind === 'enter') {
      return enterStage(world.models, { ...one, plan, canaries: AGENTS.slice(0, 1), by: 'p', reason: '', now })
    }
  } catch {
    // A person is told why it does not go.
  }
  return []
}

test('whatever people and agents do, one model counts at each agent at most, and one is on trial', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
      const world = { models: IDS.map(standing), now: START as number }
      for (const one of deeds) {
        apply(world, change(world, one))
        const { models } = world
        expect(models.filter(({ state }) => state.kind === 'all').length).toBeLessThanOrEqual(1)
        expect(
          models.filter(({ state }) => state.kind === 'shadow' || state.kind === 'canary').length,
        ).toBeLessThanOrEqual(1)
        for (const agent of AGENTS) {
          const assigned = modelsForAgent(models, { agent, contracts: [MODEL_CONTRACT] }, epochMs(world.now))
          expect(assigned.filter(({ mode }) => mode === 'live').length).toBeLessThanOrEqual(1)
          expect(new Set(assigned.map((each) => each.id)).size).toBe(assigned.length)
          expect(assigned.length).toBeLessThanOrEqual(4)
          for (const each of assigned) {
            const state = models.find((known) => known.id === each.id)?.state
            expect(state !== undefined && (isWatched(state) || state.kind === 'former')).toBe(true)
          }
        }
        expect(liveOf(models)?.id === undefined || liveOf(models)?.id !== trialOf(models)?.id).toBe(true)
      }
    }),
    { numRuns: 300 },
  )
})

test('a model that agents refuse leaves all agents within one look, wherever it was', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 20 }), id, (deeds, bad) => {
      const world = { models: IDS.map(standing), now: START as number }
      for (const one of deeds) apply(world, change(world, one))
      const before = world.models.find((one) => one.id === bad)?.state
      if (before === undefined || !isWatched(before)) return
      for (let step = 0; step < 10; step++) apply(world, nextModels(world.models, facts(world, [bad])))
      const now = epochMs(world.now)
      const others = facts(world, [bad]).agents.some(({ reports }) => reports.some((one) => one.id !== bad))
      const assigned = AGENTS.flatMap((agent) =>
        modelsForAgent(world.models, { agent, contracts: [MODEL_CONTRACT] }, now),
      )
      expect(assigned.some((one) => one.id === bad && one.mode === 'live')).toBe(false)
      expect(others || assigned.length === 0).toBe(true)
    }),
    { numRuns: 200 },
  )
})
