import { connect } from 'node:net'
import { AgentId, SiteName } from '@eyenet/shared/identity'
import { ackTopic, desiredTopic, laneTopic, statusTopic, taskTopic } from '@eyenet/shared/wire'
import { connectAsync } from 'mqtt'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { type Chance, noise } from '../../agent/src/snmp/fuzz.testkit.ts'
import { type Broker, type MqttIdentity, openEmbeddedBroker } from '../../server/src/broker/broker.ts'
import {
  confirmation,
  connectPacket,
  DISCONNECT,
  PINGREQ,
  publishPacket,
  subscribePacket,
  unsubscribePacket,
} from '../../server/src/broker/mqtt-packets.testkit.ts'
import { FUZZ_TIMEOUT_MS, fuzz, mutantBytes, packetsOr, SEED } from './fuzz.testkit.ts'

const PACKETS = packetsOr(20_000)
const HONEST = { agent: AgentId.parse('6f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a11'), site: SiteName.parse('home') }
const HOSTILE = { agent: AgentId.parse('7f9bca7e-6b7a-4a53-9c5b-0d5c3c9f8a12'), site: HONEST.site }
/** The honest agent speaks after so many connections of the hostile one. */
const HONEST_EVERY = 20

async function openBroker(): Promise<Broker> {
  return openEmbeddedBroker({
    ...{ host: '127.0.0.1', port: 0, maxPacketBytes: 100_000, maxConnections: 20 },
    logger: pino({ level: 'silent' }),
    authenticate: async ({ username }): Promise<MqttIdentity | undefined> => {
      if (username === 'dashboard') return { kind: 'integration', name: 'dashboard' }
      const peer = [HONEST, HOSTILE].find(({ agent }) => agent === username)
      return peer && { kind: 'agent', ...peer }
    },
    onUp: async () => {},
    onConnected: () => {},
    onDisconnected: () => {},
    onDenied: () => {},
  })
}

/** A packet as a client may send it, to topics that are allowed and others. */
function soundPacket(chance: Chance): Buffer {
  const id = 1 + chance(100)
  const topics = [laneTopic(HOSTILE, 'samples'), statusTopic(HOSTILE), laneTopic(HONEST, 'events'), 'a/b', '$SYS/x']
  const topic = topics[chance(topics.length)] ?? ''
  const filters = [ackTopic(HOSTILE), desiredTopic(HOSTILE), taskTopic(HONEST), 'eyenet/v1/public/#', '#', '+/+']
  const some = Array.from({ length: 1 + chance(20) }, () => filters[chance(filters.length)] ?? '')
  const kinds = [
    () => publishPacket(topic, noise(chance, chance(300)), { qos: chance(3), id }),
    () => publishPacket(topic, noise(chance, chance(300)), { qos: chance(3), id }),
    () =>
      publishPacket('a/'.repeat(1 + chance(chance(4) === 0 ? 300 : 90)), Buffer.alloc(chance(2_000)), { qos: 1, id }),
    () => subscribePacket(some, id),
    () => unsubscribePacket(some, id),
    () => confirmation(6, id),
    () => PINGREQ,
    // These end the connection where nothing awaits them.
    () => (chance(4) === 0 ? confirmation(ODD_CONFIRMATIONS[chance(3)] ?? 4, id) : PINGREQ),
    () => (chance(4) === 0 ? login(chance) : PINGREQ),
    () => Buffer.concat(Array.from({ length: chance(200) }, () => PINGREQ)),
  ]
  return kinds[chance(kinds.length)]?.() ?? PINGREQ
}

const ODD_CONFIRMATIONS = [4, 5, 7] as const

function login(chance: Chance): Buffer {
  const version = chance(20) === 0 ? 5 : 4
  if (chance(4) === 0) return connectPacket(`board ${chance(100)}`, { username: 'dashboard', password: 'x', version })
  return connectPacket(HOSTILE.agent, { username: HOSTILE.agent, password: 'x', version })
}

/** Everything that one connection says: a login, sound or not, then what is sound or not. */
function conversation(chance: Chance, length: number) {
  const sound = login(chance)
  const isSound = chance(8) > 0
  // Where all is damaged the first packet ends it: some come further.
  const soundness = 1 + chance(12)
  const rest = Array.from({ length: length - 2 }, () => {
    const packet = soundPacket(chance)
    return chance(soundness) > 0 ? packet : mutantBytes(packet, chance)
  })
  const end = chance(2) === 0 ? DISCONNECT : noise(chance, chance(40))
  return { first: isSound ? sound : mutantBytes(sound, chance), waits: isSound && chance(6) > 0, rest: [...rest, end] }
}

/** Says all of it, what follows the login in pieces, and hangs up; resolves when the broker has closed too. */
function say({ port }: Broker, { first, waits, rest }: ReturnType<typeof conversation>): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let heard = 0
  const goOn = (): void => {
    for (const piece of rest) socket.write(piece)
    // A turn of the loop in which the broker may answer.
    setImmediate(() => setImmediate(() => socket.end()))
  }
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      if (heard === 0 && waits) goOn()
      heard += chunk.length
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard > CONNACK_BYTES ? 'answered' : heard > 0 ? 'greeted' : 'cut'))
    socket.write(first)
    if (!waits) goOn()
  })
}
const CONNACK_BYTES = 4

test(`${PACKETS} packets of MQTT, most of them malformed (seed ${SEED}): no crash, no hang, no growth, and others are served`, {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  const broker = await openBroker()
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
    ...{ clientId: HONEST.agent, username: HONEST.agent, password: 'x', reconnectPeriod: 0 },
  })
  await client.subscribeAsync(ackTopic(HONEST), { qos: 1 })
  let told = 0
  client.on('message', () => {
    told += 1
  })
  let served = 0
  const done = await fuzz('mqtt', PACKETS, async ({ chance, step }) => {
    const said = conversation(chance, 2 + chance(18))
    await step(() => say(broker, said), said.rest.length + 1)
    if (chance(HONEST_EVERY) > 0) return
    await client.publishAsync(laneTopic(HONEST, 'samples'), 'honest', { qos: 1 })
    const next = new Promise((resolve) => client.once('message', resolve))
    await broker.publish(ackTopic(HONEST), String(served))
    await next
    served += 1
  })
  expect(told).toBe(served)
  for (const outcome of ['answered', 'greeted', 'cut']) expect(done.outcome(outcome)).toBeGreaterThan(0)
  expect(broker.stats().deniedTopics).toBeGreaterThan(0)
  await client.endAsync(true)
  await broker.close()
})
