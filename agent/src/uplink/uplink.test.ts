import { randomUUID } from 'node:crypto'
import { mkdtempSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { ackTopic, type DesiredState, desiredTopic, SIGNED_TYPES, type Task, taskTopic } from '@eyenet/shared/wire'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Outbox } from '../buffer/buffer.ts'
import { batchOf, body, outboxIn, START, seriesOf, tick } from '../buffer/outbox.testkit.ts'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { systemClock } from '../schedule/schedule.ts'
import { Commands } from './commands.ts'
import { ackFor, newPair, type Signer, TestBroker } from './uplink.testkit.ts'
import { type AgentIdentity, enrol, readIdentity, Uplink, type UplinkOptions } from './uplink.ts'

let broker: TestBroker
let folder: string
let identity: AgentIdentity
let sign: Signer
let outbox: Outbox
let uplink: Uplink | undefined

beforeEach(async () => {
  broker = new TestBroker()
  await broker.start()
  folder = mkdtempSync(join(tmpdir(), 'eyenet-uplink-'))
  const pair = newPair(broker.url)
  identity = pair.identity
  sign = pair.sign
  outbox = outboxIn(folder)
})

afterEach(async () => {
  await uplink?.close()
  uplink = undefined
  outbox.close()
  await broker.stop()
})

async function connect(more: Partial<UplinkOptions> = {}): Promise<Uplink> {
  uplink = new Uplink({
    identity,
    dataDir: folder,
    outbox,
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    version: '0.0.0',
    hostname: 'agent.example.net',
    abilities: () => ({ ping: 'none', platform: 'test' }),
    onDesired: () => {},
    onTask: async (task) => ({ kind: 'poll-now', id: task.id, ok: true, message: 'done' }),
    ...more,
  })
  await uplink.start()
  return uplink
}

const desired = (revision: number): DesiredState => ({
  agent: identity.agent,
  site: identity.site,
  revision,
  at: epochMs(START),
  targets: [{ address: '192.0.2.1', ping: true }],
})

const seqOf = ({ payload }: { readonly payload: Buffer }): number =>
  JSON.parse(Buffer.from(body(payload)).toString()).seq

const task = (more: Partial<Task> = {}): Task => ({
  kind: 'poll-now',
  id: randomUUID(),
  agent: identity.agent,
  at: epochMs(START),
  expiresAt: epochMs(Date.now() + 60_000),
  device: '00000000-0000-4000-8000-000000000001' as never,
  ...(more as object),
})

test('birth is retained, what waits is sent, and kept until the server acknowledges it', async () => {
  const ids = seriesOf(outbox, 5)
  tick(outbox, ids, 0)
  outbox.flush()
  await connect()
  await broker.until(() => broker.of('backfill').length === 1)
  const birth = broker.of('status')[0]!
  expect(birth.retain).toBe(true)
  expect(JSON.parse(birth.payload.toString())).toMatchObject({ kind: 'birth', epoch: outbox.epoch, revision: 0 })
  tick(outbox, ids, 1)
  outbox.flush()
  await broker.until(() => broker.of('samples').length === 1)
  const live = broker.of('samples')[0]!
  expect(batchOf({ payload: live.payload }).ids.length).toBe(5)
  // PUBACK came, the server's own acknowledgement did not.
  expect(outbox.status().samples).toBe(10)
  await broker.send(
    ackTopic(identity),
    ackFor(outbox.epoch, { samples: { upTo: 1, holes: [] }, backfill: { upTo: 1, holes: [] } }),
  )
  await expect.poll(() => outbox.status().samples).toBe(0)
})

test('what is not acknowledged is sent again after half a minute, and after a new connection', async () => {
  const clock = new FakeClock(Date.now())
  tick(outbox, seriesOf(outbox, 5), 0)
  outbox.flush()
  await connect({ clock })
  await broker.until(() => broker.of('backfill').length === 1)
  await clock.advance(36_000)
  await broker.until(() => broker.of('backfill').length === 2)
  const [first, second] = broker.of('backfill')
  expect(second?.payload).toEqual(first?.payload)
  await broker.stop()
  await expect.poll(() => uplink?.status().connected).toBe(false)
  await broker.start()
  await clock.advance(2_000)
  await broker.until(() => broker.of('backfill').length === 3)
})

test('a server that has begun to listen anew is sent at once what it could not hear', async () => {
  tick(outbox, seriesOf(outbox, 5), 0)
  outbox.flush()
  await connect({ clock: new FakeClock(Date.now()) })
  await broker.until(() => broker.of('backfill').length === 1)
  const anew = { ...JSON.parse(ackFor(outbox.epoch, {})), listensAnew: true }
  await broker.send(ackTopic(identity), JSON.stringify(anew))
  await broker.until(() => broker.of('backfill').length === 2)
})

test('a message over which the broker closes the connection again and again is given up, the others arrive', async () => {
  const clock = new FakeClock(Date.now())
  const random = Array.from({ length: 40 }, () => randomUUID()).join('')
  broker.maxPayload = 420
  for (const message of ['before', random, 'after']) {
    outbox.append({ events: [{ kind: 'notice', at: epochMs(START), code: 'n', message: message.slice(0, 1000) }] })
  }
  outbox.flush()
  await connect({ clock })
  const hasAll = async (): Promise<boolean> => {
    await clock.advance(10_000)
    return broker.of('events').some((one) => seqOf(one) === 4)
  }
  const begun = clock.monotonicMs()
  await expect.poll(hasAll).toBe(true)
  // A server that is killed a few times while it starts costs nothing.
  expect(clock.monotonicMs() - begun).toBeGreaterThan(600_000)
  expect(broker.connects).toBeGreaterThan(4)
  expect(new Set(broker.of('events').map(seqOf))).toEqual(new Set([1, 3, 4]))
  expect(outbox.status().lanes.events.dropped).toBe(1)
})

test('connections that are closed for other reasons lose no message', async () => {
  const clock = new FakeClock(Date.now())
  for (let number = 0; number < 3; number++) {
    outbox.append({ events: [{ kind: 'notice', at: epochMs(START), code: 'n', message: String(number) }] })
  }
  outbox.flush()
  await connect({ clock })
  for (let tries = 1; tries <= 5; tries++) {
    const sent = broker.of('events').length
    await broker.until(() => broker.of('events').length >= Math.max(sent, tries * 3))
    broker.cut()
    await expect.poll(() => uplink?.status().connected).toBe(false)
    await clock.advance(5_000)
    await expect.poll(() => broker.connects).toBe(tries + 1)
  }
  expect(outbox.status().lanes.events).toMatchObject({ messages: 3, dropped: 0 })
})

test('no more than a window of messages is under way', async () => {
  for (let number = 0; number < 150; number++) {
    outbox.append({ events: [{ kind: 'notice', at: epochMs(START), code: 'n', message: String(number) }] })
  }
  outbox.flush()
  await connect()
  await broker.until(() => broker.of('events').length === 64)
  await broker.send(ackTopic(identity), ackFor(outbox.epoch, { events: { upTo: 64, holes: [] } }))
  await broker.until(() => broker.of('events').length === 128)
  const sent = broker.of('events').map((one) => JSON.parse(Buffer.from(body(one.payload)).toString()).seq)
  expect(sent).toEqual(Array.from({ length: 128 }, (_, at) => at + 1))
})

test('an agent that stops says so itself, and no will follows', async () => {
  const running = await connect()
  await broker.until(() => broker.of('status').length === 1)
  await expect.poll(() => running.status().connected).toBe(true)
  await running.close()
  uplink = undefined
  await broker.until(() => broker.of('status').length === 2)
  await expect.poll(() => broker.open).toBe(0)
  const words = broker.of('status').map((one) => JSON.parse(one.payload.toString()))
  expect(words.map((one) => one.reason ?? one.kind)).toEqual(['birth', 'stopped'])
})

test('when the line is cut the broker says the will', async () => {
  const running = await connect({ clock: new FakeClock(Date.now()) })
  await expect.poll(() => running.status().connected).toBe(true)
  await broker.until(() => broker.of('status').length === 1)
  broker.cut()
  await broker.until(() => broker.of('status').length === 2)
  expect(JSON.parse(broker.of('status')[1]!.payload.toString())).toMatchObject({ kind: 'death', reason: 'lost' })
})

test('wrong credentials are told as what they are and tried again slowly', async () => {
  broker.password = 'another'
  const clock = new FakeClock(Date.now())
  await connect({ clock })
  await expect.poll(() => uplink?.status().problem).toContain('refuses the credentials')
  await clock.advance(50_000)
  expect(broker.connects).toBe(1)
  broker.password = 'secret'
  await clock.advance(80_000)
  await expect.poll(() => uplink?.status().connected).toBe(true)
  outbox.flush()
  await broker.until(() => broker.of('events').length > 0)
  expect(Buffer.from(body(broker.of('events')[0]!.payload)).toString()).toContain('credentials-refused')
})

test('a signed desired state runs, is kept, and runs again without a server', async () => {
  const got: number[] = []
  await connect({ onDesired: (state) => got.push(state?.revision ?? 0) })
  await broker.send(desiredTopic(identity), await sign(desired(3)), true)
  await expect.poll(() => got).toEqual([3])
  // One birth before it came, or none, and one after.
  const revision = () => JSON.parse(broker.of('status').at(-1)?.payload.toString() ?? '{}').revision
  await expect.poll(revision).toBe(3)
  await uplink?.close()
  await broker.stop()
  await connect({ onDesired: (state) => got.push(state?.revision ?? 0) })
  expect(got).toEqual([3, 3])
  await broker.start()
})

test('what is unsigned, foreign, old or mistyped is refused, counted and told', async () => {
  const got: number[] = []
  const running = await connect({ onDesired: (state) => got.push(state?.revision ?? 0) })
  const other = newPair(broker.url)
  const good = await sign(desired(5))
  await broker.send(desiredTopic(identity), good)
  const bad = [
    JSON.stringify(desired(9)),
    `${good.slice(0, -4)}AAAA`,
    await other.sign(desired(9)),
    await sign(desired(4)),
    await sign({ ...desired(9), agent: randomUUID() }),
    await sign(desired(9), { typ: SIGNED_TYPES.task }),
    await sign(desired(9), { kid: 'k2' }),
    await sign({ nonsense: true }),
  ]
  for (const one of bad) await broker.send(desiredTopic(identity), one)
  await expect.poll(() => running.status().refusedCommands).toBe(bad.length)
  expect(got).toEqual([5])
  outbox.flush()
  await broker.until(() => broker.of('events').length > 0)
  expect(Buffer.from(body(broker.of('events')[0]!.payload)).toString()).toContain('command-refused')
})

test('a task is done once and answered; replayed or expired it is not', async () => {
  const done: string[] = []
  const running = await connect({
    onTask: async (one) => {
      done.push(one.id)
      return { kind: 'poll-now', id: one.id, ok: true, message: 'polled' }
    },
  })
  const typ = { typ: SIGNED_TYPES.task }
  const one = task()
  const late = task({ expiresAt: epochMs(Date.now() - 120_000) })
  const signed = await sign(one, typ)
  await broker.send(taskTopic(identity), signed)
  await broker.send(taskTopic(identity), signed)
  await broker.send(taskTopic(identity), await sign(late, typ))
  await broker.until(() => broker.of('reply').length === 2)
  const replies = broker.of('reply').map((reply) => JSON.parse(reply.payload.toString()))
  expect(replies).toContainEqual({ kind: 'poll-now', id: one.id, ok: true, message: 'polled' })
  expect(replies).toContainEqual({ kind: 'refused', id: late.id, reason: 'it has expired' })
  expect(done).toEqual([one.id])
  expect(running.status().refusedCommands).toBe(2)
})

test('the memory of task ids is bounded and lets go of what has expired', async () => {
  const commands = new Commands(identity, folder)
  const typ = { typ: SIGNED_TYPES.task }
  const now = epochMs(Date.now())
  const first = await sign(task({ expiresAt: epochMs(now + 1_000) }), typ)
  expect((await commands.task(first, now)).kind).toBe('accepted')
  expect(await commands.task(first, now)).toMatchObject({ kind: 'refused', reason: 'it was done before' })
  expect(await commands.task(first, epochMs(now + 60_000))).toMatchObject({ kind: 'refused', reason: 'it has expired' })
})

test('enrolment keeps an identity that only its owner reads; an empty host is the one that was asked', async () => {
  let asked: Record<string, unknown> = {}
  const answer = { ...identity, mqttUrl: 'mqtt://:1883' }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      asked = JSON.parse(Buffer.concat(chunks).toString())
      response.setHeader('content-type', 'application/json')
      if (asked.token === 'good') response.end(JSON.stringify({ ...answer, privateKey: undefined }))
      else {
        response.statusCode = 401
        const problem = { type: 'about:blank', title: 'no', status: 401, code: 'unauthenticated' }
        response.end(JSON.stringify({ ...problem, detail: 'this token was used or has expired' }))
      }
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const serverUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const dataDir = join(folder, 'new')
  await expect(enrol({ serverUrl, token: 'bad', dataDir, version: '1' })).rejects.toThrow('this token was used')
  expect(readIdentity(dataDir)).toBeUndefined()
  const made = await enrol({ serverUrl, token: 'good\n', dataDir, version: '1' })
  server.close()
  expect(made).toMatchObject({ agent: identity.agent, mqttUrl: 'mqtt://127.0.0.1:1883' })
  expect(JSON.stringify(asked)).not.toContain(made.privateKey.d)
  expect(readIdentity(dataDir)).toEqual(made)
  expect(statSync(join(dataDir, 'agent.json')).mode & 0o777).toBe(0o600)
})
