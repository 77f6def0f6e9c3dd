import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { AgentId, epochMs, OutboxEpoch, SiteName } from '@eyenet/shared/identity'
import {
  Acknowledgement,
  ackTopic,
  encodeSamples,
  frame,
  laneTopic,
  MAX_HOLES,
  type Peer,
  publicAlertTopic,
  type SamplesBatch,
} from '@eyenet/shared/wire'
import { connectAsync, type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { type Broker, openEmbeddedBroker } from '../broker/broker.ts'
import { openDatabase } from '../db/db.ts'
import { type FleetRoom, openFleet } from '../fleet/fleet.ts'
import { openAuthority } from '../pki/pki.ts'
import { openStore, type StoreOptions } from '../store/store.ts'
import { vaultOf } from '../vault/vault.ts'
import { createIngest, type Ingest } from './ingest.ts'

const NOW = epochMs(Date.UTC(2026, 5, 1))
const EPOCH = OutboxEpoch.parse('00112233aabbccdd')
const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
const AGENT_KEY = { kty: 'EC', crv: 'P-256', x, y } as const
const HOME = SiteName.parse('home')
const logger = pino({ level: 'silent' })
const closing: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function world(storeOptions: Partial<StoreOptions> = {}) {
  const db = await openDatabase(':memory:')
  const store = await openStore({
    folder: mkdtempSync(join(tmpdir(), 'eyenet-link-')),
    logger,
    clock: { now: () => NOW },
    ...storeOptions,
  })
  const vault = vaultOf(new Uint8Array(32).fill(7))
  const parts: { broker?: Broker; ingest?: Ingest } = {}
  const fleet: FleetRoom = await openFleet({
    db,
    store,
    logger,
    vault,
    trust: { authority: await openAuthority(db, vault, NOW), wantsCertificates: false, brokerCas: undefined },
    now: () => NOW,
    send: async (topic, payload, options) => parts.broker?.publish(topic, payload, options),
    disconnect: (agent) => parts.broker?.disconnect(agent),
    mqttUrl: 'mqtt://:0',
    serverUrl: 'http://127.0.0.1:8080',
    onRemoved: (agent) => parts.ingest?.forget(agent),
  })
  const refused: string[] = []
  const ingest = createIngest({
    db,
    store,
    logger,
    now: () => NOW,
    onFacts: async () => {},
    onLinks: async () => {},
    onDiscovered: async () => {},
    onEvent: async () => {},
    onStored: () => {},
    onRefused: (_peer, reason) => refused.push(reason),
    acknowledge: async (peer, ack) => parts.broker?.publish(ackTopic(peer), JSON.stringify(ack)),
  })
  parts.ingest = ingest
  const denied: string[] = []
  const broker = await openEmbeddedBroker({
    host: '127.0.0.1',
    port: 0,
    maxPacketBytes: 1_048_576,
    maxConnections: 20,
    logger,
    authenticate: async ({ username, password }) => {
      if (username === 'dashboard') return password === 'ok' ? { kind: 'integration', name: username } : undefined
      const agent = await fleet.login(username, password)
      return agent && { kind: 'agent', ...agent }
    },
    onUp: async (up, payload) => {
      if (up.kind !== 'status' && up.kind !== 'reply' && up.kind !== 'renewal')
        await ingest.receive(up, up.kind, payload)
    },
    onConnected: () => {},
    onDisconnected: () => {},
    onDenied: (_identity, action, topic) => denied.push(`${action} ${topic}`),
  })
  parts.broker = broker
  closing.push(
    () => db.destroy(),
    () => store.close(),
    () => fleet.close(),
    () => ingest.close(),
    () => broker.close(),
  )
  return { db, store, fleet, broker, refused, denied }
}

type World = Awaited<ReturnType<typeof world>>

async function enrol({ fleet }: World) {
  const { token } = await fleet.createEnrolmentToken({ site: HOME }, 'test')
  return fleet.enrol({ token, hostname: 'box', version: '0.1.0', encryptionKey: AGENT_KEY })
}

async function connected(
  port: number,
  login: { username: string; password: string; clientId?: string },
): Promise<MqttClient> {
  const options = { clientId: login.username, ...login, reconnectPeriod: 0, connectTimeout: 5_000 }
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, options)
  closing.push(() => client.endAsync(true))
  return client
}

async function agentClient(at: World) {
  const { agent, mqttPassword = '' } = await enrol(at)
  const peer: Peer = { site: HOME, agent }
  const client = await connected(at.broker.port, { username: agent, password: mqttPassword })
  const acks: Acknowledgement[] = []
  client.on('message', (_topic, payload) => acks.push(Acknowledgement.parse(JSON.parse(payload.toString()))))
  await client.subscribeAsync(ackTopic(peer), { qos: 1 })
  const publish = (batch: Partial<SamplesBatch>, lane: 'samples' | 'backfill' = 'samples') =>
    client.publishAsync(
      laneTopic(peer, lane),
      Buffer.from(frame(encodeSamples({ ...BATCH, ...batch }), deflateRawSync)),
      {
        qos: 1,
      },
    )
  return { agent, peer, client, acks, publish }
}

const labels = { __name__: 'icmp_rtt_seconds', site: 'home', device: '6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11' }
const BATCH: SamplesBatch = {
  epoch: EPOCH,
  first: 1,
  last: 1,
  definitions: [{ id: 0, labels }],
  ids: Int32Array.of(0),
  times: Float64Array.of(NOW),
  values: Float64Array.of(0.25),
}

const stored = async ({ store }: World) =>
  (await store.select({ matchers: [{ name: 'site', op: '=', value: 'home' }], from: epochMs(0), to: NOW })).map(
    (one) => [...one.values],
  )

test('what an enrolled agent publishes is stored once and acknowledged', async () => {
  const at = await world()
  const { acks, publish } = await agentClient(at)
  await publish({})
  await vi.waitFor(() => expect(acks).toHaveLength(1))
  expect(acks[0]).toMatchObject({ epoch: EPOCH, lanes: { samples: { upTo: 1, holes: [] } }, refused: [] })
  await publish({ definitions: [] })
  await publish({ definitions: [], first: 3, last: 4, times: Float64Array.of(NOW - 1) })
  await vi.waitFor(() => expect(acks.at(-1)?.lanes.samples).toEqual({ upTo: 4, holes: [[2, 2]] }))
  expect(await stored(at)).toEqual([[0.25, 0.25]])
})

test('a series that ended in the store is stored again when the agent goes on with it, without a question', async () => {
  let now = NOW
  const at = await world({ clock: { now: () => now }, maintainEveryMs: 5 })
  const { acks, publish } = await agentClient(at)
  await publish({})
  await vi.waitFor(() => expect(acks).toHaveLength(1))
  await at.store.delete([{ name: 'site', op: '=', value: 'home' }])
  // The store writes what it has in the first hour and looks for what is left in the next.
  for (let hour = 1; hour <= 2; hour++) {
    now = epochMs(NOW + hour * 3_700_000)
    await vi.waitFor(() => expect(at.store.stats().logBytes).toBeLessThan(100))
  }
  await vi.waitFor(() => expect(at.store.stats().endedSeries).toBe(1))
  await publish({ definitions: [], first: 2, last: 2, values: Float64Array.of(0.5) })
  await vi.waitFor(() => expect(acks.at(-1)?.lanes.samples).toEqual({ upTo: 2, holes: [] }))
  expect(acks.some(({ resendDefinitions }) => resendDefinitions)).toBe(false)
  expect(await stored(at)).toEqual([[0.5]])
})

test('numbers whose samples the agent has dropped leave no hole', async () => {
  const at = await world()
  const { publish, acks } = await agentClient(at)
  const nothing = { definitions: [], ids: new Int32Array(0), times: new Float64Array(0), values: new Float64Array(0) }
  await publish({ ...nothing, first: 1, last: 40 }, 'backfill')
  await publish({ first: 41, last: 41 }, 'backfill')
  await vi.waitFor(() => expect(acks.at(-1)?.lanes.backfill).toEqual({ upTo: 41, holes: [] }))
})

test('series that the server does not know are asked for, and not acknowledged', async () => {
  const at = await world()
  const { acks, publish } = await agentClient(at)
  await publish({ definitions: [], ids: Int32Array.of(7) })
  await vi.waitFor(() => expect(acks).toHaveLength(1))
  expect(acks[0]).toMatchObject({ lanes: {}, resendDefinitions: true })
})

test('a series of another site is refused by number, and the agent and people are told', async () => {
  const at = await world()
  const { acks, publish } = await agentClient(at)
  await publish({ definitions: [{ id: 0, labels: { ...labels, site: 'elsewhere' } }] })
  await vi.waitFor(() => expect(acks[0]?.refused).toMatchObject([{ lane: 'samples', first: 1, last: 1 }]))
  expect(at.refused).toHaveLength(1)
  expect(await stored(at)).toEqual([])
})

test('a report of a kind that only newer agents know is refused by its number, and leaves no hole', async () => {
  const at = await world()
  const { peer, client, acks } = await agentClient(at)
  const report = (seq: number, changed = {}) =>
    Buffer.from(
      `\u0000${JSON.stringify({ kind: 'notice', code: 'x', message: 'y', epoch: EPOCH, seq, at: NOW, ...changed })}`,
    )
  // More than one acknowledgement tells as holes.
  for (let seq = 1; seq <= 2 * MAX_HOLES; seq += 2) {
    await client.publishAsync(laneTopic(peer, 'events'), report(seq, { kind: 'of-tomorrow' }), { qos: 1 })
    await client.publishAsync(laneTopic(peer, 'events'), report(seq + 1), { qos: 1 })
  }
  await vi.waitFor(() => expect(acks.flatMap(({ refused }) => refused)).toHaveLength(MAX_HOLES))
  expect(acks[0]?.refused[0]).toMatchObject({ lane: 'events', first: 1, last: 1 })
  const last = 2 * MAX_HOLES + 1
  await vi.waitFor(async () => {
    await client.publishAsync(laneTopic(peer, 'events'), report(last), { qos: 1 })
    expect(acks.at(-1)?.lanes.events).toEqual({ upTo: last, holes: [] })
  })
})

test('series of an outbox that is gone are forgotten; one that returns is asked for them again', async () => {
  const at = await world()
  const { acks, publish } = await agentClient(at)
  const next = OutboxEpoch.parse('ffffffffaabbccdd')
  await publish({})
  await publish({ epoch: next })
  const epochs = async () => (await at.db.selectFrom('agent_series').select('epoch').execute()).map((row) => row.epoch)
  expect(await epochs()).toEqual([next])
  await publish({ definitions: [], first: 2, last: 2 })
  const askedAgain = expect.objectContaining({ epoch: EPOCH, resendDefinitions: true })
  await vi.waitFor(() => expect(acks).toContainEqual(askedAgain))
  await publish({ definitions: [], epoch: next, first: 2, last: 2, times: Float64Array.of(NOW - 5) })
  await vi.waitFor(() => expect(acks.at(-1)).toMatchObject({ epoch: next, lanes: { samples: { upTo: 2 } } }))
})

test('garbage in a lane is counted, and what follows is stored', async () => {
  const at = await world()
  const { peer, client, acks, publish } = await agentClient(at)
  await client.publishAsync(laneTopic(peer, 'samples'), Buffer.from([1, 2, 3]), { qos: 1 })
  await client.publishAsync(laneTopic(peer, 'facts'), Buffer.from('\u0000{"kind":"facts"}'), { qos: 1 })
  await publish({})
  await vi.waitFor(() => expect(acks).toHaveLength(1))
  expect(at.refused).toHaveLength(2)
})

test("an agent that publishes to another's topic, or listens to it, changes nothing and stays connected", async () => {
  const at = await world()
  const victim = await agentClient(at)
  const attacker = await agentClient(at)
  const body = Buffer.from(frame(encodeSamples(BATCH), deflateRawSync))
  await attacker.client.publishAsync(laneTopic(victim.peer, 'samples'), body, { qos: 1 })
  await attacker.client.publishAsync(publicAlertTopic('x'), 'all is well', { qos: 1, retain: true })
  const granted = await attacker.client.subscribeAsync([ackTopic(victim.peer), '#'], { qos: 1 }).catch(() => 'refused')
  expect(granted).toBe('refused')
  expect(at.denied).toEqual([
    `publish ${laneTopic(victim.peer, 'samples')}`,
    'publish eyenet/v1/public/alerts/x',
    `subscribe ${ackTopic(victim.peer)}`,
    'subscribe #',
  ])
  expect(await stored(at)).toEqual([])
  await attacker.publish({})
  await vi.waitFor(() => expect(attacker.acks).toHaveLength(1))
})

test('wrong passwords, a used token and a client id that is not its own are refused', async () => {
  const at = await world()
  const { agent, mqttPassword = '' } = await enrol(at)
  const { port } = at.broker
  await expect(connected(port, { username: agent, password: 'wrong' })).rejects.toThrow(/not authorized/i)
  await expect(connected(port, { username: agent, password: mqttPassword, clientId: 'other' })).rejects.toThrow()
  await expect(connected(port, { username: 'dashboard', password: 'ok', clientId: agent })).rejects.toThrow()
  await expect(connected(port, { username: 'nobody', password: '' })).rejects.toThrow()
  const { token } = await at.fleet.createEnrolmentToken({ site: HOME }, 'test')
  const request = {
    token,
    hostname: 'a',
    version: '1',
    encryptionKey: AGENT_KEY,
  } as const
  await at.fleet.enrol(request)
  await expect(at.fleet.enrol(request)).rejects.toThrow(/used/)
  expect(at.broker.stats().refusedLogins).toBe(4)
})

test('an integration reads public topics, and nothing else', async () => {
  const at = await world()
  const client = await connected(at.broker.port, { username: 'dashboard', password: 'ok' })
  const seen: string[] = []
  client.on('message', (topic) => seen.push(topic))
  await client.subscribeAsync('eyenet/v1/public/alerts/#')
  await at.broker.publish(publicAlertTopic('a'), '{}', { retain: true })
  await vi.waitFor(() => expect(seen).toEqual(['eyenet/v1/public/alerts/a']))
  await expect(client.subscribeAsync('eyenet/v1/home/#')).rejects.toThrow()
})

test('a CONNECT that claims to be large is cut off before it is read', async () => {
  const at = await world()
  const socket = connectTcp(at.broker.port, '127.0.0.1')
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => {})
  // Type CONNECT, remaining length 268,435,455.
  socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))
  await closed
  expect(at.broker.stats().oversizePackets).toBe(1)
})

test('a removed agent is cut off and cannot come back', async () => {
  const at = await world()
  const { agent, client } = await agentClient(at)
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
  await at.fleet.remove(AgentId.parse(agent))
  await closed
  expect(await at.fleet.list()).toEqual([])
})
