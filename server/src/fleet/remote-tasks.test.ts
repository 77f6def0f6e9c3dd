import { randomUUID } from 'node:crypto'
import { NewAgentTask } from '@eyenet/shared/api'
import { SIGNED_TYPES, Task, type TaskReply, taskTopic } from '@eyenet/shared/wire'
import { compactDecrypt, compactVerify, importJWK } from 'jose'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { enrolled, fleetWorld, START } from './fleet.testkit.ts'

let world: Awaited<ReturnType<typeof fleetWorld>>
let one: Awaited<ReturnType<typeof enrolled>>
beforeEach(async () => {
  world = await fleetWorld()
  one = await enrolled(world.fleet)
  await world.fleet.connected(one.agent)
  await birth(['ping', 'snmp-walk', 'diagnose', 'cancel'])
})
afterEach(() => world.close())

async function birth(tasks: readonly string[]): Promise<void> {
  const said = {
    kind: 'birth',
    ...{ agent: one.agent, epoch: '0123456789abcdef', version: '0.1.0', hostname: 'box', startedAt: START, at: START },
    abilities: { ping: 'none', platform: 'test', tasks },
    revision: 0,
  }
  await world.fleet.receivePresence(one.peer, Buffer.from(JSON.stringify(said)))
}

const answer = (reply: TaskReply) => world.fleet.receiveReply(one.peer, Buffer.from(JSON.stringify(reply)))
const wanted = (body: object) => NewAgentTask.parse(body)
const WALK = wanted({
  kind: 'snmp-walk',
  whom: { address: '192.0.2.1', snmp: { credential: { version: '2c', community: 'planted-secret' } } },
})

/** The task that the agent was sent last, opened. */
async function received(): Promise<Task> {
  const payload = world.sent.findLast((sent) => sent.topic === taskTopic(one.peer))?.payload ?? ''
  const signed = await compactVerify(payload, await importJWK(one.signingKey, 'EdDSA'))
  expect(signed.protectedHeader.typ).toBe(SIGNED_TYPES.task)
  const key = await importJWK(one.key.privateJwk, 'ECDH-ES')
  const { plaintext } = await compactDecrypt(new TextDecoder().decode(signed.payload), key)
  return Task.parse(JSON.parse(new TextDecoder().decode(plaintext)))
}
const sentOne = (kind: string) => expect.poll(async () => (await received()).kind).toBe(kind)

test('a task goes out, tells how far it is, and its result is kept for a while', async () => {
  const { task, ended } = await world.fleet.tasks.start(one.agent, WALK, 'ada')
  await sentOne('snmp-walk')
  expect((await received()).id).toBe(task.id)
  answer({ kind: 'progress', id: task.id, done: 100, at: '1.3.6' })
  expect(world.fleet.tasks.get(one.agent, task.id)).toMatchObject({ state: 'running', progress: { done: 100 } })
  answer({ kind: 'snmp-walk', id: task.id, ended: 'whole', message: '', rows: [] })
  expect(await ended).toMatchObject({ state: 'done', by: 'ada', result: { kind: 'snmp-walk', ended: 'whole' } })
  expect(world.fleet.tasks.list(one.agent)).toHaveLength(1)
  world.clock.now = (START + 16 * 60_000) as never
  expect(world.fleet.tasks.list(one.agent)).toEqual([])
})

test('nothing of a credential is kept with a task', async () => {
  const { task } = await world.fleet.tasks.start(one.agent, WALK, 'ada')
  expect(JSON.stringify([task, world.fleet.tasks.list(one.agent)])).not.toContain('planted-secret')
})

test('one that runs is cancelled at the agent; another id, or another agent, is not found', async () => {
  const { task, ended } = await world.fleet.tasks.start(one.agent, WALK, 'ada')
  const other = await enrolled(world.fleet)
  await expect(world.fleet.tasks.cancel(other.agent, task.id)).rejects.toMatchObject({ code: 'not_found' })
  await expect(world.fleet.tasks.cancel(one.agent, randomUUID())).rejects.toMatchObject({ code: 'not_found' })
  const cancelling = world.fleet.tasks.cancel(one.agent, task.id)
  await sentOne('cancel')
  const cancel = await received()
  expect(cancel).toMatchObject({ kind: 'cancel', task: task.id })
  answer({ kind: 'cancel', id: cancel.id, ok: true })
  await cancelling
  answer({ kind: 'snmp-walk', id: task.id, ended: 'cancelled', message: '', rows: [] })
  expect(await ended).toMatchObject({ result: { ended: 'cancelled' } })
})

test('an agent that does not know the task, is away, or has enough to do is not asked', async () => {
  const ping = wanted({ kind: 'ping', address: '192.0.2.1' })
  for (let at = 0; at < 4; at += 1) await world.fleet.tasks.start(one.agent, ping, 'ada')
  await expect(world.fleet.tasks.start(one.agent, ping, 'ada')).rejects.toMatchObject({ code: 'too_many' })
  await birth([])
  await expect(world.fleet.tasks.start(one.agent, ping, 'ada')).rejects.toMatchObject({ code: 'conflict' })
  await world.fleet.disconnected(one.agent)
  await expect(world.fleet.tasks.start(one.agent, WALK, 'ada')).rejects.toMatchObject({ code: 'too_many' })
  const other = await enrolled(world.fleet)
  await expect(world.fleet.tasks.start(other.agent, ping, 'ada')).rejects.toMatchObject({ code: 'unavailable' })
})

test('a refusal, and a reply to something else, end a task as failed', async () => {
  const first = await world.fleet.tasks.start(one.agent, WALK, 'ada')
  answer({ kind: 'refused', id: first.task.id, reason: 'busy' })
  expect(await first.ended).toMatchObject({ state: 'failed', problem: 'the agent refused it: busy' })
  const second = await world.fleet.tasks.start(one.agent, WALK, 'ada')
  answer({ kind: 'cancel', id: second.task.id, ok: true })
  expect(await second.ended).toMatchObject({ state: 'failed' })
})
