import { type MadePlan, makeNetwork, trueLinks } from '@eyenet/shared/made-network'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AgentProcess } from './agent-process.testkit.ts'
import { startChild } from './child.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { freeUdpPort } from './snmpd.testkit.ts'
import { AGENT, Stage } from './stage.testkit.ts'
import { graphOf, linesOf } from './topology.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())

const FIRST = '127.0.47.1'
const PLAN: MadePlan = { kind: 'tree', devices: 20, seed: 3, lldp: 'everywhere' }

let server: ServerProcess

beforeAll(async () => {
  const port = await freeUdpPort(FIRST)
  const words = ['--network', PLAN.kind, '--devices', `${PLAN.devices}`, '--seed', `${PLAN.seed}`, '--address', FIRST]
  const simulator = startChild(process.execPath, [AGENT, 'simulate', ...words, '--port', `${port}`, '--ready-json'])
  stage.onClose(() => simulator.kill())
  server = await startServer(stage)
  await simulator.line((line) => line.includes('"ready"'))
  const addresses = Array.from({ length: PLAN.devices }, (_, at) => `127.0.47.${at + 1}`)
  const agent = new AgentProcess(stage, 'eye', {
    intervals: { linksSeconds: 30 },
    intervalSeconds: 10,
    credentials: { lab: { version: '2c', community: 'public' } },
    targets: addresses.map((address) => ({ address, ping: false, snmp: { credential: 'lab', port } })),
  })
  await agent.enrol(server)
  await agent.start()
})

test('the map of a made network has its links, each once, with the ports of both ends', {
  timeout: 240_000,
}, async () => {
  const expected = trueLinks(makeNetwork(PLAN))
    .map(({ a, b }) =>
      [a, b]
        .map(({ device, port }) => `${device} ${port}`)
        .sort()
        .join(' - '),
    )
    .sort()
  // Until every device has told its tables, there may be other links than these, and more.
  const patience = { timeout: 200_000, interval: 500 }
  await expect.poll(async () => linesOf(await graphOf(server)), patience).toEqual(expected)
})
