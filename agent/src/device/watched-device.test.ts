import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { metricSpec } from '@eyenet/shared/catalogue'
import { epochMs } from '@eyenet/shared/identity'
import { FactsReport } from '@eyenet/shared/wire'
import pino from 'pino'
import { beforeEach, expect, test } from 'vitest'
import type { PingOutcome } from '../probe/probe.ts'
import { FakeClock } from '../schedule/clock.testkit.ts'
import { openKnowledge } from '../survey/survey.ts'
import { Collector } from './collector.testkit.ts'
import { fileMemory } from './device-memory.ts'
import { FakeSnmp } from './fake-snmp.testkit.ts'
import { SensorChoices } from './sensor-choices.ts'
import { SurveyTurns } from './survey-turns.ts'
import { testTarget } from './test-target.ts'
import { type DeviceParts, WatchedDevice, type WatchedTarget } from './watched-device.ts'

const START = 1_700_000_000_000
const IF = '1.3.6.1.2.1.2.2.1'
const IFX = '1.3.6.1.2.1.31.1.1.1'
const REPLY: PingOutcome = {
  kind: 'reply',
  rttSeconds: 0.00123456789,
  meanRttSeconds: 0.002,
  maxRttSeconds: 0.003,
  sent: 3,
  received: 3,
  lossRatio: 0,
}

let snmp: FakeSnmp
let clock: FakeClock
let ping: PingOutcome
let collected: Collector
let parts: DeviceParts
const target: WatchedTarget = {
  key: '192.0.2.1#161',
  address: '192.0.2.1',
  snmp: { port: 161, timeoutMs: 2_000, retries: 2, credential: { version: '2c', community: 'public' } },
  ping: true,
  intervalMs: 60_000,
  intervals: { sensorsMs: 60_000, inventoryMs: 3_600_000, linksMs: 300_000, metricsMs: {} },
}

/** Rules over MIB facts and the shipped profiles, opened once. */
const knowledge = openKnowledge()

function addInterface(index: number, name: string, octets: number): void {
  snmp.set(`${IF}.2.${index}`, `descr ${name}`)
  snmp.set(`${IF}.3.${index}`, 6)
  snmp.set(`${IF}.5.${index}`, 1e9)
  snmp.set(`${IF}.7.${index}`, 1)
  snmp.set(`${IF}.8.${index}`, 1)
  snmp.set(`${IF}.14.${index}`, 3)
  snmp.set(`${IFX}.1.${index}`, name)
  snmp.set(`${IFX}.6.${index}`, { kind: 'counter64', value: BigInt(octets) })
}

beforeEach(() => {
  snmp = new FakeSnmp()
  clock = new FakeClock(START)
  ping = REPLY
  collected = new Collector()
  snmp.set('1.3.6.1.2.1.1.1.0', 'Linux sw1 6.1.0 #1 SMP')
  snmp.set('1.3.6.1.2.1.1.2.0', { kind: 'oid', value: '1.3.6.1.4.1.8072.3.2.10' })
  snmp.set('1.3.6.1.2.1.1.3.0', { kind: 'timeticks', value: 1_000_000 })
  snmp.set('1.3.6.1.2.1.1.5.0', 'sw1.example.net')
  snmp.set('1.3.6.1.6.3.10.2.1.1.0', { kind: 'octets', value: Uint8Array.from([0x80, 0, 0x1f, 0x88, 4, 1, 2, 3, 4]) })
  addInterface(1, 'eth0', 1e12)
  addInterface(2, 'eth1', 5e9)
  parts = {
    site: 'test',
    snmp: snmp.engine(),
    pinger: { kind: 'raw-socket', lack: null, ping: async () => ping, close: () => {} },
    outbox: collected,
    memory: fileMemory(mkdtempSync(join(tmpdir(), 'eyenet-device-'))),
    clock,
    logger: pino({ level: 'silent' }),
    knowledge: () => knowledge,
    turns: new SurveyTurns(),
    linkTurns: new SurveyTurns(),
    choices: new SensorChoices(),
  }
})

async function pollLater(device: WatchedDevice, ms = 60_000): Promise<void> {
  await clock.advance(ms)
  const upTime = snmp.values.get('1.3.6.1.2.1.1.3.0')
  if (upTime?.kind === 'timeticks') snmp.set('1.3.6.1.2.1.1.3.0', { kind: 'timeticks', value: upTime.value + ms / 10 })
  await device.poll(clock.now())
}

test('a poll gives counters, states and reach with the names of the catalogue, and the facts once', async () => {
  const device = new WatchedDevice(target, parts)
  expect(await device.poll(epochMs(START))).toBe(true)
  expect(collected.value('ifHCInOctets', { interface: 'eth0' })).toBe(1e12)
  expect(collected.value('ifInErrors', { interface: 'eth1' })).toBe(3)
  expect(collected.value('ifSpeed', { interface: 'eth1' })).toBe(1e9)
  expect(collected.value('icmp_rtt_seconds')).toBe(0.001235)
  expect(collected.value('device_up')).toBe(1)
  expect(collected.value('device_uptime_seconds')).toBe(10_000)
  expect(collected.value('interface_info', { ifIndex: '2', ifDescr: 'descr eth1' })).toBe(1)
  expect(collected.value('device_info', { sysname: 'sw1.example.net', os: 'linux' })).toBe(1)
  for (const { __name__, site, device: id, ...labels } of collected.labels) {
    const spec = metricSpec(__name__!)
    expect(spec, __name__).toBeDefined()
    expect({ site, id }).toEqual({ site: 'test', id: device.device })
    for (const name of Object.keys(labels)) expect(spec!.labels).toContain(name)
  }
  const [facts] = collected.facts
  expect(FactsReport.safeParse({ ...facts, kind: 'facts', epoch: '0123456789abcdef', seq: 1 }).error).toBeUndefined()
  expect(facts).toMatchObject({ identityRank: 'engine-id', name: 'sw1.example.net', kindOfTarget: 'snmp' })
  expect(facts?.interfaces.map((one) => one.interface)).toEqual(['eth0', 'eth1'])
  await pollLater(device)
  expect(collected.facts.length).toBe(1)
  expect(collected.events).toEqual([])
})

test('a device that is silent is asked one cheap question, and its return is told', async () => {
  const device = new WatchedDevice(target, parts)
  await device.poll(epochMs(START))
  snmp.failure = { kind: 'timeout', attempts: 3 }
  ping = { kind: 'timeout', sent: 3 }
  await pollLater(device)
  expect([collected.value('device_up'), collected.value('snmp_up'), collected.value('icmp_up')]).toEqual([0, 0, 0])
  expect(collected.value('ifHCInOctets', { interface: 'eth0' })).toBeUndefined()
  expect(collected.events).toMatchObject([{ kind: 'reach-changed', snmp: 'down', icmp: 'down' }])
  snmp.gets.length = 0
  await pollLater(device)
  expect(snmp.gets).toEqual([['1.3.6.1.2.1.1.3.0']])
  expect(collected.events.length).toBe(1)
  snmp.failure = undefined
  ping = REPLY
  await pollLater(device)
  expect(collected.events[1]).toMatchObject({ kind: 'reach-changed', snmp: 'up', icmp: 'up', problem: '' })
  expect(collected.value('ifHCInOctets', { interface: 'eth0' })).toBe(1e12)
})

test('device and interfaces are the same after a restart of the agent, though ifIndex moved', async () => {
  const before = new WatchedDevice(target, parts)
  await before.poll(epochMs(START))
  for (const oid of [...snmp.values.keys()])
    if (/\.(1|2)$/.test(oid) && oid.startsWith('1.3.6.1.2.1.')) snmp.values.delete(oid)
  addInterface(7, 'eth1', 6e9)
  addInterface(9, 'eth0', 2e12)
  snmp.set('1.3.6.1.2.1.1.5.0', 'renamed.example.net')
  const after = new WatchedDevice(target, parts)
  await after.poll(epochMs(START + 60_000))
  expect(after.device).toBe(before.device)
  expect(collected.value('ifHCInOctets', { interface: 'eth0' })).toBe(2e12)
  expect(collected.value('ifHCInOctets', { interface: 'eth1' })).toBe(6e9)
})

test('what a device was found to bear is known after a restart of the agent', async () => {
  snmp.learnt = { varbinds: 12, ceiling: 20, bulk: 'works' }
  const before = new WatchedDevice(target, parts)
  await before.poll(epochMs(START))
  new WatchedDevice(target, parts).close()
  expect(snmp.targets.map((one) => one.learnt)).toEqual([undefined, snmp.learnt])
})

test('a restart of the device is told and looked into at once', async () => {
  const device = new WatchedDevice(target, parts)
  await device.poll(epochMs(START))
  snmp.set('1.3.6.1.2.1.1.3.0', { kind: 'timeticks', value: 100 })
  snmp.set(`${IFX}.6.1`, { kind: 'counter64', value: 4_000n })
  const walks = snmp.walks
  await pollLater(device)
  expect(collected.events).toMatchObject([{ kind: 'discontinuity', cause: 'restart' }])
  expect(collected.value('ifHCInOctets', { interface: 'eth0' })).toBe(4_000)
  expect(snmp.walks).toBeGreaterThan(walks)
})

test('a restart whose tables could not be read is not forgotten: no 32-bit counter seems to wrap', async () => {
  for (const oid of [...snmp.values.keys()]) if (oid.startsWith(`${IFX}.6.`)) snmp.values.delete(oid)
  snmp.set(`${IF}.10.1`, { kind: 'counter32', value: 3e9 })
  const device = new WatchedDevice(target, parts)
  await device.poll(epochMs(START))
  snmp.set('1.3.6.1.2.1.1.3.0', { kind: 'timeticks', value: 100 })
  snmp.set(`${IF}.10.1`, { kind: 'counter32', value: 50_000 })
  snmp.columnsFail = true
  await pollLater(device)
  snmp.columnsFail = false
  snmp.set(`${IF}.10.1`, { kind: 'counter32', value: 100_000 })
  await pollLater(device)
  expect(collected.value('ifInOctets', { interface: 'eth0' })).toBe(100_000)
})

test('a counter that jumps ends with a marker and an event, and its new base outlives the agent', async () => {
  const device = new WatchedDevice(target, parts)
  await device.poll(epochMs(START))
  snmp.set(`${IFX}.6.1`, { kind: 'counter64', value: BigInt(9e11) })
  await pollLater(device)
  expect(collected.value('ifHCInOctets', { interface: 'eth0' })).toBeNaN()
  expect(collected.events).toMatchObject([{ kind: 'discontinuity', interface: 'eth0', cause: 'impossible-rate' }])
  snmp.set(`${IFX}.6.1`, { kind: 'counter64', value: BigInt(9e11 + 1e6) })
  await pollLater(device)
  expect(collected.value('ifHCInOctets', { interface: 'eth0' })).toBe(1e6)
  const again = new WatchedDevice(target, parts)
  await again.poll(epochMs(START + 180_000))
  expect(collected.value('ifHCInOctets', { interface: 'eth0' })).toBe(1e6)
})

test('an interface that is gone ends its series; one that comes is found', async () => {
  snmp.set('1.3.6.1.2.1.31.1.5.0', { kind: 'timeticks', value: 5 })
  const device = new WatchedDevice(target, parts)
  await device.poll(epochMs(START))
  for (const oid of [...snmp.values.keys()])
    if (oid.startsWith(IF) || oid.startsWith(IFX)) if (oid.endsWith('.2')) snmp.values.delete(oid)
  addInterface(3, 'eth2', 10)
  snmp.set('1.3.6.1.2.1.31.1.5.0', { kind: 'timeticks', value: 77 })
  await pollLater(device)
  expect(collected.value('ifHCInOctets', { interface: 'eth1' })).toBeNaN()
  expect(collected.value('ifHCInOctets', { interface: 'eth2' })).toBe(10)
  await pollLater(device)
  expect(collected.value('ifHCInOctets', { interface: 'eth1' })).toBeUndefined()
  expect(collected.facts.at(-1)?.interfaces.map((one) => one.interface)).toEqual(['eth0', 'eth2'])
})

test('without 64-bit counters the 32-bit ones begin at 0 with the agent and go over the edge', async () => {
  for (const oid of [...snmp.values.keys()]) if (oid.startsWith(`${IFX}.6.`)) snmp.values.delete(oid)
  snmp.set(`${IF}.10.1`, { kind: 'counter32', value: 2 ** 32 - 1_000 })
  const device = new WatchedDevice(target, parts)
  await device.poll(epochMs(START))
  expect(collected.value('ifInOctets', { interface: 'eth0' })).toBe(0)
  snmp.set(`${IF}.10.1`, { kind: 'counter32', value: 500 })
  await pollLater(device)
  expect(collected.value('ifInOctets', { interface: 'eth0' })).toBe(1_500)
  expect(collected.value('ifHCInOctets', { interface: 'eth0' })).toBeUndefined()
})

test('processors, memory, disks and sensors come in base units', async () => {
  snmp.set('1.3.6.1.2.1.25.3.3.1.2.196608', 42)
  const storage = (index: number, type: number, [name, used]: [string, number]): void => {
    snmp.set(`1.3.6.1.2.1.25.2.3.1.2.${index}`, { kind: 'oid', value: `1.3.6.1.2.1.25.2.1.${type}` })
    snmp.set(`1.3.6.1.2.1.25.2.3.1.3.${index}`, name)
    snmp.set(`1.3.6.1.2.1.25.2.3.1.4.${index}`, 4_096)
    snmp.set(`1.3.6.1.2.1.25.2.3.1.5.${index}`, 1_000)
    snmp.set(`1.3.6.1.2.1.25.2.3.1.6.${index}`, used)
  }
  storage(1, 2, ['Physical memory', 900])
  storage(31, 4, ['/', 250])
  storage(32, 4, ['/run', 1])
  snmp.set('1.3.6.1.4.1.2021.4.5.0', 4_000)
  snmp.set('1.3.6.1.4.1.2021.4.6.0', 1_000)
  snmp.set('1.3.6.1.4.1.2021.4.15.0', 2_000)
  snmp.set('1.3.6.1.2.1.99.1.1.1.1.5', 8)
  snmp.set('1.3.6.1.2.1.99.1.1.1.2.5', 9)
  snmp.set('1.3.6.1.2.1.99.1.1.1.3.5', 1)
  snmp.set('1.3.6.1.2.1.99.1.1.1.4.5', 415)
  snmp.set('1.3.6.1.2.1.99.1.1.1.5.5', 1)
  snmp.set('1.3.6.1.2.1.47.1.1.1.1.7.5', 'Inlet')
  const device = new WatchedDevice(target, parts)
  await device.poll(epochMs(START))
  await device.surveyed()
  expect(collected.value('device_cpu_ratio', { cpu: '0' })).toBe(0.42)
  expect(collected.value('device_storage_used_bytes', { storage: '/' })).toBe(250 * 4_096)
  expect(collected.value('device_storage_used_bytes', { storage: '/run' })).toBeUndefined()
  expect(collected.value('device_memory_used_bytes')).toBe(900 * 4_096)
  expect(collected.value('sensor_temperature_celsius', { sensor: 'Inlet' })).toBe(41.5)
})

test('a device that never answered has an identity of its own and says what to do', async () => {
  snmp.failure = { kind: 'timeout', attempts: 3 }
  const device = new WatchedDevice(target, parts)
  await device.poll(epochMs(START))
  const first = device.device
  expect(collected.facts[0]).toMatchObject({ identityRank: 'address', reach: { snmp: 'down', icmp: 'up' } })
  expect(collected.facts[0]?.reach.problem).toContain('wrong community')
  snmp.failure = undefined
  await pollLater(device)
  expect(device.device).toBe(first)
})

test('testing a target says step by step what answered', async () => {
  const wire = { address: '192.0.2.1', ping: true, ...(target.snmp ? { snmp: target.snmp } : {}) }
  snmp.set('1.3.6.1.2.1.2.1.0', 2)
  const good = await testTarget('4f6c7f6e-0000-4000-8000-000000000000', wire, parts)
  expect(good).toMatchObject({ ok: true, sysName: 'sw1.example.net', interfaces: 2 })
  snmp.failure = { kind: 'timeout', attempts: 3 }
  const bad = await testTarget('4f6c7f6e-0000-4000-8000-000000000000', wire, parts)
  expect(bad).toMatchObject({
    ok: false,
    steps: [{ outcome: 'ok' }, { outcome: 'ok' }, { check: 'snmp', outcome: 'failed' }],
  })
})

test('its links are told after the first poll, and again soon after a poll that finds a port down', async () => {
  const device = new WatchedDevice(target, parts)
  await device.poll(epochMs(START))
  await device.surveyed()
  const links = () => collected.findings.filter(({ kind }) => kind === 'links')
  expect(links()).toMatchObject([{ device: device.device, neighbors: [], arp: [] }])
  snmp.set('1.3.6.1.2.1.4.22.1.2.2.192.0.2.7', { kind: 'octets', value: Uint8Array.from([0, 0, 0x5e, 0, 0x53, 7]) })
  snmp.set('1.3.6.1.2.1.4.22.1.4.2.192.0.2.7', 3)
  snmp.set(`${IF}.8.1`, 2)
  await pollLater(device)
  expect(links()).toHaveLength(1)
  await clock.advance(40_000)
  await device.surveyed()
  expect(links()).toMatchObject([{}, { arp: [{ ip: '192.0.2.7', mac: '00:00:5e:00:53:07', port: 'eth1' }] }])
})
