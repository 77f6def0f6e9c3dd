import { connect, type Socket } from 'node:net'
import { AgentId, SiteName } from '@eyenet/shared/identity'
import { ackTopic, laneTopic } from '@eyenet/shared/wire'
import { connectAsync } from 'mqtt'
import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { type Broker, type BrokerOptions, type MqttIdentity, openEmbeddedBroker } from './broker.ts'
import { connectPacket, DISCONNECT, publishPacket, subscribePacket } from './mqtt-packets.testkit.ts'

const SITE = SiteName.parse('home')
const AGENTS = ['6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11', '7f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a12'].map((id) => ({
  agent: AgentId.parse(id),
  site: SITE,
}))
const MAX_CONNECTIONS = 10

const closing: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function opened(changed: Partial<BrokerOptions> = {}): Promise<Broker> {
  const broker = await openEmbeddedBroker({
    ...{ host: '127.0.0.1', port: 0, maxPacketBytes: 1_048_576, maxConnections: MAX_CONNECTIONS },
    logger: pino({ level: 'silent' }),
    authenticate: async ({ username }): Promise<MqttIdentity | undefined> => {
      const agent = AGENTS.find((one) => one.agent === username)
      if (agent !== undefined) return { kind: 'agent', ...agent }
      return username === 'dashboard' ? { kind: 'integration', name: 'dashboard' } : undefined
    },
    onUp: async () => {},
    onConnected: () => {},
    onDisconnected: () => {},
    onDenied: () => {},
    ...changed,
  })
  closing.push(() => broker.close())
  return broker
}

function dial({ port }: Broker, ...packets: readonly Buffer[]) {
  const socket = connect(port, '127.0.0.1')
  closing.push(() => void socket.destroy())
  socket.on('error', () => {})
  const heard: Buffer[] = []
  socket.on('data', (chunk) => heard.push(chunk))
  for (const packet of packets) socket.write(packet)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return { socket, closed, heard: () => Buffer.concat(heard) }
}

/** An agent as it should be: what it publishes is acknowledged, and it hears what it is sent. */
async function honestAgent({ port }: Broker, at = 0) {
  const peer = AGENTS[at] ?? { agent: AgentId.parse(''), site: SITE }
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    ...{ clientId: peer.agent, username: peer.agent, password: 'x' },
    reconnectPeriod: 0,
  })
  closing.push(() => client.endAsync(true))
  const acks: string[] = []
  client.on('message', (_topic, payload) => acks.push(payload.toString()))
  await client.subscribeAsync(ackTopic(peer), { qos: 1 })
  const works = () => client.publishAsync(laneTopic(peer, 'samples'), Buffer.of(1), { qos: 1 })
  return { peer, client, acks, works }
}

const written = (socket: Socket, bytes: Buffer) => new Promise<void>((resolve) => socket.write(bytes, () => resolve()))

test('5,000 half-open connections take no place of an agent: those who are there go on, and a new one comes in', async () => {
  const broker = await opened()
  const agent = await honestAgent(broker)
  for (let opened = 0; opened < 5_000; opened += 100) {
    const silent = Array.from({ length: 100 }, () => dial(broker, Buffer.of(0x10)).socket)
    await Promise.all(silent.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
    await agent.works()
  }
  const late = await honestAgent(broker, 1)
  await late.works()
  expect(broker.stats().connections).toBeLessThan(300)
  expect(broker.stats().cutStrangers).toBeGreaterThan(4_500)
}, 240_000)

test('a login that comes a byte at a time is cut when its time is over', async () => {
  const broker = await opened({ strangers: { perAddress: 10, total: 10, loginWithinMs: 200 } })
  const { socket, closed } = dial(broker)
  const bytes = connectPacket('a'.repeat(100))
  let at = 0
  const drip = setInterval(() => socket.write(bytes.subarray(at % bytes.length, (at++ % bytes.length) + 1)), 20)
  await closed
  clearInterval(drip)
  await vi.waitFor(() => expect(broker.stats()).toMatchObject({ cutStrangers: 1, connections: 0 }))
})

test('who has logged in is not cut by the time for logins', async () => {
  const broker = await opened({ strangers: { perAddress: 10, total: 10, loginWithinMs: 50 } })
  const agent = await honestAgent(broker)
  // The time of a stranger who came later is over: that of the agent is too.
  await dial(broker).closed
  await agent.works()
  expect(broker.stats()).toMatchObject({ cutStrangers: 1, connections: 1 })
})

test('when all places are taken a login is told to come later, not that it is wrong', async () => {
  const broker = await opened({ maxConnections: 1 })
  // Both are let in as strangers before the first has logged in.
  const [one, other] = [dial(broker), dial(broker)]
  await Promise.all([one, other].map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))))
  one.socket.write(connectPacket('first', { username: 'dashboard', password: '' }))
  await vi.waitFor(() => expect([...one.heard()]).toEqual([0x20, 2, 0, 0]))
  other.socket.write(connectPacket('second', { username: 'dashboard', password: '' }))
  await other.closed
  expect([...other.heard()]).toEqual([0x20, 2, 0, 3])
})

test('a login that cannot be checked now is told to come later', async () => {
  const broker = await opened({ authenticate: () => Promise.reject(new Error('the disk is full')) })
  const { closed, heard } = dial(broker, connectPacket('first', { username: 'dashboard', password: '' }))
  await closed
  expect([...heard()]).toEqual([0x20, 2, 0, 3])
})

test('a client that never reads holds up nobody, and is cut before it fills memory', async () => {
  const broker = await opened()
  const agent = await honestAgent(broker)
  const login = connectPacket('board', { username: 'dashboard', password: '' })
  const { socket, heard } = dial(broker, login, subscribePacket(['eyenet/v1/public/#']))
  await vi.waitFor(() => expect(heard().length).toBeGreaterThan(6))
  socket.pause()
  const news = Buffer.alloc(64 * 1024)
  // More than the library has places for at once, and more than the kernel's buffers take.
  for (let sent = 0; sent < 400 && broker.stats().cutReaders === 0; sent += 1) {
    void broker.publish('eyenet/v1/public/alerts/a', news).catch(() => {})
    if (sent % 20 !== 0) continue
    await broker.publish(ackTopic(agent.peer), String(sent))
    await vi.waitFor(() => expect(agent.acks.at(-1)).toBe(String(sent)))
    await agent.works()
  }
  expect(broker.stats().cutReaders).toBe(1)
  await vi.waitFor(() => expect(broker.stats().connections).toBe(1))
})

test('subscriptions beyond a thousand are refused, and the connection goes on', async () => {
  const broker = await opened()
  const agent = await honestAgent(broker)
  const filters = Array.from({ length: 3_000 }, (_, at) => `eyenet/v1/public/alerts/${at}`)
  const login = connectPacket('board', { username: 'dashboard', password: '' })
  const { heard } = dial(broker, login, subscribePacket(filters))
  // CONNACK, then SUBACK with three bytes of length and two of id.
  await vi.waitFor(() => expect(heard().length).toBe(4 + 5 + 3_000))
  const granted = heard().subarray(9)
  expect(granted.filter((code) => code === 0x80)).toHaveLength(2_000)
  await agent.works()
})

test('what comes right behind a login is answered after it', async () => {
  const broker = await opened()
  const { socket, heard } = dial(broker)
  await new Promise((resolve) => socket.once('connect', resolve))
  await written(socket, connectPacket('board', { username: 'dashboard', password: '' }))
  for (let id = 1; id <= 20; id += 1) await written(socket, subscribePacket([`eyenet/v1/public/alerts/${id}`], id))
  await vi.waitFor(() => expect(heard().length).toBe(4 + 20 * 5))
  expect(heard().subarray(0, 4)).toEqual(Buffer.of(0x20, 2, 0, 0))
  for (let id = 1; id <= 20; id += 1) expect(heard()[4 + id * 5 - 1]).toBe(1)
})

test('topics without end, QoS 2 and MQTT 5 trouble nobody else', async () => {
  const broker = await opened()
  const agent = await honestAgent(broker)
  const login = connectPacket('board', { username: 'dashboard', password: '' })
  const long = publishPacket('a'.repeat(65_535), Buffer.alloc(10))
  const deep = publishPacket('a/'.repeat(32_000), Buffer.alloc(10))
  const flood = Array.from({ length: 2_000 }, (_, at) => publishPacket('a', Buffer.alloc(100), { qos: 2, id: at + 1 }))
  const clients = [
    dial(broker, login, long, DISCONNECT),
    dial(broker, login, deep),
    dial(broker, login, Buffer.concat(flood)),
    dial(broker, connectPacket('five', { username: 'dashboard', password: '', version: 5 })),
  ]
  await Promise.all(clients.map(({ closed }) => closed))
  expect([...(clients[3]?.heard() ?? [])].slice(0, 2)).toEqual([0x20, 2])
  await agent.works()
  expect(broker.stats().connections).toBe(1)
})

test('what a client writes after its farewell, or before its login, is not heard', async () => {
  const said: string[] = []
  const broker = await opened({ onUp: async ({ kind }) => void said.push(kind) })
  const { peer } = await honestAgent(broker)
  const forged = publishPacket(laneTopic(peer, 'events'), Buffer.of(1))
  const early = dial(broker, forged)
  await early.closed
  const login = connectPacket('board', { username: 'dashboard', password: '' })
  const late = dial(broker)
  await written(late.socket, Buffer.concat([login, DISCONNECT, forged]))
  await late.closed
  expect(said).toEqual([])
})

test('an agent whose message this server could not store stays connected, and is heard again', async () => {
  let isFull = true
  const taken: string[] = []
  const broker = await opened({
    onUp: async ({ kind }) => {
      if (isFull) throw new Error('the disk is full')
      taken.push(kind)
    },
  })
  const { client, works } = await honestAgent(broker)
  await works()
  isFull = false
  await works()
  expect(taken).toEqual(['samples'])
  expect(client.connected).toBe(true)
})
