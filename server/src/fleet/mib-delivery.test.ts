import { gunzipSync } from 'node:zlib'
import { epochMs } from '@eyenet/shared/identity'
import { Task, type TaskReply } from '@eyenet/shared/wire'
import { compactDecrypt, compactVerify, importJWK } from 'jose'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { enrolled, fleetWorld, START } from './fleet.testkit.ts'
import { MibLibrary } from './mib-library.ts'

const closing: (() => Promise<unknown>)[] = []
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] })
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  vi.useRealTimers()
})

type AddMibs = Extract<Task, { kind: 'add-mibs' }>
const file = (name: string, text = `${name} DEFINITIONS ::= BEGIN END`) => ({ name, text })
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))

async function world() {
  const at = await fleetWorld()
  closing.push(at.close)
  const joined = async () => {
    const agent = await enrolled(at.fleet)
    const tasks = async (): Promise<readonly AddMibs[]> => {
      const found: AddMibs[] = []
      for (const { topic, payload } of at.sent) {
        if (!topic.includes(agent.agent)) continue
        const { payload: sealed } = await compactVerify(payload, await importJWK(agent.signingKey, 'EdDSA'))
        const { plaintext } = await compactDecrypt(sealed, await importJWK(agent.key.privateJwk, 'ECDH-ES'))
        const task = Task.parse(JSON.parse(new TextDecoder().decode(plaintext)))
        if (task.kind === 'add-mibs') found.push(task)
      }
      return found
    }
    const task = async (number: number): Promise<AddMibs> =>
      vi.waitFor(async () => {
        const found = (await tasks())[number]
        if (found === undefined) throw new Error('no task yet')
        return found
      })
    const reply = (id: string, more: Partial<Extract<TaskReply, { kind: 'add-mibs' }>> = {}) =>
      at.fleet.receiveReply(
        agent.peer,
        bytes({ kind: 'add-mibs', id, ok: true, modules: ['A-MIB'], objects: 3, problems: [], ...more }),
      )
    const connect = async (version = '0.1.0') => {
      await at.fleet.connected(agent.agent)
      const birth = {
        ...{ kind: 'birth', agent: agent.agent, epoch: '00112233aabbccdd', version, hostname: 'attic', revision: 0 },
        ...{ startedAt: START, at: START, abilities: { ping: 'none', platform: 'linux' } },
      }
      await at.fleet.receivePresence(agent.peer, bytes(birth))
    }
    return { ...agent, tasks, task, reply, connect }
  }
  const told = async (name = 'a.mib') => (await at.fleet.mibs.list()).find((one) => one.name === name)?.agents
  return { ...at, joined, told, library: new MibLibrary(at.db, () => at.clock.now) }
}

test('files given together go to a connected agent in one task, and the answer has what it made of each', async () => {
  const { fleet, joined, told } = await world()
  const one = await joined()
  await one.connect()
  const added = fleet.mibs.add([file('a.mib'), file('b.mib')], 'alice')
  const task = await one.task(0)
  expect(task.files.map(({ name, gzip }) => [name, gunzipSync(Buffer.from(gzip, 'base64')).toString()])).toEqual([
    ['a.mib', file('a.mib').text],
    ['b.mib', file('b.mib').text],
  ])
  one.reply(task.id, { problems: ['b.mib:3:1: error: no such type', 'disk nearly full'] })
  await added
  const shared = { agent: 'box', ok: true, modules: ['A-MIB'], objects: 3 }
  expect(await told('a.mib')).toEqual([{ ...shared, problems: ['disk nearly full'] }])
  expect(await told('b.mib')).toEqual([{ ...shared, problems: ['b.mib:3:1: error: no such type', 'disk nearly full'] }])
})

test('an agent that comes later gets them then, and each only once', async () => {
  const { fleet, joined, told, db } = await world()
  await fleet.mibs.add([file('a.mib')], 'alice')
  const one = await joined()
  await one.connect()
  one.reply((await one.task(0)).id)
  await vi.waitFor(async () => expect(await told()).toHaveLength(1))
  await fleet.disconnected(one.agent)
  await one.connect()
  const added = fleet.mibs.add([file('a.mib'), file('b.mib')], 'alice')
  const second = await one.task(1)
  expect(second.files.map(({ name }) => name)).toEqual(['b.mib'])
  one.reply(second.id)
  await added
  expect(await one.tasks()).toHaveLength(2)
  await fleet.remove(one.agent)
  expect(await db.selectFrom('mib_deliveries').selectAll().execute()).toEqual([])
})

test('files beyond one task travel in several, one after the other', async () => {
  const { fleet, joined } = await world()
  const one = await joined()
  await one.connect()
  let noise = 1
  const random = () => {
    noise = (noise * 48_271) % 2_147_483_647
    return noise.toString(36)
  }
  const large = (name: string) => file(name, Array.from({ length: 45_000 }, random).join(''))
  const added = fleet.mibs.add([large('a.mib'), large('b.mib'), file('c.mib')], 'alice')
  const first = await one.task(0)
  expect(await one.tasks()).toHaveLength(1)
  one.reply(first.id)
  const second = await one.task(1)
  one.reply(second.id)
  await added
  expect([first, second].map(({ files }) => files.map(({ name }) => name))).toEqual([['a.mib'], ['b.mib', 'c.mib']])
})

test('an agent that refuses is shown with its reason and asked again by another version or another gift only', async () => {
  const { fleet, joined, told } = await world()
  const one = await joined()
  await one.connect()
  const added = fleet.mibs.add([file('a.mib')], 'alice')
  fleet.receiveReply(one.peer, bytes({ kind: 'refused', id: (await one.task(0)).id, reason: 'unknown task' }))
  await added
  expect(await told()).toMatchObject([{ ok: false, problems: ['the agent refused it: unknown task'] }])
  await one.connect()
  const other = fleet.mibs.add([file('b.mib')], 'alice')
  expect((await one.task(1)).files.map(({ name }) => name)).toEqual(['b.mib'])
  one.reply((await one.task(1)).id)
  await other
  await one.connect('0.2.0')
  const again = await one.task(2)
  expect(again.files.map(({ name }) => name)).toEqual(['a.mib'])
  one.reply(again.id)
  await vi.waitFor(async () => expect(await told()).toMatchObject([{ ok: true }]))
})

test('an agent that never replies is asked three times in all, and shown as such', async () => {
  const { fleet, db, joined, told } = await world()
  const attempts = async () =>
    (await db.selectFrom('mib_deliveries').select('attempts').execute()).map((row) => row.attempts)
  const one = await joined()
  await fleet.mibs.add([file('a.mib')], 'alice')
  for (const attempt of [0, 1, 2]) {
    expect(await told()).toEqual([])
    await one.connect()
    await one.task(attempt)
    await vi.advanceTimersByTimeAsync(60_000)
    await vi.waitFor(async () => expect(await attempts()).toEqual([attempt + 1]))
  }
  await vi.waitFor(async () => expect(await told()).toMatchObject([{ ok: false }]))
  expect((await told())?.[0]?.problems[0]).toContain('asked 3 times')
  await one.connect()
  const added = fleet.mibs.add([file('b.mib')], 'alice')
  const fourth = await one.task(3)
  expect(fourth.files.map(({ name }) => name)).toEqual(['b.mib'])
  one.reply(fourth.id)
  await added
})

test('what another process has added is found by itself', async () => {
  const { library, joined } = await world()
  const one = await joined()
  await one.connect()
  await library.add([file('a.mib')], 'cli')
  await vi.advanceTimersByTimeAsync(5_000)
  expect((await one.task(0)).files.map(({ name }) => name)).toEqual(['a.mib'])
})

test('an agent that has a new version at each birth is asked anew once a day', async () => {
  const { fleet, db, clock, joined } = await world()
  const attempts = async () =>
    (await db.selectFrom('mib_deliveries').select('attempts').execute()).map((row) => row.attempts)
  const one = await joined()
  await fleet.mibs.add([file('a.mib')], 'alice')
  const silence = async (version: string, task: number, counted: number) => {
    await one.connect(version)
    await one.task(task)
    await vi.advanceTimersByTimeAsync(60_000)
    await vi.waitFor(async () => expect(await attempts()).toEqual([counted]))
  }
  await silence('1', 0, 1)
  for (const [task, counted] of [1, 2, 3].entries()) await silence(`2.${task}`, task + 1, counted)
  await one.connect('3')
  const added = fleet.mibs.add([file('b.mib')], 'alice')
  expect((await one.task(4)).files.map(({ name }) => name)).toEqual(['b.mib'])
  one.reply((await one.task(4)).id)
  await added
  clock.now = epochMs(START + 24 * 60 * 60 * 1_000)
  await one.connect('4')
  expect((await one.task(5)).files.map(({ name }) => name)).toEqual(['a.mib'])
})

test('many births while an agent is silent lead to one more task, and silent agents hold up nobody', async () => {
  const { fleet, joined } = await world()
  await fleet.mibs.add([file('a.mib')], 'alice')
  const silent = await Promise.all([joined(), joined(), joined(), joined(), joined()])
  const good = await joined()
  for (const one of silent) for (let birth = 0; birth < 20; birth++) await one.connect()
  for (const one of silent.slice(0, 4)) await one.task(0)
  await vi.advanceTimersByTimeAsync(60_000)
  await silent[4]?.task(0)
  await good.connect()
  good.reply((await good.task(0)).id)
  const second = async () => (await Promise.all(silent.map((one) => one.tasks()))).filter((all) => all.length > 1)
  await vi.waitFor(async () => expect(await second()).toHaveLength(1))
  await vi.advanceTimersByTimeAsync(600_000)
  for (const one of silent) expect((await one.tasks()).length).toBeLessThanOrEqual(2)
})
