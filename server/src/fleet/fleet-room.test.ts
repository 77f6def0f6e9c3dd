import { AgentId, DeviceId, epochMs } from '@eyenet/shared/identity'
import { desiredTopic, keysTopic, Target, type Task, type TaskReply, taskTopic } from '@eyenet/shared/wire'
import { compactDecrypt, compactVerify, importJWK } from 'jose'
import { afterEach, expect, test, vi } from 'vitest'
import { enrolled, fleetWorld, START } from './fleet.testkit.ts'

const DEVICE = DeviceId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11')
const TARGET = Target.parse({ device: DEVICE, address: '192.0.2.1' })
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function world() {
  const at = await fleetWorld()
  closing.push(at.close)
  const agent = await enrolled(at.fleet)
  const read = async (payload: string) => {
    const { payload: sealed } = await compactVerify(payload, await importJWK(agent.signingKey, 'EdDSA'))
    const key = await importJWK(agent.key.privateJwk, 'ECDH-ES')
    return JSON.parse(new TextDecoder().decode((await compactDecrypt(sealed, key)).plaintext))
  }
  const state = async () => (await at.fleet.get(agent.agent))?.state
  return { ...at, ...agent, read, state }
}

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))

test('an agent connects, says who it is, and is there; after a restart of the server it is not', async () => {
  const { fleet, open, agent, peer, state } = await world()
  expect(await state()).toBe('never')
  await fleet.connected(agent)
  const birth = {
    ...{ kind: 'birth', agent, epoch: '00112233aabbccdd', version: '0.2.0', hostname: 'attic', revision: 0 },
    ...{ startedAt: START, at: START + 1_500, abilities: { ping: 'none', platform: 'linux' } },
  }
  await fleet.receivePresence(peer, bytes(birth))
  expect(await fleet.get(agent)).toMatchObject({
    ...{ state: 'connected', version: '0.2.0', hostname: 'attic', ping: 'none', clockSkewSeconds: 1.5 },
  })
  const next = await open()
  expect(await state()).toBe('disconnected')
  expect(next.nameOf(agent)).toBe('box')
  await next.close()
})

test("presence that is garbage, too long or another's changes nothing", async () => {
  const { fleet, agent, peer } = await world()
  const before = await fleet.get(agent)
  const other = AgentId.parse('11111111-6b7a-4a53-9c5b-0d5c3c9f8a11')
  await fleet.receivePresence(peer, Buffer.from('{'))
  await fleet.receivePresence(peer, Buffer.alloc(100_000, 0x20))
  await fleet.receivePresence({ ...peer, agent: other }, bytes({ kind: 'birth', agent }))
  expect(await fleet.get(agent)).toEqual(before)
})

test('what an agent shall watch is sent to it alone, retained, and again when it connects', async () => {
  const { fleet, agent, peer, sent, read } = await world()
  await Promise.all([fleet.watch(agent, TARGET), fleet.watch(agent, { ...TARGET, device: undefined })])
  await fleet.connected(agent)
  expect(sent.map(({ topic, retain }) => ({ topic, retain }))).toEqual(
    Array(3).fill({ topic: desiredTopic(peer), retain: true }),
  )
  const states = await Promise.all(sent.map(({ payload }) => read(payload)))
  expect(states.map(({ revision }) => revision)).toEqual([2, 2, 2])
  expect(states[2].targets).toHaveLength(2)
  await fleet.unwatch(DEVICE)
  expect(await read(sent.at(-1)?.payload ?? '')).toMatchObject({ revision: 3, targets: [{ address: '192.0.2.1' }] })
})

test('a test goes to an agent that is connected, and its reply comes back', async () => {
  const { fleet, agent, peer, sent, read } = await world()
  await expect(fleet.testTarget(agent, TARGET)).rejects.toMatchObject({ code: 'unavailable' })
  await fleet.connected(agent)
  const tested = fleet.testTarget(agent, TARGET)
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toMatchObject({ topic: taskTopic(peer), retain: false })
  const task: Task = await read(sent[0]?.payload ?? '')
  expect(task).toMatchObject({ kind: 'test-target', agent, target: TARGET, expiresAt: START + 20_000 })
  const reply: TaskReply = { kind: 'test-target', id: task.id, ok: true, steps: [], device: DEVICE }
  fleet.receiveReply({ ...peer, agent: AgentId.parse('11111111-6b7a-4a53-9c5b-0d5c3c9f8a11') }, bytes(reply))
  fleet.receiveReply(peer, Buffer.from('nonsense'))
  fleet.receiveReply(peer, bytes(reply))
  expect(await tested).toEqual({ ok: true, steps: [], device: DEVICE })
})

test('a removed agent is cut off, forgotten, its retained state cleared; one that just logged in is cut off too', async () => {
  const { fleet, agent, peer, sent, cut, removed } = await world()
  await fleet.watch(agent, TARGET)
  await fleet.remove(agent)
  expect(await fleet.get(agent)).toBeUndefined()
  for (const topic of [desiredTopic(peer), keysTopic(peer)]) {
    expect(sent).toContainEqual({ topic, payload: '', retain: true })
  }
  expect(removed).toEqual([agent])
  await fleet.connected(agent)
  expect(cut).toEqual([agent, agent])
  await expect(fleet.remove(agent)).rejects.toMatchObject({ code: 'not_found' })
})

test('many changes of an agent are told as one', async () => {
  const { fleet, agent } = await world()
  const told: string[] = []
  fleet.onChange((changed) => told.push(changed.state))
  await fleet.connected(agent)
  await fleet.disconnected(agent)
  await fleet.connected(agent)
  for (let at = 0; at < 50; at += 1) fleet.remark({ agent, key: `${at}`, at: START, code: 'denied', message: 'no' })
  await vi.waitFor(async () => expect((await fleet.get(agent))?.notices).toHaveLength(20))
  expect(new Set(told)).toEqual(new Set(['connected']))
  expect(told.length).toBeLessThan(4)
  expect(fleet.stats()).toEqual({ droppedNotices: 30 })
})

test('agent_up says who is there, and lists carry what agents measured of themselves', async () => {
  const { fleet, store, agent } = await world()
  await fleet.connected(agent)
  const refs = await store.intern([{ __name__: 'agent_buffer_samples', site: 'home', agent }])
  await store.append({ refs, times: START, values: Float64Array.of(7) })
  fleet.heard(agent, epochMs(START - 2_000))
  const up = await store.select({
    matchers: [{ name: '__name__', op: '=', value: 'agent_up' }],
    ...{ from: START, to: START },
  })
  expect(up.map(({ labels, values }) => [labels.agent, ...values])).toEqual([[agent, 1]])
  expect(await fleet.list()).toMatchObject([{ id: agent, bufferedSamples: 7, lagSeconds: 2, devices: 0, notices: [] }])
})

test('an agent that leaves at once is not taken to be there', async () => {
  const at = await world()
  const { agent } = await enrolled(at.fleet)
  await Promise.all([at.fleet.connected(agent), at.fleet.disconnected(agent)])
  expect((await at.fleet.get(agent))?.state).toBe('disconnected')
})

test('an agent that connects is told what it should run, though the store takes nothing', async () => {
  const at = await world()
  await at.fleet.watch(at.agent, TARGET)
  at.sent.length = 0
  at.store.append = () => Promise.reject(new Error('the disk is full'))
  await at.fleet.connected(at.agent)
  expect(at.sent.map(({ topic }) => topic)).toContain(desiredTopic(at.peer))
})
