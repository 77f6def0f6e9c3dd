import { setImmediate } from 'node:timers/promises'
import { ExternalBroker } from '@eyenet/shared/config'
import { AgentId, SiteName } from '@eyenet/shared/identity'
import { type Birth, laneTopic, statusTopic, type UpTopic } from '@eyenet/shared/wire'
import { connectAsync, type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { parts } from '../../../install/parts.mjs'
import { startMosquitto } from '../../e2e/mosquitto.testkit.ts'
import { Stage } from '../../e2e/stage.testkit.ts'
import { type Broker, openEmbeddedBroker, openExternalBroker } from './broker.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const PEER = {
  site: SiteName.parse('lab'),
  agent: AgentId.parse('3f0b0c6e-6d0c-4f57-9d7c-4f5fb7b1d001'),
}
const STRANGER = { ...PEER, agent: AgentId.parse('3f0b0c6e-6d0c-4f57-9d7c-4f5fb7b1d002') }
const logger = pino({ level: 'silent' })

async function mosquitto() {
  const stage = new Stage()
  closing.push(() => stage.close())
  return startMosquitto(stage)
}

/** A server's end, with what it has heard. `store` holds back what it says to have stored. */
function server(url: string, store: () => Promise<void> = async () => {}) {
  const heard: UpTopic[] = []
  const presence: string[] = []
  let ready = (): void => {}
  const isReady = new Promise<void>((resolve) => {
    ready = resolve
  })
  const broker = openExternalBroker({
    ...{ config: ExternalBroker.parse({ kind: 'external', url }), maxPacketBytes: 1_000_000, logger },
    isKnown: async ({ agent }) => agent === PEER.agent,
    onUp: async (up) => {
      await store()
      heard.push(up)
    },
    onConnected: (identity) => presence.push(`${identity.kind} is there`),
    onDisconnected: (identity) => presence.push(`${identity.kind} is gone`),
    onHeard: () => presence.push('what is stored is told'),
    onReady: () => ready(),
  })
  closing.push(() => broker.close())
  return { broker, heard, presence, isReady }
}

async function agent(url: string, options = {}): Promise<MqttClient> {
  const client = await connectAsync(url, { protocolVersion: 4, ...options })
  closing.push(() => client.endAsync(true))
  return client
}

async function when(holds: () => boolean): Promise<void> {
  while (!holds()) await setImmediate()
}

function birth(): string {
  const said: Birth = {
    ...{ kind: 'birth', agent: PEER.agent, version: '1', hostname: 'box', startedAt: 0, at: 0, revision: 0 },
    epoch: '0123456789abcdef',
    abilities: { ping: 'none', platform: 'linux' },
  } as Birth
  return JSON.stringify(said)
}

test.skipIf(parts.mosquitto === undefined)(
  'servers of one group share what agents send; each message goes to one of them',
  async () => {
    const { url } = await mosquitto()
    const servers = [server(url), server(url)]
    await Promise.all(servers.map(({ isReady }) => isReady))
    const client = await agent(url)
    for (let at = 0; at < 20; at += 1) await client.publishAsync(laneTopic(PEER, 'samples'), `m${at}`, { qos: 1 })
    await when(() => servers.reduce((sum, { heard }) => sum + heard.length, 0) >= 20)
    expect(servers.map(({ heard }) => heard.length > 0)).toEqual([true, true])
    expect(servers.reduce((sum, { heard }) => sum + heard.length, 0)).toBe(20)
  },
)

test.skipIf(parts.mosquitto === undefined)(
  'an agent is there from its birth to its will, for a server that comes later too',
  async () => {
    const { url } = await mosquitto()
    const client = await agent(url, {
      will: {
        topic: statusTopic(PEER),
        payload: Buffer.from(
          JSON.stringify({ kind: 'death', agent: PEER.agent, epoch: '0123456789abcdef', reason: 'lost' }),
        ),
        qos: 1,
        retain: true,
      },
    })
    await client.publishAsync(statusTopic(PEER), birth(), { qos: 1, retain: true })
    const late = server(url)
    await when(() => late.presence.length === 2)
    client.stream.destroy()
    await when(() => late.presence.length === 3)
    expect(late.presence).toEqual(['agent is there', 'what is stored is told', 'agent is gone'])
  },
)

test.skipIf(parts.mosquitto === undefined)(
  'what an agent says that is not known here is dropped and counted',
  async () => {
    const { url } = await mosquitto()
    const { broker, heard, isReady } = server(url)
    await isReady
    const client = await agent(url)
    await client.publishAsync(laneTopic(STRANGER, 'samples'), 'x', { qos: 1 })
    await client.publishAsync(laneTopic(PEER, 'samples'), 'y', { qos: 1 })
    await when(() => heard.length === 1)
    expect(heard[0]).toMatchObject(PEER)
    expect(broker.stats().deniedTopics).toBe(1)
  },
)

test.skipIf(parts.mosquitto === undefined)(
  'a server that stores slowly takes so many messages and no more; the broker holds the rest',
  async () => {
    const { url } = await mosquitto()
    let free = (): void => {}
    const stuck = new Promise<void>((resolve) => {
      free = resolve
    })
    let begun = 0
    const { heard, isReady } = server(url, () => {
      begun += 1
      return stuck
    })
    await isReady
    const client = await agent(url)
    for (let at = 0; at < 600; at += 1) client.publish(laneTopic(PEER, 'samples'), `m${at}`, { qos: 1 })
    await when(() => begun >= 256)
    // What mosquitto would still send it has had time to: a later message has gone round meanwhile.
    await client.publishAsync(laneTopic(PEER, 'events'), 'e', { qos: 1 })
    expect(begun).toBeLessThan(600)
    free()
    await when(() => heard.length === 601)
  },
)

test('a broker that knows MQTT 3.1.1 only is spoken to in that, without sharing', async () => {
  const subscriptions: string[] = []
  const old: Broker = await openEmbeddedBroker({
    ...{ host: '127.0.0.1', port: 0, maxPacketBytes: 100_000, maxConnections: 5, logger },
    authenticate: async () => ({ kind: 'integration', name: 'server' }),
    onUp: async () => {},
    onConnected: () => {},
    onDisconnected: () => {},
    onDenied: (_identity, action, topic) => subscriptions.push(`${action} ${topic}`),
  })
  closing.push(() => old.close())
  const { broker } = server(`mqtt://127.0.0.1:${old.port}`)
  await when(() => subscriptions.length >= 6)
  expect(subscriptions).toContain('subscribe eyenet/v1/+/+/up/samples')
  // This one lets nobody read agents: that is said, with what to do.
  await when(() => broker.problem()?.includes('see the rights') === true)
  expect(broker.problem()).toMatch(/does not let this server read what agents say/)
  await expect(broker.publish('eyenet/v1/public/x', '')).rejects.toMatchObject({ code: 'unavailable' })
})

test('a broker that is away is told as a problem, not thrown', async () => {
  const { broker } = server('mqtt://127.0.0.1:1')
  await when(() => broker.problem()?.includes('ECONNREFUSED') === true)
  expect(broker.isListening()).toBe(false)
})
