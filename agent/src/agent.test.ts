import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AgentConfig } from '@eyenet/shared/config'
import { ackTopic, desiredTopic } from '@eyenet/shared/wire'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type RunningAgent, runAgent } from './agent.ts'
import { batchOf } from './buffer/outbox.testkit.ts'
import { runSimulation } from './simulate/simulate.ts'
import { ackFor, newPair, TestBroker } from './uplink/uplink.testkit.ts'
import { watchedTargets } from './watched-targets.ts'

let broker: TestBroker
let agent: RunningAgent | undefined
let site: Awaited<ReturnType<typeof runSimulation>>

beforeEach(async () => {
  broker = new TestBroker()
  await broker.start()
  site = await runSimulation({ devices: 2, interfaces: 3, port: 0, address: '127.0.71.1' })
})

afterEach(async () => {
  await agent?.close()
  await site.close()
  await broker.stop()
})

const quiet = { host: { enabled: false }, neighbours: { gateway: false, resolver: false } }

/** Metric names that reached the broker. */
function metrics(): Set<string> {
  const names = new Set<string>()
  for (const kind of ['samples', 'backfill'] as const) {
    for (const { payload } of broker.of(kind)) {
      const { definitions } = batchOf({ payload })
      for (const { labels } of definitions) names.add(labels.__name__ ?? '')
    }
  }
  return names
}

test('devices of the file and of the server are polled, and what is acknowledged leaves the disk', async () => {
  const { identity, sign } = newPair(broker.url)
  const [first, second] = site.targets
  const config = AgentConfig.parse({
    ...quiet,
    credentials: { lab: { version: '2c', community: 'public' } },
    targets: [{ address: first!.address, snmp: { credential: 'lab', port: first!.port }, ping: false }],
  })
  const dataDir = mkdtempSync(join(tmpdir(), 'eyenet-agent-'))
  agent = await runAgent({ config, dataDir, identity, version: '0.0.0', logger: pino({ level: 'silent' }) })
  await broker.until(() => metrics().has('ifHCInOctets') && metrics().has('agent_memory_bytes'))
  const credential = { version: '2c', community: 'public' }
  const target = { address: second!.address, snmp: { port: second!.port, credential }, ping: false }
  const state = { agent: identity.agent, site: identity.site, revision: 1, at: Date.now(), targets: [target] }
  await broker.send(desiredTopic(identity), await sign(state), true)
  await expect.poll(() => agent?.status()).toMatchObject({ devices: 2, failedPolls: 0 })
  const sent = (kind: 'samples' | 'backfill'): number => broker.of(kind).length
  expect(sent('samples') + sent('backfill')).toBeGreaterThan(0)
  // More comes while the devices are surveyed: each time all that was sent is acknowledged.
  const acknowledged = async (): Promise<number | undefined> => {
    const buffer = agent?.status().buffer
    if (buffer === undefined) return undefined
    const { epoch, lanes } = buffer
    const all = (lane: 'samples' | 'backfill') => ({ upTo: lanes[lane].messages, holes: [] })
    await broker.send(ackTopic(identity), ackFor(epoch, { samples: all('samples'), backfill: all('backfill') }))
    return agent?.status().buffer.samples
  }
  await expect.poll(acknowledged).toBeLessThan(60)
})

test('a target of the file comes before the same one of the server; neighbours come once', () => {
  const config = AgentConfig.parse({
    credentials: { lab: { version: '2c', community: 'public' } },
    targets: [{ name: 'core', address: '192.0.2.1', snmp: { credential: 'lab' } }],
  })
  const desired = [
    {
      name: 'other',
      address: '192.0.2.1',
      ping: true,
      snmp: { ...config.targets[0]!.snmp!, credential: config.credentials.lab! },
    },
    { address: '192.0.2.9', ping: true, intervalSeconds: 10 },
  ]
  const targets = watchedTargets(config, desired, {
    gateway: '192.0.2.1',
    resolvers: ['127.0.0.53', '192.0.2.53', '192.0.2.9'],
  })
  expect(targets.map(({ key, name, intervalMs }) => [key, name, intervalMs])).toEqual([
    ['192.0.2.1#161', 'core', 60_000],
    ['192.0.2.9#ping', undefined, 10_000],
    ['192.0.2.53#ping', 'resolver 192.0.2.53', 60_000],
  ])
})

test('two devices of the file behind one address and port are both watched, told apart by their names', () => {
  const snmp = { credential: 'lab', port: 1161 }
  const config = AgentConfig.parse({
    credentials: { lab: { version: '2c', community: 'public' } },
    targets: ['east', 'west'].map((name) => ({ name, address: '192.0.2.1', snmp })),
  })
  const targets = watchedTargets(config, [], { gateway: undefined, resolvers: [] })
  expect(targets.map(({ key, name }) => [key, name])).toEqual([
    ['192.0.2.1#1161', 'east'],
    ['192.0.2.1#1161#west', 'west'],
  ])
})
