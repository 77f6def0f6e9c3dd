import { once } from 'node:events'
import { createConnection } from 'node:net'
import { epochMs } from '@eyenet/shared/identity'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { AGENT, agent, alert, apiWorld, DEVICE, device, PASSWORD, ROOT } from './api.testkit.ts'
import { type LiveLimits, listenHttp } from './api.ts'

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const one of cleanUp.splice(0)) await one()
})

async function world(liveLimits: Partial<LiveLimits> = {}) {
  const one = await apiWorld({ liveLimits: { samplesEveryMs: 1, ...liveLimits } })
  const http = await listenHttp(one.api, { host: '127.0.0.1', port: 0 })
  cleanUp.push(
    () => one.api.close(),
    () => http.close(),
  )
  const connect = (headers: Record<string, string> = {}) =>
    new Client(`ws://127.0.0.1:${http.port}/api/v1/live`, headers)
  const hello = (role = 'viewer') => ({ kind: 'hello', accessToken: one.tokens.get(role) ?? '' })
  return { ...one, port: http.port, connect, hello }
}

type Message = { kind: string; seq: number; feed?: string; resumed?: boolean; change?: { kind: string } }

/** Keeps what arrives until it is asked for. */
class Client {
  readonly socket: WebSocket
  readonly #messages: Message[] = []
  readonly #waiting: ((message: Message) => void)[] = []
  readonly closed: Promise<number>

  constructor(url: string, headers: Record<string, string>) {
    this.socket = new WebSocket(url, { headers })
    this.closed = new Promise((resolve) => this.socket.on('close', (code) => resolve(code)))
    this.socket.on('error', () => {})
    this.socket.on('message', (data) => {
      const message = JSON.parse(String(data))
      const next = this.#waiting.shift()
      if (next === undefined) this.#messages.push(message)
      else next(message)
    })
    cleanUp.push(() => this.socket.terminate())
  }
  async say(message: unknown) {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, 'open')
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }
  next(): Promise<Message> {
    const message = this.#messages.shift()
    return message === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(message)
  }
}

test('who says hello is welcomed and told every change, numbered', async () => {
  const { connect, hello, fleet, inventory, alerting } = await world()
  const client = connect()
  await client.say(hello())
  expect(await client.next()).toMatchObject({ kind: 'welcome', seq: 0, resumed: false })
  fleet.news.tell(agent)
  inventory.changes.tell({ kind: 'device', device })
  inventory.changes.tell({ kind: 'device-removed', id: DEVICE })
  alerting.news.tell(alert)
  const changes = [await client.next(), await client.next(), await client.next(), await client.next()]
  expect(changes.map((one) => [one.seq, one.change?.kind])).toEqual([
    [1, 'agent'],
    [2, 'device'],
    [3, 'device-removed'],
    [4, 'alert'],
  ])
})

test('news of samples comes together', async () => {
  const { connect, hello, inventory } = await world()
  const client = connect()
  await client.say(hello())
  await client.next()
  for (const at of [3, 1, 2]) inventory.samples.tell({ devices: [DEVICE], agents: [AGENT], at: epochMs(at) })
  expect(await client.next()).toMatchObject({
    seq: 1,
    change: { kind: 'samples', devices: [DEVICE], agents: [AGENT], at: 3 },
  })
})

test('a client that comes back gets what it missed, and one from another feed starts again', async () => {
  const { connect, hello, fleet } = await world()
  const first = connect()
  await first.say(hello())
  const { feed } = await first.next()
  fleet.news.tell(agent)
  await first.next()
  first.socket.terminate()
  fleet.news.tell(agent)
  fleet.news.tell(agent)
  const back = connect()
  await back.say({ ...hello(), resume: { feed, seq: 1 } })
  expect(await back.next()).toMatchObject({ kind: 'welcome', seq: 3, resumed: true })
  expect([(await back.next()).seq, (await back.next()).seq]).toEqual([2, 3])
  const stranger = connect()
  await stranger.say({ ...hello(), resume: { feed: 'another', seq: 1 } })
  expect(await stranger.next()).toMatchObject({ kind: 'welcome', seq: 3, resumed: false })
})

test('nothing is told before hello, and who says none in time is cut', async () => {
  const { connect, fleet } = await world({ helloMs: 20 })
  const client = connect()
  await once(client.socket, 'open')
  fleet.news.tell(agent)
  let told = false
  void client.next().then(() => {
    told = true
  })
  expect(await client.closed).toBe(4408)
  expect(told).toBe(false)
})

test('one sender cannot take all places before it has said who it is', async () => {
  const { connect, hello } = await world({ strangersPerSender: 2 })
  const [first, second] = [connect(), connect()]
  await Promise.all([once(first.socket, 'open'), once(second.socket, 'open')])
  const refused = connect()
  const [, response] = await once(refused.socket, 'unexpected-response')
  expect(response.statusCode).toBe(429)
  await first.say(hello())
  expect(await first.next()).toMatchObject({ kind: 'welcome' })
  const third = connect()
  await third.say(hello())
  expect(await third.next()).toMatchObject({ kind: 'welcome' })
  expect(first.socket.readyState).toBe(WebSocket.OPEN)
})

test.each([
  ['no JSON', '{', 4400],
  ['something else', '{"kind":"subscribe"}', 4400],
  ['renew before hello', '{"kind":"renew","accessToken":"x"}', 4400],
  ['a wrong token', '{"kind":"hello","accessToken":"x"}', 4401],
  ['too much', JSON.stringify({ kind: 'hello', accessToken: 'x'.repeat(9000) }), 1009],
])('a client is cut for %s', async (_, message, code) => {
  const { connect } = await world()
  const client = connect()
  await client.say(message)
  expect(await client.closed).toBe(code)
})

test('an integration may not listen', async () => {
  const { connect, hello } = await world()
  const client = connect()
  await client.say(hello('integration'))
  expect(await client.closed).toBe(4403)
})

test('a second hello is a mistake', async () => {
  const { connect, hello } = await world()
  const client = connect()
  await client.say(hello())
  await client.say(hello())
  expect(await client.closed).toBe(4400)
})

test('the feed ends with the access token unless it is renewed', async () => {
  const { connect, auth, clock, fleet } = await world({ pingMs: 250 })
  await auth.users.add({ username: 'ada', password: PASSWORD, role: 'viewer' }, ROOT)
  const login = async () =>
    (await auth.sessions.login({ username: 'ada', password: PASSWORD }, 'x')).session.accessToken
  const [stays, leaves] = [connect(), connect()]
  const accessToken = await login()
  for (const client of [stays, leaves]) {
    await client.say({ kind: 'hello', accessToken })
    await client.next()
  }
  clock.advance(9 * 60_000)
  await stays.say({ kind: 'renew', accessToken: await login() })
  // An answer to a ping from the client comes after its renewal was read.
  stays.socket.ping()
  await once(stays.socket, 'pong')
  clock.advance(2 * 60_000)
  expect(await leaves.closed).toBe(4401)
  fleet.news.tell(agent)
  expect(await stays.next()).toMatchObject({ kind: 'change' })
})

test('a login that was ended elsewhere ends the feed', async () => {
  const { connect, auth } = await world({ pingMs: 250 })
  await auth.users.add({ username: 'ada', password: PASSWORD, role: 'viewer' }, ROOT)
  const { session, refreshToken } = await auth.sessions.login({ username: 'ada', password: PASSWORD }, 'x')
  const client = connect()
  await client.say({ kind: 'hello', accessToken: session.accessToken })
  await client.next()
  await auth.sessions.logout(refreshToken, 'x')
  expect(await client.closed).toBe(4401)
})

test('a client that does not read is cut and counted, and the others go on', async () => {
  const { connect, hello, inventory, as } = await world({ bufferBytes: 64 * 1024 })
  const [slow, quick] = [connect(), connect()]
  for (const client of [slow, quick]) {
    await client.say(hello())
    await client.next()
  }
  slow.socket.pause()
  const large = { ...device, sysDescr: 'x'.repeat(100_000) }
  const cut = async () =>
    (await (await as('viewer')('/metrics')).text()).includes('eyenet_server_live_slow_clients_total 1')
  for (let i = 0; i < 1000 && !(await cut()); i += 1) {
    inventory.changes.tell({ kind: 'device', device: large })
    expect(await quick.next()).toMatchObject({ seq: i + 1 })
  }
  expect(await cut()).toBe(true)
  slow.socket.resume()
  expect(await slow.closed).toBe(1006)
})

test('a client that answers no ping is cut', async () => {
  const { connect, hello } = await world({ pingMs: 250 })
  const client = connect()
  await client.say(hello())
  await client.next()
  client.socket.pong = () => {}
  expect(await client.closed).toBe(1006)
})

const refused = (client: Client): Promise<number> =>
  new Promise((resolve) => client.socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0)))

test('pages of other sites, other names and other paths are refused, and connections are bounded', async () => {
  const { connect, port } = await world({ connections: 1 })
  expect(await refused(connect({ origin: 'https://evil.example.net' }))).toBe(403)
  expect(await refused(connect({ host: 'evil.example.net' }))).toBe(421)
  const elsewhere = new Client(`ws://127.0.0.1:${port}/api/v1/other`, {})
  expect(await refused(elsewhere)).toBe(404)
  const own = connect({ origin: `http://127.0.0.1:${port}` })
  await once(own.socket, 'open')
  expect(await refused(connect())).toBe(503)
})

test('a plain request says that this is a WebSocket', async () => {
  const { as } = await world()
  const response = await as('viewer')('/api/v1/live')
  expect([response.status, response.headers.get('upgrade')]).toEqual([426, 'websocket'])
})

test('a taken port is told in a sentence', async () => {
  const { api, port } = await world()
  await expect(listenHttp(api, { host: '127.0.0.1', port })).rejects.toThrow(
    /cannot listen on 127\.0\.0\.1:\d+.*Is another server/,
  )
})

test('over a real connection: bodies are bounded, broken requests are refused, the server lives on', async () => {
  const { port } = await world()
  const raw = (text: string) =>
    new Promise<string>((resolve) => {
      let answer = ''
      const socket = createConnection(port, '127.0.0.1', () => socket.write(text))
      socket.on('data', (data) => {
        answer += data
        socket.end()
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(answer))
    })
  const head = 'POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
  expect(await raw(`${head}Content-Length: 99999999\r\n\r\n{`)).toMatch(/^HTTP\/1.1 413 /)
  expect(await raw(`${head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)).toMatch(
    /^HTTP\/1.1 400 /,
  )
  expect(await raw(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /)
  expect(await raw('GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n')).toMatch(/^HTTP\/1.1 (404|503) /)
  expect(await raw('GET //evil.example.net/x HTTP/1.1\r\nHost: localhost\r\n\r\n')).toMatch(/^HTTP\/1.1 (404|503) /)
  expect(await raw('GET /healthz HTTP/1.1\r\nHost: evil.example.net\r\n\r\n')).toMatch(/^HTTP\/1.1 421 /)
  const alive = await fetch(`http://127.0.0.1:${port}/healthz`)
  expect(alive.status).toBe(200)
})
