import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AgentConfig } from '@eyenet/shared/config'
import { Birth, DiscoveredReport, desiredTopic, SIGNED_TYPES, taskTopic } from '@eyenet/shared/wire'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type RunningAgent, runAgent } from './agent.ts'
import { reportOf } from './buffer/outbox.testkit.ts'
import { runSimulation } from './simulate/simulate.ts'
import { newPair, TestBroker } from './uplink/uplink.testkit.ts'

const NETWORK = '127.0.74.0/29'
let broker: TestBroker
let pair: ReturnType<typeof newPair>
let agent: RunningAgent | undefined
let site: Awaited<ReturnType<typeof runSimulation>>
let dataDir: string

beforeEach(async () => {
  broker = new TestBroker()
  await broker.start()
  pair = newPair(broker.url)
  site = await runSimulation({ devices: 2, interfaces: 3, port: 1_764, address: '127.0.74.1' })
  dataDir = mkdtempSync(join(tmpdir(), 'eyenet-agent-'))
})

afterEach(async () => {
  await agent?.close()
  await site.close()
  await broker.stop()
  rmSync(dataDir, { recursive: true })
})

/** Starts an agent whose file has this on discovery; the server permits NETWORK. */
async function start(own: object): Promise<void> {
  const { identity, sign } = pair
  const quiet = { host: { enabled: false }, neighbours: { gateway: false, resolver: false } }
  const config = AgentConfig.parse({ ...quiet, discovery: { names: false, ports: [], ...own } })
  agent = await runAgent({ config, dataDir, identity, version: '0.0.0', logger: pino({ level: 'silent' }) })
  const credential = { version: '2c', community: 'public' }
  const discovery = { networks: [NETWORK], everySeconds: 0, credentials: [{ id: 'c1', credential, port: 1_764 }] }
  const state = { agent: identity.agent, site: identity.site, revision: 1, at: Date.now(), targets: [], discovery }
  await broker.send(desiredTopic(identity), await sign(state), true)
  await expect.poll(() => agent?.status().uplink.revision).toBe(1)
}

async function ask(kind: 'discover' | 'cancel', more: object = {}): Promise<Record<string, unknown>> {
  const { identity, sign } = pair
  const [id, at] = [randomUUID(), Date.now()]
  const task = { kind, id, agent: identity.agent, at, expiresAt: at + 60_000, ...more }
  await broker.send(taskTopic(identity), await sign(task, { typ: SIGNED_TYPES.task }))
  const reply = (): Record<string, unknown> | undefined =>
    broker
      .of('reply')
      .map(({ payload }) => JSON.parse(payload.toString()))
      .find((one) => one.id === id)
  await broker.until(() => reply() !== undefined)
  return reply() ?? {}
}

const reports = (): DiscoveredReport[] =>
  broker.of('facts').flatMap((message) => {
    const parsed = DiscoveredReport.safeParse(reportOf(message))
    return parsed.success ? [parsed.data] : []
  })
const last = () => reports().at(-1)?.progress

test('an agent finds devices by real packets where the server permits it, on its word', async () => {
  await start({})
  const birth = Birth.parse(JSON.parse(broker.of('status').at(-1)!.payload.toString()))
  expect(birth.abilities).toMatchObject({ discovery: true, networks: expect.any(Array) })
  expect(birth.abilities.tasks).toContain('discover')
  const { id, ...reply } = await ask('discover', { networks: ['127.0.74.0/24'] })
  expect(reply).toMatchObject({ kind: 'discover', ok: true, total: 6 })
  expect(await ask('cancel', { task: randomUUID() })).toMatchObject({ kind: 'cancel', ok: false })
  await expect.poll(last).toMatchObject({ run: id, state: 'done', done: 6, total: 6 })
  const items = reports()
    .flatMap((one) => one.items)
    .filter(({ snmp }) => snmp !== undefined)
  expect(items.map(({ address, snmp }) => `${address} ${snmp?.credential} ${snmp?.sysName}`).sort()).toEqual([
    '127.0.74.1 c1 switch-001.example.net',
    '127.0.74.2 c1 switch-002.example.net',
  ])
})

test('where the file of the agent forbids it, the word of the server moves nothing', async () => {
  await start({ networks: [] })
  const birth = Birth.parse(JSON.parse(broker.of('status').at(-1)!.payload.toString()))
  expect(birth.abilities.discoveryWithin).toEqual([])
  expect(await ask('discover')).toMatchObject({ kind: 'discover', ok: false })
  expect(await ask('discover', { networks: [NETWORK] })).toMatchObject({ kind: 'discover', ok: false })
  expect(site.counts().requests).toBe(0)
})
