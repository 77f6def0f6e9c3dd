import { type ConfigScope, GroupName, NewConfigRevision, type NewRollout } from '@eyenet/shared/api'
import { AgentId, DeviceId, epochMs } from '@eyenet/shared/identity'
import { AgentConfiguration, type DesiredState, desiredTopic, Target } from '@eyenet/shared/wire'
import { compactDecrypt, compactVerify, importJWK } from 'jose'
import { afterEach, expect, test, vi } from 'vitest'
import { enrolled, fleetWorld, START } from '../fleet.testkit.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

type World = Awaited<ReturnType<typeof world>>

/** A fleet of agents that are connected and take settings. `say` is what an agent says of itself. */
async function world(count = 3) {
  const at = await fleetWorld()
  closing.push(at.close)
  const agents: Awaited<ReturnType<typeof enrolled>>[] = []
  for (let number = 0; number < count; number++) agents.push(await enrolled(at.fleet))
  const say = (index: number, more: object = {}) => {
    const agent = agents[index]
    if (agent === undefined) throw new Error('no such agent')
    const birth = {
      ...{ kind: 'birth', agent: agent.agent, epoch: '00112233aabbccdd', version: '0.2.0', hostname: `box-${index}` },
      ...{ revision: 0, startedAt: START, at: at.clock.now },
      abilities: { ping: 'none', platform: 'linux', settings: true },
      ...more,
    }
    return at.fleet.receivePresence(agent.peer, Buffer.from(JSON.stringify(birth)))
  }
  for (const [index, { agent }] of agents.entries()) {
    await at.fleet.connected(agent)
    await say(index)
  }
  /** The last desired state that was sent to an agent. */
  const told = async (index: number): Promise<DesiredState | undefined> => {
    const agent = agents[index]
    const sent = agent && at.sent.findLast(({ topic }) => topic === desiredTopic(agent.peer))
    if (agent === undefined || sent === undefined || sent.payload === '') return undefined
    const { payload } = await compactVerify(sent.payload, await importJWK(agent.signingKey, 'EdDSA'))
    const key = await importJWK(agent.key.privateJwk, 'ECDH-ES')
    return JSON.parse(new TextDecoder().decode((await compactDecrypt(payload, key)).plaintext))
  }
  const seconds = async (index: number) => (await told(index))?.settings?.intervalSeconds
  const all = () => Promise.all(agents.map((_, index) => seconds(index)))
  /** The agent runs what it was told last. */
  const confirm = async (index: number, confirmed = true) => {
    const revision = (await told(index))?.revision ?? 0
    return say(index, { revision, applied: { revision, at: at.clock.now, confirmed } })
  }
  const reject = async (index: number, how: 'refused' | 'rolled-back') => {
    const revision = (await told(index))?.revision ?? 0
    return say(index, { rejected: { revision, how, reason: 'it does not work', at: at.clock.now } })
  }
  return { ...at, agents, say, told, all, confirm, reject, configuration: at.fleet.configuration }
}

const every = (intervalSeconds: number) => AgentConfiguration.parse({ settings: { intervalSeconds } })

async function made({ configuration }: World, scope: ConfigScope, intervalSeconds: number): Promise<number> {
  const wanted = NewConfigRevision.parse({ configuration: every(intervalSeconds), comment: 'slower' })
  return (await configuration.createRevision(scope, wanted, 'ada')).revision
}

const canariesOf = (...agents: AgentId[]): NewRollout['canaries'] =>
  agents.length === 0 ? { kind: 'none' } : { kind: 'agents', agents }

async function rolledOut(at: World, scope: ConfigScope, intervalSeconds: number): Promise<void> {
  const revision = await made(at, scope, intervalSeconds)
  const wanted = { scope, revision, canaries: canariesOf(), observeSeconds: 60 }
  const { id } = await at.configuration.startRollout(wanted, 'ada')
  await vi.waitFor(async () => expect((await at.all()).some((one) => one === intervalSeconds)).toBe(true))
  for (const index of at.agents.keys()) await at.confirm(index)
  await at.configuration.judge()
  expect(await at.configuration.rollout(id)).toMatchObject({ stage: 'completed' })
}

test('what a narrower scope names stands: all, then the group, then the agent', async () => {
  const at = await world()
  const [first, second] = at.agents
  await at.configuration.setGroup(GroupName.parse('branch'), [first!.agent, second!.agent], 'ada')
  await rolledOut(at, 'all', 300)
  await rolledOut(at, 'group:branch', 120)
  await rolledOut(at, `agent:${first!.agent}`, 30)
  expect(await at.all()).toEqual([30, 120, 300])
  expect(await at.configuration.viewOf(first!.agent)).toMatchObject({
    group: 'branch',
    layers: [{ scope: 'all' }, { scope: 'group:branch' }, { scope: `agent:${first!.agent}`, revision: 1 }],
  })
  await at.configuration.setGroup(GroupName.parse('branch'), [first!.agent], 'ada')
  await vi.waitFor(async () => expect(await at.all()).toEqual([30, 300, 300]))
  await at.configuration.removeGroup(GroupName.parse('branch'))
  expect(await at.configuration.groups()).toEqual([])
})

test('for each setting it is told who rules it: the file of the agent, a scope, or the default', async () => {
  const at = await world(1)
  await rolledOut(at, 'all', 300)
  await at.say(0, { fileRules: ['host.enabled'] })
  const { settings } = await at.configuration.viewOf(at.agents[0]!.agent)
  expect(settings).toContainEqual({ path: 'intervalSeconds', value: 300, ruledBy: 'all' })
  expect(settings).toContainEqual({ path: 'host.enabled', value: undefined, ruledBy: 'file' })
  expect(settings).toContainEqual({ path: 'metrics', value: undefined, ruledBy: 'default' })
})

test('settings of anomalies go to an agent as soon as it says that it knows of them, with a revision of their own', async () => {
  const at = await world(1)
  const configuration = AgentConfiguration.parse({ settings: { intervalSeconds: 60, anomaly: { alarmsPerMonth: 1 } } })
  const { revision } = await at.configuration.createRevision(
    'all',
    NewConfigRevision.parse({ configuration, comment: 'fewer alarms' }),
    'ada',
  )
  await at.configuration.startRollout({ scope: 'all', revision, canaries: canariesOf(), observeSeconds: 60 }, 'ada')
  await vi.waitFor(async () => expect((await at.told(0))?.settings).toEqual({ intervalSeconds: 60 }))
  const before = (await at.told(0))?.revision ?? 0
  const abilities = { ping: 'none', platform: 'linux', settings: true, models: ['none'] }
  await at.say(0, { abilities, revision: before })
  await vi.waitFor(async () => expect((await at.told(0))?.settings?.anomaly).toEqual({ alarmsPerMonth: 1 }))
  expect((await at.told(0))?.revision).toBe(before + 1)
  await at.say(0, { revision: before + 1 })
  await vi.waitFor(async () => expect(await at.told(0)).toMatchObject({ revision: before + 2 }))
  expect((await at.told(0))?.settings).toEqual({ intervalSeconds: 60 })
})

test('a revision goes to the canary, and after it was watched to all', async () => {
  const at = await world()
  await rolledOut(at, 'all', 300)
  const revision = await made(at, 'all', 60)
  const canaries = canariesOf(at.agents[1]!.agent)
  const { id } = await at.configuration.startRollout({ scope: 'all', revision, canaries, observeSeconds: 600 }, 'ada')
  await vi.waitFor(async () => expect(await at.all()).toEqual([300, 60, 300]))
  await at.confirm(1, false)
  await at.configuration.judge()
  const { agents } = await at.configuration.rollout(id)
  const shown = new Map(agents.map(({ agent, canary, progress }) => [agent, { canary, progress }]))
  expect(at.agents.map(({ agent }) => shown.get(agent))).toEqual([
    { canary: false, progress: 'waiting' },
    { canary: true, progress: 'on-trial' },
    { canary: false, progress: 'waiting' },
  ])
  await at.confirm(1)
  await at.configuration.judge()
  at.clock.now = epochMs(at.clock.now + 599_000)
  await at.configuration.judge()
  expect(await at.all()).toEqual([300, 60, 300])
  at.clock.now = epochMs(at.clock.now + 2_000)
  await at.configuration.judge()
  await vi.waitFor(async () => expect(await at.all()).toEqual([60, 60, 60]))
  for (const index of [0, 1, 2]) await at.confirm(index)
  await at.configuration.judge()
  expect(await at.configuration.rollout(id)).toMatchObject({ stage: 'completed', revision: 2, former: 1 })
  expect(await at.configuration.revisions('all')).toMatchObject([
    { revision: 2, active: true, author: 'ada', changes: [{ path: 'intervalSeconds', before: 300, after: 60 }] },
    { revision: 1, active: false },
  ])
})

test('a canary that rolls back halts it: canaries go back, the others never had it; resume and abort', async () => {
  const at = await world()
  await rolledOut(at, 'all', 300)
  const revision = await made(at, 'all', 1)
  const canaries = canariesOf(at.agents[0]!.agent)
  const { id } = await at.configuration.startRollout({ scope: 'all', revision, canaries, observeSeconds: 60 }, 'ada')
  await vi.waitFor(async () => expect(await at.all()).toEqual([1, 300, 300]))
  const before = (await at.told(0))?.revision ?? 0
  await at.reject(0, 'rolled-back')
  await at.configuration.judge()
  expect(await at.configuration.rollout(id)).toMatchObject({
    ...{ stage: 'halted', reason: 'box rolled it back: it does not work' },
  })
  expect(at.configuration.halted).toBe(1)
  await vi.waitFor(async () => expect(await at.all()).toEqual([300, 300, 300]))
  expect((await at.told(0))?.revision).toBe(before + 1)
  await at.configuration.resumeRollout(id)
  await vi.waitFor(async () => expect(await at.all()).toEqual([1, 300, 300]))
  await expect(at.configuration.resumeRollout(id)).rejects.toMatchObject({ code: 'conflict' })
  await expect(
    at.configuration.startRollout({ scope: 'all', revision, canaries, observeSeconds: 60 }, 'bob'),
  ).rejects.toMatchObject({ code: 'conflict' })
  await at.configuration.haltRollout(id, 'bob')
  await at.configuration.abortRollout(id, 'bob')
  await vi.waitFor(async () => expect(await at.all()).toEqual([300, 300, 300]))
  await expect(at.configuration.abortRollout(id, 'bob')).rejects.toMatchObject({ code: 'conflict' })
  expect(await at.configuration.rollout(id)).toMatchObject({ stage: 'aborted', reason: 'bob aborted it' })
})

test('what a person decides while a roll-out is judged stands', async () => {
  const at = await world()
  const revision = await made(at, 'all', 60)
  const canaries = canariesOf(at.agents[0]!.agent)
  const { id } = await at.configuration.startRollout({ scope: 'all', revision, canaries, observeSeconds: 0 }, 'ada')
  await vi.waitFor(async () => expect((await at.all())[0]).toBe(60))
  const select = at.store.select.bind(at.store)
  /** As the judge reads how agents fare, somebody else is faster. */
  const meanwhile = async (act: () => Promise<unknown>) => {
    at.store.select = async (wanted) => {
      at.store.select = select
      await act()
      return select(wanted)
    }
    await at.configuration.judge()
  }
  await at.confirm(0)
  await meanwhile(() => at.configuration.haltRollout(id, 'bob'))
  expect(await at.configuration.rollout(id)).toMatchObject({ stage: 'halted', reason: 'bob halted it' })

  await at.configuration.resumeRollout(id)
  await vi.waitFor(async () => expect((await at.all())[0]).toBe(60))
  await at.confirm(0)
  await at.configuration.judge()
  await meanwhile(() => at.configuration.abortRollout(id, 'bob'))
  expect(await at.configuration.rollout(id)).toMatchObject({ stage: 'aborted' })
})

test('a roll-out goes on where it was after a restart of the server', async () => {
  const at = await world(2)
  const revision = await made(at, 'all', 60)
  const canaries = canariesOf(at.agents[0]!.agent)
  const { id } = await at.configuration.startRollout({ scope: 'all', revision, canaries, observeSeconds: 60 }, 'ada')
  await vi.waitFor(async () => expect(await at.all()).toEqual([60, undefined]))
  await at.confirm(0)
  await at.configuration.judge()
  const next = await at.open()
  for (const { agent } of at.agents) await next.connected(agent)
  expect(await next.configuration.rollout(id)).toMatchObject({ stage: 'canary', observedSince: START })
  at.clock.now = epochMs(START + 61_000)
  await next.configuration.judge()
  await vi.waitFor(async () => expect(await at.all()).toEqual([60, 60]))
  await next.close()
})

test('what an agent left by itself is sent again a few times, where no roll-out is open', async () => {
  const at = await world(1)
  await rolledOut(at, 'all', 300)
  await at.fleet.watch(
    at.agents[0]!.agent,
    Target.parse({ device: DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11'), address: '192.0.2.1' }),
  )
  const first = (await at.told(0))?.revision ?? 0
  for (let times = 1; times <= 3; times++) {
    await at.reject(0, 'rolled-back')
    await vi.waitFor(async () => expect((await at.told(0))?.revision).toBe(first + times))
  }
  await at.reject(0, 'rolled-back')
  expect((await at.fleet.get(at.agents[0]!.agent))?.desiredRevision).toBe(first + 3)
  await at.confirm(0)
  await at.reject(0, 'refused')
  expect((await at.fleet.get(at.agents[0]!.agent))?.desiredRevision).toBe(first + 3)
})

test('how often links are read is told only to an agent that knows it, of settings and of targets', async () => {
  const at = await world(1)
  const agent = at.agents[0]!.agent
  const intervals = { linksSeconds: 600, sensorsSeconds: 120 }
  await at.fleet.watch(agent, Target.parse({ address: '192.0.2.1', intervals }))
  const wanted = { configuration: AgentConfiguration.parse({ settings: { intervals } }), comment: '' }
  const { revision } = await at.configuration.createRevision('all', NewConfigRevision.parse(wanted), 'ada')
  await at.configuration.startRollout({ scope: 'all', revision, canaries: canariesOf(), observeSeconds: 60 }, 'ada')
  const both = (told: object) => ({ settings: { intervals: told }, targets: [{ intervals: told }] })
  await vi.waitFor(async () => expect(await at.told(0)).toMatchObject(both({ sensorsSeconds: 120 })))
  expect(JSON.stringify(await at.told(0))).not.toContain('linksSeconds')
  await at.say(0, { abilities: { ping: 'none', platform: 'linux', settings: true, links: true } })
  await vi.waitFor(async () => expect(await at.told(0)).toMatchObject(both(intervals)))
})

test('an agent too old to take settings is told none, until a newer one of it says that it does', async () => {
  const at = await world(2)
  const old = { abilities: { ping: 'none', platform: 'linux' } }
  await at.say(1, old)
  const revision = await made(at, 'all', 60)
  const { id } = await at.configuration.startRollout(
    { scope: 'all', revision, canaries: { kind: 'count', count: 5 }, observeSeconds: 60 },
    'ada',
  )
  await vi.waitFor(async () => expect(await at.all()).toEqual([60, undefined]))
  const { agents } = await at.configuration.rollout(id)
  expect(agents.map(({ progress }) => progress).sort()).toEqual(['too-old', 'waiting'])
  await at.confirm(0)
  await at.configuration.judge()
  at.clock.now = epochMs(START + 60_000)
  await at.configuration.judge()
  await at.say(1)
  await vi.waitFor(async () => expect(await at.all()).toEqual([60, 60]))
})

test('a dry run makes nothing; a revision upon one that somebody else replaced is refused', async () => {
  const at = await world(2)
  const wanted = (more: object) => NewConfigRevision.parse({ configuration: every(60), ...more })
  expect(await at.configuration.createRevision('all', wanted({ dryRun: true }), 'ada')).toEqual({
    ...{ scope: 'all', revision: 1, agents: 2, tooOld: 0, made: false },
    changes: [{ path: 'intervalSeconds', after: 60 }],
  })
  expect(await at.configuration.revisions('all')).toEqual([])
  await at.configuration.createRevision('all', wanted({ base: 0 }), 'ada')
  await expect(at.configuration.createRevision('all', wanted({ base: 0 }), 'bob')).rejects.toMatchObject({
    code: 'conflict',
  })
  await expect(at.configuration.createRevision('group:none', wanted({}), 'bob')).rejects.toMatchObject({
    code: 'not_found',
  })
  await expect(at.configuration.setGroup(GroupName.parse('a'), [DEAD], 'bob')).rejects.toMatchObject({
    code: 'not_found',
  })
  expect(await at.configuration.groups()).toEqual([])
})

const DEAD = AgentId.parse('11111111-6b7a-4a53-9c5b-0d5c3c9f8a11')
