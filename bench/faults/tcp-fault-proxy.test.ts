import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FaultProxy, type FaultProxyOptions, startFaultProxy } from './tcp-fault-proxy.mjs'

const HOST = '127.0.0.1'
let target: Server
let taken: Buffer[]
let ended: number
let proxy: FaultProxy | undefined
const sockets: Socket[] = []

beforeEach(async () => {
  taken = []
  ended = 0
  target = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => socket.destroy())
    socket.on('end', () => ended++)
    socket.on('data', (chunk) => {
      taken.push(chunk)
      socket.write(chunk)
    })
  })
  await new Promise<void>((done) => target.listen(0, HOST, done))
})

afterEach(async () => {
  await proxy?.close()
  for (const socket of sockets.splice(0)) socket.destroy()
  await new Promise((done) => target.close(done))
})

async function start(more: Partial<FaultProxyOptions> = {}): Promise<FaultProxy> {
  const address = target.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  proxy = await startFaultProxy({ target: { host: HOST, port }, ...more })
  return proxy
}

async function client({ port }: FaultProxy): Promise<{ socket: Socket; got: Buffer[] }> {
  const socket = connect(port, HOST)
  const got: Buffer[] = []
  socket.on('error', () => {})
  socket.on('data', (chunk) => got.push(chunk))
  sockets.push(socket)
  await new Promise((done) => {
    socket.once('connect', done)
    socket.once('close', done)
  })
  return { socket, got }
}

const bytesOf = (chunks: readonly Buffer[]): Buffer => Buffer.concat(chunks)
const numbered = (count: number): Buffer => Buffer.from(Uint32Array.from({ length: count }, (_, at) => at).buffer)

test('without faults everything passes, in order, both ways, and an end is told', async () => {
  const { socket, got } = await client(await start())
  const sent = numbered(200_000)
  socket.end(sent)
  await expect.poll(() => bytesOf(got).length, { timeout: 60_000 }).toBe(sent.length)
  expect(bytesOf(taken).equals(sent)).toBe(true)
  expect(bytesOf(got).equals(sent)).toBe(true)
  await expect.poll(() => ended).toBe(1)
  await expect.poll(() => proxy?.connections()).toBe(0)
})

test('a slow line takes the time that its rate says, of all connections together', async () => {
  const line = await start()
  line.set({ upBps: 400_000 })
  const clients = [await client(line), await client(line)]
  const began = performance.now()
  for (const { socket } of clients) socket.write(numbered(5_000))
  await expect.poll(() => bytesOf(taken).length, { timeout: 60_000, interval: 5 }).toBe(40_000)
  const seconds = (performance.now() - began) / 1000
  // 40,000 bytes at 50,000 a second; it cannot be faster, and how much slower depends on who else uses this machine.
  expect(seconds).toBeGreaterThan(0.75)
})

test('a delay keeps the order whatever the jitter', async () => {
  const line = await start({ seed: 7 })
  line.set({ delayMs: 30, jitterMs: 40 })
  const { socket, got } = await client(line)
  const began = performance.now()
  for (let at = 0; at < 50; at++) socket.write(numbered(100))
  await expect.poll(() => bytesOf(got).length, { timeout: 60_000, interval: 5 }).toBe(20_000)
  expect(performance.now() - began).toBeGreaterThanOrEqual(59)
  expect(bytesOf(got).equals(Buffer.concat(Array.from({ length: 50 }, () => numbered(100))))).toBe(true)
})

test('a cut ends connections and refuses new ones until it is mended', async () => {
  const line = await start()
  const first = await client(line)
  first.socket.write('before')
  await expect.poll(() => bytesOf(first.got).toString()).toBe('before')
  line.cut()
  await expect.poll(() => first.socket.destroyed).toBe(true)
  const second = await client(line)
  await expect.poll(() => second.socket.destroyed).toBe(true)
  expect(line.connections()).toBe(0)
  line.resume()
  const third = await client(line)
  third.socket.write('x')
  await expect.poll(() => bytesOf(third.got).toString()).toBe('x')
})

test('in a black hole nothing passes and nobody is told; afterwards both ends must begin again', async () => {
  const line = await start()
  const first = await client(line)
  first.socket.write('before')
  await expect.poll(() => bytesOf(first.got).toString()).toBe('before')
  line.cut('black-hole')
  const second = await client(line)
  first.socket.write('lost')
  second.socket.write('lost')
  await new Promise((done) => setImmediate(done))
  expect(line.connections()).toBe(2)
  expect([first.socket.destroyed, second.socket.destroyed]).toEqual([false, false])
  line.resume()
  await expect.poll(() => [first.socket.destroyed, second.socket.destroyed]).toEqual([true, true])
  expect(bytesOf(taken).toString()).toBe('before')
  const third = await client(line)
  third.socket.write('after')
  await expect.poll(() => bytesOf(third.got).toString()).toBe('after')
})

test('what passes can be changed per direction; what cannot be read ends the connection', async () => {
  const line = await start({
    through: (direction) => (chunk) => {
      if (chunk.includes('bad')) throw new Error('no')
      return direction === 'up' ? [chunk, chunk] : [chunk]
    },
  })
  const { socket, got } = await client(line)
  socket.write('a')
  await expect.poll(() => bytesOf(got).toString()).toBe('aa')
  socket.write('bad')
  await expect.poll(() => socket.destroyed).toBe(true)
  expect(bytesOf(taken).toString()).toBe('aa')
})
