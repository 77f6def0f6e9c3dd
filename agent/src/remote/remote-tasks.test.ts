import { randomUUID } from 'node:crypto'
import { AgentId, DeviceId, epochMs } from '@eyenet/shared/identity'
import { type Diagnosis, Task, TaskReply } from '@eyenet/shared/wire'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openMibFacts } from '../mib/mib.ts'
import type { PingOutcome } from '../probe/probe.ts'
import { parseRecording } from '../recording/recording.ts'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { systemClock } from '../schedule/schedule.ts'
import { type RecordingServer, serveRecording } from '../simulate/simulate.ts'
import { createSnmpEngine } from '../snmp/snmp.ts'
import { type RemoteParts, type RemoteTask, RemoteTasks } from './remote.ts'

const AGENT = AgentId.parse(randomUUID())
const DEVICE = DeviceId.parse(randomUUID())
const NOW = epochMs(Date.UTC(2026, 5, 1))
const HOSTILE = Buffer.from('a\u001b[31m<script>\u202e').toString('hex')
const LINES = [
  '1.3.6.1.2.1.1.3.0|67|5',
  `1.3.6.1.2.1.1.5.0|4x|${HOSTILE}`,
  ...Array.from({ length: 700 }, (_, at) => `1.3.6.1.2.1.2.2.1.2.${at + 1}|4|port ${at + 1}`),
  '1.3.6.1.6.3.18.1.1.1.2.1|4|planted-community',
]

let server: RecordingServer
const snmp = createSnmpEngine()
const mib = openMibFacts()
beforeAll(async () => {
  server = await serveRecording(parseRecording(LINES.join('\n')), { address: '127.0.0.1', port: 0, community: 'right' })
})
afterAll(async () => {
  snmp.close()
  await server.close()
})

const access = (community = 'right') => ({
  ...{ port: server.port, timeoutMs: 300, retries: 0 },
  credential: { version: '2c', community } as const,
})
const task = (body: Record<string, unknown>): RemoteTask =>
  Task.parse({ id: randomUUID(), agent: AGENT, at: NOW, expiresAt: NOW, ...body }) as RemoteTask
const walk = (body: Record<string, unknown> = {}) =>
  task({ kind: 'snmp-walk', whom: { address: '127.0.0.1', snmp: access() }, ...body })

const reply: PingOutcome = {
  ...{ kind: 'reply', rttSeconds: 0.001, meanRttSeconds: 0.001, maxRttSeconds: 0.001 },
  ...{ sent: 1, received: 1, lossRatio: 0 },
}
const progress: unknown[] = []

function tasks(more: Partial<RemoteParts> = {}): RemoteTasks {
  return new RemoteTasks({
    ...{ clock: systemClock, snmp, mib },
    pinger: { kind: 'none', lack: null, ping: async () => reply, close: () => {} },
    trace: async () => ({ kind: 'unavailable', detail: 'none here' }),
    accessOf: (device) => (device === DEVICE ? { address: '127.0.0.1', snmp: access() } : undefined),
    diagnose: () => ({}) as Diagnosis,
    progress: (one) => progress.push(one),
    ...more,
  })
}

/** As the server reads it. */
async function done(running: Promise<TaskReply>) {
  return TaskReply.parse(JSON.parse(JSON.stringify(await running)))
}

test('a walk brings MIB names, and text of the device that can steer nothing', async () => {
  const found = await done(tasks().run(walk({ from: 'SNMPv2-MIB::system' })))
  expect(found).toMatchObject({ kind: 'snmp-walk', ended: 'whole', rows: [{ name: 'SNMPv2-MIB::sysUpTime.0' }, {}] })
  expect(JSON.stringify(found)).not.toMatch(/[\u001b\u202e]|u001b|u202e/)
})

test('a watched device is asked by the credentials that the agent has; another is refused', async () => {
  const get = (device: string) =>
    task({ kind: 'snmp-get', whom: { device }, oids: ['sysUpTime.0', '1.3.6.1.2.1.1.9.9.0'] })
  expect(await done(tasks().run(get(DEVICE)))).toMatchObject({
    ended: 'whole',
    rows: [{ text: '5' }, { type: 'missing' }],
  })
  expect(await done(tasks().run(get(randomUUID())))).toMatchObject({ ended: 'failed', rows: [] })
  const unnamed = task({ kind: 'snmp-get', whom: { device: DEVICE }, oids: ['NO-MIB::nothing'] })
  expect(await done(tasks().run(unnamed))).toMatchObject({
    ended: 'failed',
    message: expect.stringContaining('No known MIB'),
  })
})

test('a walk ends at its rows and at the size of a reply, with what it has', async () => {
  const byRows = await done(tasks().run(walk({ maxRows: 120 })))
  expect(byRows).toMatchObject({ kind: 'snmp-walk', ended: 'limit' })
  expect(byRows.kind === 'snmp-walk' && byRows.rows.length).toBeGreaterThanOrEqual(120)
  const bySize = await done(tasks().run(walk({ maxRows: 5_000, from: '1.3.6.1.2.1' })))
  expect(bySize).toMatchObject({ ended: 'limit', message: expect.stringContaining('octets') })
  expect(JSON.stringify(bySize).length).toBeLessThan(60_000)
  expect(progress.length).toBeGreaterThan(3)
})

test('what lets one in to the device is left out of what people see', async () => {
  const found = await done(tasks().run(walk({ from: '1.3.6.1.6.3' })))
  expect(found).toMatchObject({ rows: [{ text: expect.stringContaining('left out') }] })
  expect(JSON.stringify(found)).not.toContain('planted-community')
})

test('a wrong community is told without naming it', async () => {
  const wrong = walk({ whom: { address: '127.0.0.1', snmp: access('wrong-community') } })
  const found = await done(tasks().run(wrong))
  expect(found).toMatchObject({ ended: 'failed', rows: [] })
  expect(JSON.stringify(found)).not.toContain('wrong-community')
})

test('a task that hangs ends at its time limit, one that is cancelled at once; both keep what they have', async () => {
  const clock = new FakeClock(NOW)
  const trace: RemoteParts['trace'] = (_, { signal, onHop }) =>
    new Promise((resolve) => {
      const hop = { hop: 1, addresses: ['192.0.2.1'], rtts: [0.001] }
      onHop?.(hop)
      signal.addEventListener('abort', () => resolve({ kind: 'stopped', hops: [hop] }))
    })
  const desk = tasks({ clock, trace })
  const [late, stopped] = [task(TRACE), task(TRACE)]
  const running = [desk.run(late), desk.run(stopped)]
  await clock.advance(4_999)
  expect(desk.cancel(cancelOf(stopped))).toMatchObject({ ok: true })
  await clock.advance(1)
  const [first, second] = await Promise.all(running.map((one) => done(one)))
  expect(first).toMatchObject({ ended: 'timeout', hops: [{ hop: 1 }], message: expect.stringContaining('time limit') })
  expect(second).toMatchObject({ ended: 'cancelled', hops: [{ hop: 1 }] })
  expect(desk.cancel(cancelOf(stopped))).toMatchObject({ ok: false })
})

const TRACE = { kind: 'traceroute', address: '192.0.2.9', timeoutMs: 5_000 }
const cancelOf = ({ id }: RemoteTask) => ({
  ...({ kind: 'cancel', id: randomUUID(), agent: AGENT, at: NOW, expiresAt: NOW } as const),
  task: id,
})

test('no more than a few run at once; the next is refused, and taken once one has ended', async () => {
  const ends: (() => void)[] = []
  const trace: RemoteParts['trace'] = () =>
    new Promise((resolve) => ends.push(() => resolve({ kind: 'done', hops: [] })))
  const desk = tasks({ trace })
  const running = Array.from({ length: 4 }, () => desk.run(task(TRACE)))
  await expect.poll(() => ends.length).toBe(4)
  expect(await desk.run(task(TRACE))).toMatchObject({ kind: 'refused' })
  ends[0]?.()
  await running[0]
  const next = desk.run(task(TRACE))
  await expect.poll(() => ends.length).toBe(5)
  for (const end of ends) end()
  expect(await done(next)).toMatchObject({ kind: 'traceroute' })
  await Promise.all(running)
})

test('ping counts echoes and what came back; addresses of many hosts are asked nothing', async () => {
  let echoes = 0
  const pinger: RemoteParts['pinger'] = {
    ...{ kind: 'none', lack: null, close: () => {} },
    ping: async () => (echoes++ === 1 ? { kind: 'timeout', sent: 1 } : reply),
  }
  expect(await done(tasks({ pinger }).run(task({ kind: 'ping', address: '192.0.2.1', count: 3 })))).toMatchObject({
    ...{ ended: 'whole', sent: 3, received: 2, minSeconds: 0.001 },
  })
  for (const address of ['224.0.0.1', '255.255.255.255', '0.0.0.0', 'ff02::1', '::']) {
    expect(await done(tasks({ pinger }).run(task({ kind: 'ping', address })))).toMatchObject({
      ended: 'failed',
      sent: 0,
    })
  }
  expect(echoes).toBe(3)
})

test.each(['--help', '-c1', 'a b', 'x;y', '$(id)', 'a\nb', '../etc', '', '`x`'])(
  '%j is no address of a task',
  (address) => {
    expect(() => task({ kind: 'ping', address })).toThrow()
  },
)
