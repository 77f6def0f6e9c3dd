import { LearnConfig } from '@eyenet/shared/config'
import { epochMs } from '@eyenet/shared/identity'
import { MODEL_CONTRACT } from '@eyenet/shared/judge'
import { afterEach, expect, test } from 'vitest'
import {
  addAgent,
  agentId,
  alarm,
  birth,
  fileOf,
  HOUR,
  type LearnWorldOptions,
  learnWorld,
  MINUTE,
  obey,
  START,
} from './learn.testkit.ts'

const AGENTS = [1, 2, 3].map(agentId)
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Three agents that can run models. */
async function world(options: LearnWorldOptions = {}) {
  const at = await learnWorld(options)
  closing.push(at.close)
  for (const agent of AGENTS) await addAgent(at.db, agent)
  for (const agent of AGENTS) at.learn.supply.receiveBirth(agent, birth(agent, []))
  await at.learn.look()
  const sent = async () =>
    Promise.all(
      AGENTS.map(async (agent) =>
        (await at.learn.supply.modelsFor(agent)).map(({ manifest, mode }) => `${manifest.id} ${mode}`),
      ),
    )
  const rollOut = (id: string, stage: 'shadow' | 'canary' | 'all', upTo: 'shadow' | 'canary' | 'all' = stage) =>
    at.learn.rollOut(id, { stage, upTo, canaries: { kind: 'count', count: 1 }, by: 'root' })
  const stage = async (id: string) => (await at.learn.get(id)).stage
  return { ...at, sent, rollOut, stage }
}

test('a model comes to agents step by step, and each is told only what changes for it', async () => {
  const at = await world()
  const [first, second] = [await at.candidate('one'), await at.candidate('two')]
  await at.rollOut(first, 'all')
  expect(await at.sent()).toEqual([['site-1 live'], ['site-1 live'], ['site-1 live']])
  await obey(at, AGENTS)
  at.told.length = 0
  await at.rollOut(second, 'canary')
  expect(await at.sent()).toEqual([['site-2 live', 'site-1 shadow'], ['site-1 live'], ['site-1 live']])
  expect(at.told).toEqual([AGENTS[0]])
  const revisions = await at.db.selectFrom('agents').select('desired_revision').orderBy('id').execute()
  expect(revisions.map((one) => one.desired_revision)).toEqual([2, 1, 1])
  expect(await at.learn.get(second)).toMatchObject({
    ...{ stage: 'canary', counts: { running: 0, refused: 0, pending: 1, tooOld: 0 } },
    agents: [{ agent: AGENTS[0], mode: 'live', canary: true, state: 'pending' }],
  })
})

test('an agent whose birth does not name the contract gets no model', async () => {
  const at = await world()
  at.learn.supply.receiveBirth(AGENTS[1] ?? agentId(2), birth(agentId(2), [], ['eyenet-judge/99']))
  await at.learn.look()
  await at.rollOut(await at.candidate('one'), 'all')
  expect(await at.sent()).toEqual([['site-1 live'], [], ['site-1 live']])
  expect((await at.learn.get('site-1')).counts).toMatchObject({ pending: 2, tooOld: 1 })
})

test('a worse model returns by itself: alarms leave the budget at its canary, the former one counts there again', async () => {
  const at = await world()
  await at.rollOut(await at.candidate('good'), 'all')
  await obey(at, AGENTS)
  await at.pass(2 * HOUR)
  await at.rollOut(await at.candidate('bad'), 'canary', 'all')
  await obey(at, AGENTS)
  const [canary = agentId(1)] = AGENTS
  // 100 series at one alarm a month are one in seven hours; it cries every ten minutes, and the former one does not.
  for (let n = 0; n < 5; n++) {
    await alarm(at.db, { agent: canary, model: 'site-2', since: epochMs(at.clock.now + 1_000) })
    await at.pass(10 * MINUTE)
  }
  expect(await at.stage('site-2')).toBe('withdrawn')
  expect(await at.stage('site-1')).toBe('all')
  expect(await at.sent()).toEqual([['site-1 live'], ['site-1 live'], ['site-1 live']])
  expect(at.returned).toMatchObject([{ change: { id: 'site-2', by: 'server' }, agents: [canary] }])
  expect((await at.learn.get('site-2')).reason).toMatch(/5 alarms where the budget asks for 0\.1/)
  expect(at.learn.stats()).toMatchObject({ returned: 1, stages: { all: 1, withdrawn: 1 } })
})

test('alarms that both models find do not take the new one back, and those that it alone finds do', async () => {
  const at = await world({ baseModel: { onnx: fileOf('base') } })
  await obey(at, AGENTS)
  await at.pass(2 * HOUR)
  await at.rollOut(await at.candidate('new'), 'shadow')
  await obey(at, AGENTS)
  const cry = async (models: readonly string[]): Promise<void> => {
    for (let n = 0; n < 12; n++) {
      for (const agent of AGENTS) {
        for (const model of models) {
          const shadow = model !== 'base-cae66217'
          await alarm(at.db, { agent, model, shadow, since: epochMs(at.clock.now + (shadow ? 90_000 : 1_000)) })
        }
      }
      await at.pass(10 * MINUTE)
    }
  }
  await cry(['base-cae66217', 'site-1'])
  expect(await at.stage('site-1')).toBe('shadow')
  expect((await at.learn.get('site-1')).alarms).toMatchObject({ alarms: 36, asked: 1 })
  await cry(['site-1'])
  expect(await at.stage('site-1')).toBe('withdrawn')
  // Agents have the base model in their package: it counts, whatever it finds.
  expect(await at.stage('base-cae66217')).toBe('all')
})

test('a model goes on by itself as far as it may, and one that an agent refuses goes back at once', async () => {
  const at = await world()
  await at.rollOut(await at.candidate('one'), 'shadow', 'all')
  for (let n = 0; n < 4; n++) {
    await obey(at, AGENTS)
    await at.pass(HOUR)
  }
  expect(await at.stage('site-1')).toBe('all')
  await at.rollOut(await at.candidate('two'), 'all')
  await obey(at, AGENTS, ['site-2'])
  expect(await at.stage('site-2')).toBe('withdrawn')
  expect(await at.stage('site-1')).toBe('all')
  expect((await at.learn.get('site-2')).history.map((one) => `${one.stage} by ${one.by}`)).toEqual([
    'withdrawn by server',
    'all by root',
    'candidate by test',
  ])
})

test('a model that was refused once is tried again when a person brings it back', async () => {
  const at = await world()
  await at.rollOut(await at.candidate('one'), 'all')
  await obey(at, AGENTS)
  await at.rollOut(await at.candidate('two'), 'all')
  await obey(at, AGENTS, ['site-2'])
  expect(await at.stage('site-2')).toBe('withdrawn')
  await at.rollOut('site-2', 'all')
  await at.learn.look()
  expect(await at.stage('site-2')).toBe('all')
  await obey(at, AGENTS)
  expect((await at.learn.get('site-2')).counts).toMatchObject({ running: 3, refused: 0 })
})

test('a server that was killed after a step, and before anybody was told, tells it when it is back', async () => {
  const at = await world()
  const id = await at.candidate('one')
  // What the command line does beside a server, or what was written when it was killed.
  await at.records.change(() => [
    {
      id,
      by: 'root',
      state: {
        ...{ kind: 'all', since: START, reason: '' },
        plan: { upTo: 'all', choice: { kind: 'none' }, observeSeconds: 60, byItself: false },
      },
    },
  ])
  expect(at.told).toEqual([])
  const again = await at.open()
  expect(at.told).toEqual(AGENTS)
  await again.look()
  expect(at.told).toEqual(AGENTS)
  await again.close()
})

test('a file that was changed in the database is never sent, whatever else of its row was changed to fit', async () => {
  const at = await world()
  const id = await at.candidate('one')
  await at.rollOut(id, 'all')
  const other = fileOf('two')
  await at.db.updateTable('model_files').set({ onnx: other }).where('model', '=', id).execute()
  expect(await at.sent()).toEqual([[], [], []])
  const { createHash } = await import('node:crypto')
  const sha256 = createHash('sha256').update(other).digest('hex')
  await at.db.updateTable('models').set({ sha256 }).where('id', '=', id).execute()
  expect(await at.sent()).toEqual([[], [], []])
  const second = await at.candidate('three')
  const { sealed } = await at.records.get(second)
  await at.db.updateTable('models').set({ sealed }).where('id', '=', id).execute()
  expect(await at.sent()).toEqual([[], [], []])
  await expect(at.learn.file(id)).rejects.toMatchObject({ code: 'unavailable' })
  await expect(at.rollOut(id, 'canary')).rejects.toMatchObject({ code: 'unavailable' })
  expect(at.learn.stats().unsound).toBe(9)
})

test('the base model counts at once where none does, and is a candidate beside one that was trained', async () => {
  const at = await world({ baseModel: { onnx: fileOf('base') } })
  expect(await at.sent()).toEqual([['base-cae66217 live'], ['base-cae66217 live'], ['base-cae66217 live']])
  const again = await at.open()
  expect((await again.list()).map((one) => one.id)).toEqual(['base-cae66217'])
  await again.close()
  await at.rollOut(await at.candidate('own'), 'all')
  const { openLearning } = await import('./learn.ts')
  const newer = await openLearning({
    ...{ db: at.db, vault: at.vault, now: () => at.clock.now, server: 's', worksByItself: false },
    ...{ baseModel: { onnx: fileOf('newer base') }, settings: LearnConfig.parse({ enabled: false }) },
    store: {
      query: () => Promise.reject(new Error('nobody asks')),
      select: async () => [],
      series: async () => [],
      labelValues: async () => [],
    },
    logger: (await import('pino')).pino({ level: 'silent' }),
    ...{ feedbackFor: async () => [], askedOf: async () => 1, onAssigned: () => {}, onReturned: async () => {} },
  })
  expect((await newer.get('base-019d9de0')).stage).toBe('candidate')
  expect((await newer.get('site-1')).stage).toBe('all')
  await newer.close()
})

test('what is imported is tried, and the same file is not taken twice', async () => {
  const tryModel = async () => ({
    contract: MODEL_CONTRACT,
    name: 'mine',
    metadata: { author: 'me' },
    rowMicroseconds: 0.4,
  })
  const at = await world({ tryModel })
  const wanted = { name: 'mine' as never, onnx: fileOf('x'), by: 'root' }
  expect(await at.learn.importModel(wanted)).toMatchObject({
    ...{ id: 'mine-1', stage: 'candidate', source: 'imported', createdBy: 'root' },
    settings: { author: 'me', rowMicroseconds: 0.4 },
  })
  await expect(at.learn.importModel(wanted)).rejects.toMatchObject({ code: 'conflict' })
  await expect(at.learn.importModel({ ...wanted, onnx: new Uint8Array(300_000) })).rejects.toMatchObject({
    code: 'too_large',
  })
})
