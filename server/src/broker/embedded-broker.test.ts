import { connect } from 'node:net'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { type Broker, openEmbeddedBroker } from './broker.ts'
import { connectPacket } from './mqtt-packets.testkit.ts'

const closing: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function opened(port = 0, maxConnections = 5): Promise<Broker> {
  const broker = await openEmbeddedBroker({
    ...{ host: '127.0.0.1', port, maxPacketBytes: 100_000, maxConnections, logger: pino({ level: 'silent' }) },
    authenticate: async () => ({ kind: 'integration', name: 'dashboard' }),
    onUp: async () => {},
    onConnected: () => {},
    onDisconnected: () => {},
    onDenied: () => {},
  })
  closing.push(() => broker.close())
  return broker
}

function dial({ port }: Broker) {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  closing.push(() => void socket.destroy())
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve('closed')))
  return { socket, closed }
}

test('a client id without end is cut off, not left open', async () => {
  const { socket, closed } = dial(await opened())
  socket.write(connectPacket('x'.repeat(129)))
  expect(await closed).toBe('closed')
})

test('connections over the limit are closed at once, and counted', async () => {
  const broker = await opened(0, 1)
  const first = dial(broker)
  first.socket.write(connectPacket('first'))
  await new Promise((resolve) => first.socket.once('data', resolve))
  expect(await dial(broker).closed).toBe('closed')
  expect(broker.stats()).toMatchObject({ connections: 1, refusedConnections: 1 })
})

test('a port that is taken is named, with what to do', async () => {
  const { port } = await opened()
  await expect(opened(port)).rejects.toMatchObject({ code: 'unavailable', message: /--mqtt-listen/ })
})

test('after the close nothing is sent, and nobody waits for it', async () => {
  const broker = await opened()
  expect(broker.isListening()).toBe(true)
  await broker.close()
  expect(broker.isListening()).toBe(false)
  await expect(broker.publish('eyenet/v1/public/alerts/a', '{}')).rejects.toMatchObject({ code: 'unavailable' })
})
