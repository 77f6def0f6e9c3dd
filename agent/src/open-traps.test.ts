import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AgentConfig } from '@eyenet/shared/config'
import pino from 'pino'
import { expect, test } from 'vitest'
import { runAgent } from './agent.ts'
import { runSimulation } from './simulate/simulate.ts'
import { newPair, TestBroker } from './uplink/uplink.testkit.ts'

const netSnmp = createRequire(import.meta.url)('net-snmp')
const DEVICE = '127.0.75.1'

test('a device of an agent is polled soon after it sent a trap', async () => {
  const broker = new TestBroker()
  await broker.start()
  const site = await runSimulation({ devices: 1, interfaces: 3, port: 1_765, address: DEVICE })
  const dataDir = mkdtempSync(join(tmpdir(), 'eyenet-agent-'))
  const port = await freePort()
  const config = AgentConfig.parse({
    ...{ host: { enabled: false }, neighbours: { gateway: false, resolver: false }, intervalSeconds: 86_400 },
    ...{ credentials: { made: { version: '2c', community: 'public' } }, discovery: { traps: { port } } },
    targets: [{ address: DEVICE, ping: false, snmp: { credential: 'made', port: 1_765 } }],
  })
  const { identity } = newPair(broker.url)
  const agent = await runAgent({ config, dataDir, identity, version: '0.0.0', logger: pino({ level: 'silent' }) })
  const polls = () => agent.status().schedule.started
  // Its facts are told when the first poll is through; the next one would be a day later.
  await broker.until(() => broker.of('facts').length > 0)
  expect(polls()).toBe(1)
  const session = netSnmp.createSession('127.0.0.1', 'any', {
    ...{ trapPort: port, sourceAddress: DEVICE, version: netSnmp.Version2c },
  })
  await new Promise((resolve) => session.trap(netSnmp.TrapType.LinkDown, resolve))
  await expect.poll(polls).toBe(2)
  session.close()
  await agent.close()
  await site.close()
  await broker.stop()
  rmSync(dataDir, { recursive: true })
})

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(() => resolve()))
  return port
}
