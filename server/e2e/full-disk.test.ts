import { afterAll, beforeAll, expect, test } from 'vitest'
import { AgentProcess } from './agent-process.testkit.ts'
import { type Child, startChild } from './child.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { freeUdpPort } from './snmpd.testkit.ts'
import { AGENT, Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())

/** A little more than the names of all series take: full after a dozen polls. */
const QUOTA = 1_300_000
const DEVICES = 20
const INTERFACES = 8

let server: ServerProcess
let simulator: Child
let port = 0

beforeAll(async () => {
  // A block of loopback addresses that neither the demonstration nor another test uses.
  port = await freeUdpPort('127.0.30.1')
  const size = ['--devices', String(DEVICES), '--interfaces', String(INTERFACES)]
  const site = ['--address', '127.0.30.1', '--port', String(port), ...size]
  const [started] = await Promise.all([startServer(stage), serve(site)])
  server = started
})

async function serve(site: readonly string[]): Promise<void> {
  simulator = startChild(process.execPath, [AGENT, 'simulate', ...site, '--ready-json'])
  stage.onClose(() => simulator.kill())
  await simulator.line((one) => one.includes('"ready"'))
}

test('without a server and with a full outbox the agent polls on, drops the oldest first, counts it and tells it later', {
  timeout: 240_000,
}, async () => {
  const targets = Array.from({ length: DEVICES }, (_, at) => ({
    address: `127.0.30.${at + 1}`,
    ping: false,
    snmp: { credential: 'lab', port },
  }))
  const credentials = { lab: { version: '2c', community: 'public' } }
  const buffer = { maxBytes: QUOTA, synchronous: 'normal' }
  const agent = new AgentProcess(stage, 'eye', { credentials, targets, buffer })
  await agent.enrol(server)
  await server.kill()
  const startedAt = Date.now()
  await agent.start()

  const first = await until('samples wait', async () => {
    const status = await agent.bufferStatus()
    return status.oldest !== undefined && status
  })
  expect(first.oldest).toBeGreaterThanOrEqual(startedAt)
  const full = await until(
    'samples are dropped',
    async () => {
      const status = await agent.bufferStatus()
      return status.droppedSamples > 0 && status
    },
    100_000,
  )
  // The oldest went, and younger ones still come.
  expect(full.oldest).toBeGreaterThan(first.oldest ?? Number.NaN)
  const later = await until('polling goes on', async () => {
    const status = await agent.bufferStatus()
    return (status.samples > full.samples || status.droppedSamples > full.droppedSamples) && status
  })
  for (const { bytes, lanes } of [full, later]) {
    expect(bytes).toBeLessThanOrEqual(QUOTA)
    expect([lanes.events?.dropped, lanes.facts?.dropped]).toEqual([0, 0])
  }

  await server.start()
  const told = await until('the server tells what was dropped', async () =>
    (await server.api.agent(agent.id)).notices.find((one) => one.code === 'dropped'),
  )
  expect(told.message).toMatch(/^\d+ samples of .* were dropped \(quota\)$/)
  const counted = await until('the count is a metric', async () => {
    const [series] = await server.api.query('agent_dropped_samples_total[10m]')
    const most = Math.max(...(series?.values ?? []))
    return most >= later.droppedSamples && most
  })
  expect(counted).toBeGreaterThanOrEqual(later.droppedSamples)
  // What it kept arrives, up to now.
  const keptFrom = later.oldest ?? 0
  await until('the newest samples are there', async () => {
    const series = await server.api.query('snmp_up[10m]')
    return series.length === DEVICES && series.every((one) => (one.times.at(-1) ?? 0) > keptFrom)
  })
  expect((await server.api.devices()).length).toBe(DEVICES)
})
