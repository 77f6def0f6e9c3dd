import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { TAG } from './message.ts'
import { int32, raw, readQuestion, response, tlv } from './responder.testkit.ts'
import { createSnmpEngine, describeOutcome, type SnmpTarget } from './snmp.ts'
import { MessageCutter } from './tcp-framing.ts'
import { UsmDevice } from './usm-device.testkit.ts'

const SYS_UPTIME = '1.3.6.1.2.1.1.3.0'
const uptime = raw(SYS_UPTIME, TAG.timeticks, int32(4711))
const taken = { kind: 'ok', value: [{ oid: SYS_UPTIME, value: { kind: 'timeticks', value: 4711 } }] }
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A TCP agent whose behaviour a test writes: it hears whole messages. */
async function listener(hear: (packet: Buffer, socket: Socket) => void, port = 0) {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.add(socket)
    const cutter = new MessageCutter()
    socket.on('data', (chunk) => {
      for (const packet of cutter.push(chunk) ?? []) hear(packet, socket)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  closers.push(close)
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    connections: () => connections,
    sockets,
    /** Resolves when no connection is open; how they ended is no matter. */
    isLeft: () => Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)))),
    close,
  }
}

const source = { address: '127.0.0.1', port: 0, family: 'IPv4', size: 0 } as const
const answerTo = (packet: Buffer): Buffer => response(readQuestion(packet, source), [uptime])

function deviceAt(port: number, extra: Partial<SnmpTarget> = {}) {
  const clock = { now: 0 }
  const engine = createSnmpEngine({ monotonicMs: () => clock.now })
  closers.push(() => engine.close())
  const target: SnmpTarget = {
    address: '127.0.0.1',
    port,
    transport: 'tcp',
    credential: { version: '2c', community: 'public' },
    timeoutMs: 3_000,
    retries: 0,
    ...extra,
  }
  return { engine, clock, target, device: engine.device(target) }
}

test('one connection serves many questions, in pieces of any size', async () => {
  const agent = await listener((packet, socket) => {
    const answer = answerTo(packet)
    socket.write(answer.subarray(0, 1))
    setImmediate(() => {
      socket.write(answer.subarray(1, 9))
      setImmediate(() => socket.write(answer.subarray(9)))
    })
  })
  const { device, engine } = deviceAt(agent.port)
  for (let round = 0; round < 5; round++) expect(await device.get([SYS_UPTIME])).toEqual(taken)
  expect(agent.connections()).toBe(1)
  expect(engine.counters).toMatchObject({ requests: 5, answers: 5 })
  device.close()
  expect(await device.get([SYS_UPTIME])).toMatchObject({ kind: 'unreachable' })
})

test('v3 goes over one connection too, and so do its contexts', async () => {
  const credential = { version: '3', user: 'guest', level: 'noAuthNoPriv' } as const
  const told = new UsmDevice(credential, uptime)
  const agent = await listener((packet, socket) => socket.write(told.answer(packet)))
  const { device } = deviceAt(agent.port, { credential })
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  expect(await device.inContext('vlan-10').get([SYS_UPTIME])).toEqual(taken)
  expect(told.asked.map(({ context }) => context)).toEqual(['', 'vlan-10'])
  expect(agent.connections()).toBe(1)
})

test('a connection that the device closed between polls is made anew', async () => {
  const agent = await listener((packet, socket) => socket.end(answerTo(packet)))
  const { device } = deviceAt(agent.port)
  for (let round = 0; round < 3; round++) expect(await device.get([SYS_UPTIME])).toEqual(taken)
  expect(agent.connections()).toBe(3)
})

test('a connection that breaks under a question is made anew once for it', async () => {
  let heard = 0
  const agent = await listener((packet, socket) => {
    if (++heard === 1) socket.destroy()
    else socket.write(answerTo(packet))
  })
  expect(await deviceAt(agent.port).device.get([SYS_UPTIME])).toEqual(taken)
  expect(agent.connections()).toBe(2)
})

test('a device that closes every connection is left alone for a while', async () => {
  const agent = await listener((_packet, socket) => socket.destroy())
  const { device, clock } = deviceAt(agent.port)
  expect((await device.get([SYS_UPTIME])).kind).toBe('unreachable')
  const tried = agent.connections()
  expect(tried).toBe(2)
  expect(await device.get([SYS_UPTIME])).toMatchObject({ detail: expect.stringMatching(/next try in 1 s/) })
  expect(agent.connections()).toBe(tried)
  clock.now += 1_000
  expect(await device.get([SYS_UPTIME])).toMatchObject({ detail: expect.not.stringMatching(/next try/) })
  expect(agent.connections()).toBe(tried + 2)
})

test('a refused connection says so, waits longer each time, and is found again when the device is back', async () => {
  const agent = await listener(() => undefined)
  await agent.close()
  const { device, clock, target } = deviceAt(agent.port)
  const first = await device.get([SYS_UPTIME])
  expect(first).toEqual({ kind: 'unreachable', detail: 'it refuses the TCP connection' })
  expect(describeOutcome(first, target)).toContain('over TCP')
  for (let round = 0; round < 8; round++) {
    clock.now += 60_000
    expect(await device.get([SYS_UPTIME])).toEqual(first)
    expect(await device.get([SYS_UPTIME])).toMatchObject({ detail: expect.stringMatching(/next try in/) })
  }
  clock.now += 20_000
  expect(await device.get([SYS_UPTIME])).toMatchObject({ detail: expect.stringMatching(/next try in/) })
  await listener((packet, socket) => socket.write(answerTo(packet)), agent.port)
  clock.now += 40_000
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
})

test('a question without answer is a timeout, and the next one goes over a new connection', async () => {
  let heard = 0
  const agent = await listener((packet, socket) => {
    if (++heard > 1) socket.write(answerTo(packet))
  })
  const { device } = deviceAt(agent.port, { timeoutMs: 50 })
  expect(await device.get([SYS_UPTIME])).toEqual({ kind: 'timeout', attempts: 1 })
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  expect(agent.connections()).toBe(2)
})

test('an answer to another question is not taken', async () => {
  const agent = await listener((packet, socket) => {
    const question = readQuestion(packet, source)
    socket.write(response({ ...question, requestId: question.requestId ^ 1 }, [uptime]))
    socket.write(answerTo(packet))
  })
  const { device, engine } = deviceAt(agent.port)
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  expect(engine.counters.unmatched).toBe(1)
})

test.each([
  ['garbage', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['a message of no told length', Buffer.from('30800201', 'hex')],
  ['a message larger than any', Buffer.from('3084000fffff0201', 'hex')],
  ['a message that is damaged', tlv(TAG.sequence, [Buffer.from('0201010401', 'hex')])],
])('a device that sends %s is malformed, and its connection is given up', async (_what, bytes) => {
  const agent = await listener((_packet, socket) => socket.write(bytes))
  const { device } = deviceAt(agent.port)
  expect((await device.get([SYS_UPTIME])).kind).toBe('malformed')
})

test('a device that floods a connection with messages that answer nothing loses it, and is left alone for a while', async () => {
  const agent = await listener((_packet, socket) => socket.write(Buffer.alloc(256 * 1024, '3000', 'hex')))
  const { device, engine, clock } = deviceAt(agent.port)
  expect(await device.get([SYS_UPTIME])).toMatchObject({ kind: 'malformed' })
  await agent.isLeft()
  expect(engine.counters.malformed).toBeLessThanOrEqual(16)
  expect(engine.counters.bytesReceived).toBeLessThanOrEqual(128 * 1024)
  expect(await device.get([SYS_UPTIME])).toMatchObject({ detail: expect.stringMatching(/next try in/) })
  clock.now += 2_000
  expect(await device.get([SYS_UPTIME])).toMatchObject({ kind: 'malformed' })
  expect(agent.connections()).toBe(2)
})

test('a flood that comes while nothing is asked ends the connection too', async () => {
  const agent = await listener((packet, socket) => {
    socket.write(answerTo(packet))
    for (let at = 0; at < 40; at++) socket.write(answerTo(packet))
  })
  const { device, engine } = deviceAt(agent.port)
  expect(await device.get([SYS_UPTIME])).toEqual(taken)
  await agent.isLeft()
  expect(engine.counters.unmatched).toBe(16)
})

test('closing leaves nothing behind', async () => {
  const agent = await listener(() => undefined)
  const { device, engine } = deviceAt(agent.port, { timeoutMs: 30_000 })
  const open = device.get([SYS_UPTIME])
  while (agent.sockets.size === 0) await new Promise((resolve) => setImmediate(resolve))
  const [socket] = agent.sockets
  const ended = socket ? once(socket, 'close') : Promise.reject(new Error('it is not connected'))
  engine.close()
  expect(await open).toEqual({ kind: 'unreachable', detail: 'the SNMP engine was closed' })
  await ended
  expect(agent.sockets.size).toBe(0)
})

test('messages are found in a stream however it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(3_000), { minLength: 1, maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 40 }),
      (sizes, cuts) => {
        const messages = sizes.map((size, at) => tlv(TAG.sequence, [Buffer.alloc(size, at)]))
        const stream = Buffer.concat(messages)
        const cutter = new MessageCutter()
        const found: Buffer[] = []
        for (let at = 0, cut = 0; at < stream.length; cut++) {
          const size = cuts[cut % cuts.length] ?? 1
          for (const message of cutter.push(stream.subarray(at, at + size)) ?? []) found.push(Buffer.from(message))
          at += size
        }
        expect(found).toEqual(messages)
      },
    ),
  )
})
