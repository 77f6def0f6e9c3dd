import { readFileSync } from 'node:fs'
import { Anomaly, pageOf } from '@eyenet/shared/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { AgentProcess } from './agent-process.testkit.ts'
import { startChild } from './child.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { freeUdpPort } from './snmpd.testkit.ts'
import { AGENT, Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())

const FIRST = '127.0.33.1'
/** core-1, router-1 and server-1 of the demonstration's site. */
const WATCHED = ['127.0.33.1', '127.0.33.8', '127.0.33.14']
/** On a machine that is busy a poll comes late by a second or two: of this interval that is little. */
const INTERVAL_MS = 20_000
const WITHIN_TICKS = 3

/** Late enough for agent and server to run on a slow machine. */
const SURGE_AT_MS = 150_000
const STALL_AT_MS = 170_000
const FAULTS = {
  faults: [
    {
      ...{ kind: 'surge', device: 'router-1', interface: 'ether1', direction: 'in', utilisation: 0.95 },
      ...{ at: SURGE_AT_MS / 1_000, for: 600 },
    },
    { kind: 'stall', device: 'core-1', interface: 'Ethernet5', at: STALL_AT_MS / 1_000, for: 600 },
  ],
}

let server: ServerProcess
let agent: AgentProcess
let startedAt: number

beforeAll(async () => {
  server = await startServer(stage)
  const port = await freeUdpPort(FIRST)
  const past = stage.path('past.json')
  const faults = stage.write('faults.json', JSON.stringify(FAULTS))
  const simulator = startChild(process.execPath, [
    ...[AGENT, 'simulate', '--address', FIRST, '--port', `${port}`, '--faults', faults, '--ready-json'],
    ...['--past-file', past, '--interval', `${INTERVAL_MS / 1_000}`],
  ])
  stage.onClose(() => simulator.kill())
  await simulator.line((one) => one.includes('"ready"'))
  startedAt = z.object({ startedAt: z.number() }).parse(JSON.parse(readFileSync(past, 'utf8'))).startedAt
  agent = new AgentProcess(stage, 'eye', {
    intervalSeconds: INTERVAL_MS / 1_000,
    buffer: { maxAgeSeconds: 30 * 86_400 },
    credentials: { lab: { version: '2c', community: 'public' } },
    targets: WATCHED.map((address) => ({ address, ping: false, snmp: { credential: 'lab', port } })),
  })
  await agent.enrol(server)
  await agent.start(['--simulated-past', past])
}, 240_000)

const anomalies = async (): Promise<readonly Anomaly[]> =>
  (await server.api.get('/api/v1/anomalies?limit=200', pageOf(Anomaly))).items

const found = (items: readonly Anomaly[], [device, port, metric]: readonly [string, string, string]) =>
  items.find((one) => one.deviceName?.startsWith(device) && one.interface === port && one.series?.name === metric)

test('a surge and a line that goes flat are anomalies at the server, begun within three ticks', {
  timeout: 360_000,
}, async () => {
  const wanted = [
    ['router-1', 'ether1', 'ifHCInOctets', SURGE_AT_MS, 'above'],
    ['core-1', 'Ethernet5', 'ifHCInOctets', STALL_AT_MS, 'below'],
    ['server-1', 'eth0', 'ifHCOutOctets', STALL_AT_MS, 'below'],
  ] as const
  for (const [device, port, metric, at, reason] of wanted) {
    const one = await until(
      `${metric} of ${port} at ${device} is an anomaly`,
      async () => found(await anomalies(), [device, port, metric]),
      300_000,
    )
    expect(one.since).toBeGreaterThanOrEqual(startedAt + at)
    expect(one.since).toBeLessThanOrEqual(startedAt + at + WITHIN_TICKS * INTERVAL_MS)
    expect(one).toMatchObject({ reason, shadow: false })
    expect(one.sentence).toContain('usual')
    expect(one.score).toBeGreaterThanOrEqual(0.5)
  }
})

test('the two weeks before the start are in the store, marked as made', { timeout: 360_000 }, async () => {
  const port = 'device!="",interface="Ethernet5"'
  const past = await until(
    'a rate of ten days ago can be read',
    async () => {
      const [one] = await server.api.query(`sum(rate(ifHCOutOctets{${port}}[30m] offset 10d))`)
      return one?.values[0]
    },
    180_000,
  )
  expect(past).toBeGreaterThan(1_000)
  const { notices } = await server.api.agent(agent.id)
  expect(notices.map(({ message }) => message).join()).toContain('made by the simulator')
})
