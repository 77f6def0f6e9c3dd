import { randomUUID } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { copyFileSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { sql } from 'kysely'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { openDatabase } from '../src/db/db.ts'
import { openVault, SEALED_COLUMNS } from '../src/vault/vault.ts'
import { AgentProcess } from './agent-process.testkit.ts'
import { runChild } from './child.testkit.ts'
import { SecretHunt } from './secret-hunt.testkit.ts'
import { ServerProcess } from './server-process.testkit.ts'
import { freePort, SERVER, Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
const hunt = new SecretHunt()
afterAll(() => stage.close())

const S = {
  community: hunt.plant('the community', 'c0mm-Planted-"7f3a1'),
  wrong: hunt.plant('a wrong community', 'wr0ng-Planted-91bd2'),
  authKey: hunt.plant('the v3 authentication key', 'auth-Planted-55aa3'),
  privKey: hunt.plant('the v3 privacy key', 'priv-Planted-66bb4'),
  own: hunt.plant("the agent's own community", 'own-Planted-12ef5'),
  smtp: hunt.plant('the mail password', 'smtp-Planted-77cc6'),
  bearer: hunt.plant('the webhook bearer', 'hook-Planted-88dd7'),
  login: hunt.plant('a wrong login password', 'login-Planted-99ee8'),
  admin: hunt.plant("the administrator's password", 'admin-Planted-aa0f9'),
  junk: hunt.plant('a secret in a request that is none', 'junk-Planted-bb1c0'),
}

let server: ServerProcess
let agent: AgentProcess
let token = ''
let watch: NodeJS.Timeout

/** By right: what the owner wrote, and where keys live. */
const isOwners = (path: string): boolean =>
  /^(?:server\.yaml|agents\/[^/]+\.(?:yaml|token|secret)|agents\/[^/]+\/agent\.json|server\/secret\.key|owner\/.*)$/.test(
    path,
  )

beforeAll(async () => {
  const hook = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(500).end('no'))
  })
  await new Promise<void>((done) => hook.listen(0, '127.0.0.1', done))
  stage.onClose(async () => void hook.close())
  const address = hook.address()
  const hookPort = typeof address === 'object' && address !== null ? address.port : 0
  watch = setInterval(() => hunt.lookAtProcesses(stage.folder), 100)
  stage.onClose(async () => clearInterval(watch))
  const rules = stage.write('rules.yaml', RULES)
  server = new ServerProcess(stage, [await freePort(), await freePort()], {
    log: { level: 'debug' },
    alerting: {
      evaluationInterval: '1s',
      ruleFiles: [rules],
      webhooks: [{ name: 'chat', url: `http://127.0.0.1:${hookPort}/`, bearerToken: S.bearer }],
      email: {
        ...{ host: '127.0.0.1', port: await freePort(), security: 'none' },
        ...{ user: 'eyenet', password: S.smtp, from: 'eyenet@example.net', to: ['oncall@example.net'] },
      },
    },
  })
  await server.start()
  token = hunt.plant('the API token', await server.token('admin'))
  agent = new AgentProcess(stage, 'eye', {
    log: { level: 'debug' },
    targets: [
      {
        address: '127.0.0.1',
        ping: false,
        snmp: { port: await silentPort(), credential: 'own', retries: 0, timeoutMs: 200 },
      },
    ],
    credentials: { own: { version: '2c', community: S.own } },
  })
  await agent.enrol(server)
  hunt.plant('the enrolment token', readFileSync(stage.path('agents/eye.token'), 'utf8').trim())
  hunt.plant("the agent's MQTT password", agent.identity.mqttPassword ?? '')
  hunt.plant(
    "the agent's private key",
    z.object({ privateKey: z.object({ d: z.string() }) }).parse(agent.identity).privateKey.d,
  )
  await agent.start()
  await until('the agent is connected', async () => (await server.api.agent(agent.id)).state === 'connected')
})

const RULES = JSON.stringify({
  groups: [{ name: 'g', rules: [{ alert: 'AgentThere', expr: 'agent_up == 1', labels: { severity: 'page' } }] }],
})

/** A UDP port that takes and never answers. */
async function silentPort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done))
  stage.onClose(async () => void socket.close())
  return socket.address().port
}

type Asked = { readonly body?: string; readonly auth?: string }

async function ask(method: string, path: string, { body, auth = `Bearer ${token}` }: Asked = {}): Promise<string> {
  const answer = await fetch(new URL(path, server.url), {
    method,
    headers: { authorization: auth, 'content-type': 'application/json' },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(40_000),
  })
  const text = await answer.text()
  // What the token's maker is shown once is shown to the maker.
  if (!path.endsWith('enrolment-tokens')) hunt.look(`the answer to ${method} ${path}`, text)
  return text
}

const post = (path: string, body: string): Promise<string> => ask('POST', path, { body })

/** The same, for what must be done and not be refused. */
async function done(path: string, body: string): Promise<void> {
  const answer = await post(path, body)
  if (/^\{"type":"/.test(answer)) throw new Error(`POST ${path}: ${answer}`)
}

const V2 = (community: string) => ({ version: '2c', community })
const V3 = {
  version: '3',
  user: 'watcher',
  authProtocol: 'sha',
  authKey: S.authKey,
  privProtocol: 'aes128',
  privKey: S.privKey,
}

test('a planted secret is found in each of its forms, so that finding none means something', () => {
  const probe = new SecretHunt()
  probe.plant('it', 'planted/secret+"x')
  const forms = [
    'planted/secret+"x',
    JSON.stringify({ a: 'planted/secret+"x' }),
    encodeURIComponent('planted/secret+"x'),
    Buffer.from('planted/secret+"x').toString('hex'),
    ...['', 'a', 'ab'].map((before) => Buffer.from(`${before}planted/secret+"x and more`).toString('base64')),
    ...['', 'a', 'ab'].map((before) => Buffer.from(`${before}planted/secret+"x and more`).toString('base64url')),
  ]
  for (const form of forms) {
    probe.found.clear()
    probe.look('here', form)
    expect([...probe.found]).toEqual(['it in here'])
  }
})

test('devices that do not answer, wrong credentials and requests that are none', { timeout: 240_000 }, async () => {
  const port = await silentPort()
  const device = (credential: object, more: object = {}) =>
    JSON.stringify({ agent: agent.id, address: '127.0.0.1', ping: false, snmp: { port, credential }, ...more })
  const forced = (credential: object) => device(credential, { force: true })
  await done('/api/v1/devices/test', device(V2(S.wrong)))
  await post('/api/v1/devices', device(V2(S.wrong)))
  await post('/api/v1/devices', device({ ...V3, privProtocol: 'none' }))
  await post('/api/v1/devices', device(V2(S.community), { intervalSeconds: S.junk }))
  await post('/api/v1/devices', `{"agent":"${agent.id}","snmp":{"credential":{"community":"${S.junk}"`)
  const strange = device({ version: '9', community: S.junk, [S.junk]: 1 })
  await post('/api/v1/devices', strange.replaceAll(agent.id, S.junk))
  await post('/api/v1/auth/login', JSON.stringify({ username: 'nobody', password: S.login }))
  await ask('GET', '/api/v1/agents', { auth: `Bearer ${S.junk}` })
  await post('/api/v1/agents/enrol', JSON.stringify({ token: S.junk }))
  const setup = { code: server.setupCode, username: 'ada', password: S.admin }
  await done('/api/v1/setup', JSON.stringify(setup))
  await post('/api/v1/setup', JSON.stringify({ ...setup, password: S.junk, code: 'wrong' }))
  // Kept although nobody answers, as the owner may wish.
  await done('/api/v1/devices', forced(V2(S.community)))
  await done('/api/v1/devices', forced(V3))
  const tasks = `/api/v1/agents/${agent.id}/tasks`
  for (const credential of [V2(S.community), V3]) {
    const whom = { address: '127.0.0.1', snmp: { port, credential, timeoutMs: 200, retries: 0 } }
    await done(tasks, JSON.stringify({ kind: 'snmp-walk', whom }))
    await done(tasks, JSON.stringify({ kind: 'snmp-get', whom, oids: ['sysDescr.0'] }))
  }
  await post(tasks, JSON.stringify({ kind: 'snmp-get', whom: { community: S.junk }, oids: [S.junk] }))
  await done(tasks, JSON.stringify({ kind: 'diagnose' }))
  const options = { username: agent.id, password: S.login, reconnectPeriod: 0, connectTimeout: 5_000 }
  await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, options).then(
    (client) => client.endAsync(true),
    () => undefined,
  )
  await until('an alert was told, in vain', async () => (await server.api.alerts()).length > 0)
})

test('kill -9 of both, another signing key, another vault key, and all of it again', { timeout: 240_000 }, async () => {
  await Promise.all([server.kill(), agent.kill()])
  await server.start()
  await agent.start()
  await until('the agent is connected', async () => (await server.api.agent(agent.id)).state === 'connected')
  await done('/api/v1/signing-keys/rotate', '{"atOnce":true}')
  for (const words of [
    ['vault', 'rotate'],
    ['vault', 'status'],
    ['keys', 'list'],
  ]) {
    const ended = await runChild(process.execPath, [SERVER, ...words, '--data', server.data])
    expect(ended.status).toBe(0)
    hunt.look(`what ${words.join(' ')} prints`, ended.stdout + ended.stderr)
  }
})

test('everything that can be asked for is answered without a secret', { timeout: 240_000 }, async () => {
  const Document = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
  const { paths } = Document.parse(JSON.parse(await ask('GET', '/api/v1/openapi.json')))
  const device = (await server.api.devices())[0]?.id ?? randomUUID()
  const gets = Object.entries(paths).filter(([, methods]) => 'get' in methods)
  expect(gets.length).toBeGreaterThan(20)
  for (const [path] of gets) {
    const id = path.includes('/agents/') ? agent.id : path.includes('/devices/') ? device : randomUUID()
    await ask('GET', path.replaceAll('{id}', id).replaceAll(/\{\w+\}/g, randomUUID()))
  }
  for (const query of [
    'query?query={__name__=~".%2B"}',
    'export?match[]={__name__!=""}',
    'audit?limit=500',
    'series?match[]={site!=""}',
  ]) {
    await ask('GET', `/api/v1/${query}`)
  }
})

test('what integrations read', { timeout: 240_000 }, async () => {
  const password = hunt.plant('the token of an integration', await server.token('integration'))
  const client = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, { username: 'x', password })
  let messages = 0
  client.on('message', (topic, payload) => {
    messages++
    hunt.look(`a message on ${topic}`, payload)
  })
  await client.subscribeAsync('eyenet/v1/public/#')
  await until('there is something to read', async () => messages > 0)
  await client.endAsync()
})

/** The secret part of a JWK, or the longest line of any other form. */
function keyIn(text: string): string {
  if (text.startsWith('{')) return z.object({ d: z.string() }).parse(JSON.parse(text)).d
  return text.split('\n').reduce((longest, line) => (line.length > longest.length ? line : longest), '')
}

test('logs, command lines, environments and everything on disk, also copies of it', { timeout: 240_000 }, async () => {
  const db = await openDatabase(join(server.data, 'control.db'))
  const vault = openVault(join(server.data, 'secret.key'))
  // Credentials of targets are planted above; manifests of models are sealed against changes, and are no secret.
  const keys = SEALED_COLUMNS.filter(({ table }) => table !== 'targets' && table !== 'models')
  for (const { table, id, about } of keys) {
    const { rows } = await sql<{ id: string; sealed: Uint8Array }>`SELECT ${sql.ref(id)} AS id, sealed
      FROM ${sql.table(table)} WHERE length(sealed) > 0`.execute(db)
    for (const row of rows) hunt.plant(`a private key of ${table}`, keyIn(vault.open(row.sealed, about(row.id))))
  }
  await db.destroy()
  for (const name of ['control.db', 'control.db-wal']) {
    try {
      copyFileSync(join(server.data, name), stage.path(`copy-${name}`))
    } catch {
      // The log is gone once it was taken over.
    }
  }
  hunt.look("the server's log", server.log())
  hunt.look("the agent's log", agent.log())
  hunt.lookAtProcesses(stage.folder)
  hunt.lookInFolder(stage.folder, isOwners)
  await Promise.all([server.stop(), agent.stop()])
  hunt.lookInFolder(stage.folder, isOwners)
  expect(agent.log().length).toBeGreaterThan(500)
  expect(server.log().length).toBeGreaterThan(500)
  expect(hunt.looked).toBeGreaterThan(1_000_000)
  expect(hunt.size).toBeGreaterThan(15)
  expect([...hunt.found]).toEqual([])
})
