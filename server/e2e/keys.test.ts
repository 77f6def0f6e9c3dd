import { AgentTask, pageOf, SigningKeyResource } from '@eyenet/shared/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type AgentProcess, startAgent } from './agent-process.testkit.ts'
import { runChild } from './child.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { SERVER, Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())

let server: ServerProcess
let agent: AgentProcess
beforeAll(async () => {
  server = await startServer(stage)
  agent = await startAgent(stage, server, { name: 'eye', settings: {} })
  await connected()
})

const connected = () =>
  until('the agent is connected', async () => (await server.api.agent(agent.id)).state === 'connected')

async function run(task: object): Promise<z.infer<typeof AgentTask>> {
  const { status, body } = await server.api.send('POST', `/api/v1/agents/${agent.id}/tasks?waitSeconds=20`, task)
  expect([200, 202]).toContain(status)
  return AgentTask.parse(body)
}

async function cli(...words: string[]): Promise<string> {
  const done = await runChild(process.execPath, [SERVER, ...words, '--data', server.data, '--json'])
  if (done.status !== 0) throw new Error(`${words.join(' ')}: ${done.stderr}`)
  return done.stdout
}

const keys = async () => (await server.api.get('/api/v1/signing-keys', pageOf(SigningKeyResource))).items
const current = async () => (await keys()).find(({ state }) => state === 'current')

test('tools run at the agent, and who asked what, and how it ended, is in the audit log', {
  timeout: 240_000,
}, async () => {
  expect(await run({ kind: 'ping', address: '127.0.0.1', count: 2 })).toMatchObject({
    state: 'done',
    result: { sent: 2 },
  })
  expect(await run({ kind: 'diagnose' })).toMatchObject({ result: { ended: 'whole', diagnosis: { devices: 0 } } })
  const silent = {
    address: '127.0.0.1',
    snmp: { port: 9, credential: { version: '2c', community: 'x' }, timeoutMs: 300, retries: 0 },
  }
  expect(await run({ kind: 'snmp-get', whom: silent, oids: ['sysDescr.0'] })).toMatchObject({
    result: { ended: 'failed' },
  })
  expect(await run({ kind: 'traceroute', address: '127.0.0.1' })).toMatchObject({ state: 'done' })
  const Audit = z.object({ items: z.array(z.object({ action: z.string(), subject: z.string() })) })
  const { items } = await server.api.get('/api/v1/audit?limit=50', Audit)
  const subjects = items.filter(({ action }) => action === 'agent.task-ended').map(({ subject }) => subject)
  expect(subjects).toContain(`ping: 127.0.0.1, at agent ${agent.id}: whole`)
  expect(subjects).toHaveLength(4)
  await until('the agent tells of it too', async () =>
    (await server.api.agent(agent.id)).notices.some(({ code, message }) => code === 'task' && message.includes('ping')),
  )
})

test('a key made on the command line takes over when the agent knows it; obeyed before, between and after', {
  timeout: 240_000,
}, async () => {
  const before = await current()
  await cli('keys', 'rotate')
  expect(await run({ kind: 'ping', address: '127.0.0.1', count: 1 })).toMatchObject({ state: 'done' })
  await until('the new key signs', async () => (await current())?.kid !== before?.kid)
  expect(await run({ kind: 'ping', address: '127.0.0.1', count: 1 })).toMatchObject({ state: 'done' })
  expect(await current()).toMatchObject({ trustedBy: 1, connectedAgents: 1 })
})

test('an agent that was away while keys came and went follows them all; a stolen key counts no more', {
  timeout: 240_000,
}, async () => {
  await agent.kill()
  for (let round = 0; round < 3; round += 1) {
    await cli('keys', 'revoke', (await current())?.kid ?? '')
  }
  await server.kill()
  await server.start()
  await agent.start()
  await connected()
  await until('the agent trusts the new key', async () => (await current())?.trustedBy === 1)
  expect(await run({ kind: 'ping', address: '127.0.0.1', count: 1 })).toMatchObject({ state: 'done' })
  expect((await keys()).filter(({ state }) => state === 'compromised')).toHaveLength(3)
})

test('the key of the vault is changed while the server runs, which goes on also after a start', {
  timeout: 240_000,
}, async () => {
  const Status = z.object({
    keys: z.array(z.string()),
    texts: z.array(z.object({ underOldKeys: z.number(), lost: z.number() })),
  })
  const before = Status.parse(JSON.parse(await cli('vault', 'status')))
  await cli('vault', 'rotate')
  const after = Status.parse(JSON.parse(await cli('vault', 'status')))
  expect(after.keys).not.toEqual(before.keys)
  expect(after.texts.every(({ underOldKeys, lost }) => underOldKeys === 0 && lost === 0)).toBe(true)
  await server.api.send('POST', '/api/v1/signing-keys/rotate', { atOnce: true })
  await server.kill()
  await server.start()
  await connected()
  await until('the agent trusts the new key', async () => (await current())?.trustedBy === 1)
  expect(await run({ kind: 'ping', address: '127.0.0.1', count: 1 })).toMatchObject({ state: 'done' })
})
