import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs } from '@eyenet/shared/identity'
import { CustomMetric, FactsReport } from '@eyenet/shared/wire'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeClock } from '../schedule/clock.testkit.ts'
import type { SurveyOptions, SurveySensor } from '../survey/survey.ts'
import { Collector } from './collector.testkit.ts'
import { fileMemory } from './device-memory.ts'
import { FakeSnmp } from './fake-snmp.testkit.ts'
import { SensorChoices } from './sensor-choices.ts'
import { statusByLimits, statusOfWord } from './state-status.ts'
import { SurveyTurns } from './survey-turns.ts'
import { WatchedDevice, type WatchedTarget } from './watched-device.ts'

const START = 1_700_000_000_000
const ENTERPRISE = '1.3.6.1.4.1.32473'
const folders: string[] = []
let snmp: FakeSnmp
let clock: FakeClock
let collected: Collector
let choices: SensorChoices
let sensors: SurveySensor[]
let suggestions: SurveySensor[]

/** A source of sensors that a test changes. */
const knowledge: SurveyOptions = { facts: async () => ({ sensors, suggestions }) }

function sensor(name: string, more: Partial<SurveySensor> & { oid: string }): SurveySensor {
  const { oid } = more
  const recipe = { oid, scale: 0.1 }
  const object = oid.replace(/\.\d+$/, '')
  return { kind: 'temperature', name, value: 21, evidence: 'unit stated by MIB', recipe, object, ...more }
}

function watched(more: Partial<WatchedTarget> = {}): WatchedDevice {
  const dir = mkdtempSync(join(tmpdir(), 'eyenet-readings-'))
  folders.push(dir)
  const target: WatchedTarget = {
    key: '192.0.2.1#161',
    address: '192.0.2.1',
    snmp: { port: 161, timeoutMs: 2_000, retries: 2, credential: { version: '2c', community: 'public' } },
    ping: false,
    intervalMs: 60_000,
    intervals: { sensorsMs: 60_000, inventoryMs: 3_600_000, linksMs: 300_000, metricsMs: {} },
    ...more,
  }
  return new WatchedDevice(target, {
    site: 'test',
    snmp: snmp.engine(),
    pinger: { kind: 'raw-socket', lack: null, ping: async () => ({ kind: 'timeout', sent: 1 }), close: () => {} },
    outbox: collected,
    memory: fileMemory(dir),
    clock,
    logger: pino({ level: 'silent' }),
    knowledge: () => knowledge,
    turns: new SurveyTurns(),
    linkTurns: new SurveyTurns(),
    choices,
  })
}

async function poll(device: WatchedDevice, ms = 60_000): Promise<void> {
  await clock.advance(ms)
  await device.poll(clock.now())
}

beforeEach(() => {
  snmp = new FakeSnmp()
  clock = new FakeClock(START)
  collected = new Collector()
  choices = new SensorChoices()
  sensors = []
  suggestions = []
  snmp.set('1.3.6.1.2.1.1.1.0', 'Example Rack Monitor')
  snmp.set('1.3.6.1.2.1.1.2.0', { kind: 'oid', value: `${ENTERPRISE}.1` })
  snmp.set('1.3.6.1.2.1.1.3.0', { kind: 'timeticks', value: 1_000_000 })
})
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

test('what a survey finds is read at once, polled afterwards and told with the next facts', async () => {
  sensors = [sensor('Inlet', { oid: `${ENTERPRISE}.2.1`, low: 5, high: 40 })]
  snmp.set(`${ENTERPRISE}.2.1`, 215)
  const device = watched()
  await device.poll(epochMs(START))
  await device.surveyed()
  expect(collected.value('sensor_temperature_celsius', { sensor: 'Inlet' })).toBe(21.5)
  snmp.set(`${ENTERPRISE}.2.1`, 455)
  await poll(device)
  expect(collected.value('sensor_temperature_celsius', { sensor: 'Inlet' })).toBe(45.5)
  expect(collected.value('sensor_status', { sensor: 'Inlet', kind: 'temperature' })).toBe(1)
  const facts = collected.facts.at(-1)
  expect(FactsReport.safeParse({ ...facts, kind: 'facts', epoch: '0123456789abcdef', seq: 1 }).error).toBeUndefined()
  expect(facts?.details?.sensors).toMatchObject([
    { sensor: 'Inlet', enabled: true, high: 40, metric: 'sensor_temperature_celsius' },
  ])
  const told = collected.facts.length
  await poll(device)
  expect(collected.facts.length).toBe(told)
})

test('a suggestion is read once somebody accepts it for the family, and no more when that is taken back', async () => {
  suggestions = [sensor('Rear', { oid: `${ENTERPRISE}.3.7` })]
  snmp.set(`${ENTERPRISE}.3.7`, 300)
  const device = watched()
  await device.poll(epochMs(START))
  await device.surveyed()
  await poll(device)
  expect(collected.value('sensor_temperature_celsius', { sensor: 'Rear' })).toBeUndefined()
  const details = collected.facts.at(-1)?.details
  expect(details?.sensors).toMatchObject([{ sensor: 'Rear', enabled: false, object: `${ENTERPRISE}.3` }])
  const family = details?.family ?? ''
  expect(choices.set([{ family, object: `${ENTERPRISE}.3`, enabled: true }])).toEqual(new Set([device.family]))
  device.surveyAgain()
  await poll(device)
  await device.surveyed()
  expect(collected.value('sensor_temperature_celsius', { sensor: 'Rear' })).toBe(30)
  choices.set([])
  device.surveyAgain()
  await poll(device)
  await device.surveyed()
  await poll(device)
  expect(collected.value('sensor_temperature_celsius', { sensor: 'Rear' })).toBeNaN()
})

test('a state has its number and how it is by its word; text is read by its words', async () => {
  const states = { 1: 'normal', 2: 'fanFailed', 3: 'notPresent' }
  const recipe = { oid: `${ENTERPRISE}.4.1`, scale: 1, words: { good: 1, broken: 2 } }
  sensors = [sensor('Fan 1', { oid: `${ENTERPRISE}.4.1`, kind: 'state', states, recipe })]
  snmp.set(`${ENTERPRISE}.4.1`, 'broken')
  const device = watched()
  await device.poll(epochMs(START))
  await device.surveyed()
  await poll(device)
  expect(collected.value('sensor_state', { sensor: 'Fan 1' })).toBe(2)
  expect(collected.value('sensor_status', { sensor: 'Fan 1' })).toBe(2)
})

test('a number that means "nothing there" and an instance that is gone end the series once', async () => {
  sensors = [sensor('A', { oid: `${ENTERPRISE}.5.1` }), sensor('B', { oid: `${ENTERPRISE}.5.2` })]
  snmp.set(`${ENTERPRISE}.5.1`, 200)
  snmp.set(`${ENTERPRISE}.5.2`, 210)
  const device = watched()
  await device.poll(epochMs(START))
  await device.surveyed()
  await poll(device)
  snmp.set(`${ENTERPRISE}.5.1`, 2 ** 31 - 1)
  snmp.values.delete(`${ENTERPRISE}.5.2`)
  await poll(device)
  expect(collected.value('sensor_temperature_celsius', { sensor: 'A' })).toBeNaN()
  expect(collected.value('sensor_temperature_celsius', { sensor: 'B' })).toBeNaN()
  await poll(device)
  expect(collected.value('sensor_temperature_celsius', { sensor: 'A' })).toBeUndefined()
})

test.each([
  ['the configuration says of the metric', { sensor_temperature_celsius: 300_000 }, undefined],
  ['a profile says of the sensor', {}, 300],
  ['the configuration says, whatever a profile says', { sensor_temperature_celsius: 300_000 }, 60],
])('what is read less often than sensors are, as %s', async (_title, metricsMs, intervalSeconds) => {
  sensors = [sensor('Slow', { oid: `${ENTERPRISE}.6.1`, ...(intervalSeconds && { intervalSeconds }) })]
  snmp.set(`${ENTERPRISE}.6.1`, 200)
  const device = watched({
    intervals: { sensorsMs: 60_000, inventoryMs: 86_400_000, linksMs: 300_000, metricsMs },
  })
  await device.poll(epochMs(START))
  await device.surveyed()
  let read = 0
  for (let at = 0; at < 20; at++) {
    await poll(device)
    if (collected.value('sensor_temperature_celsius', { sensor: 'Slow' }) !== undefined) read++
  }
  expect(read).toBe(4)
})

test('a device that falls silent during a survey keeps its sensors', async () => {
  sensors = [sensor('Inlet', { oid: `${ENTERPRISE}.2.1` })]
  snmp.set(`${ENTERPRISE}.2.1`, 215)
  const device = watched()
  await device.poll(epochMs(START))
  await device.surveyed()
  device.surveyAgain()
  sensors = []
  await clock.advance(60_000)
  const polled = device.poll(clock.now())
  await polled
  snmp.failure = { kind: 'timeout', attempts: 3 }
  await device.surveyed()
  snmp.failure = undefined
  await poll(device)
  expect(collected.value('sensor_temperature_celsius', { sensor: 'Inlet' })).toBe(21.5)
})

test('a device that hangs at one table has all the rest', async () => {
  sensors = [sensor('Inlet', { oid: `${ENTERPRISE}.2.1` })]
  snmp.set(`${ENTERPRISE}.2.1`, 215)
  snmp.set('1.3.6.1.2.1.25.3.3.1.2.1', 40)
  snmp.hangsAt = '1.3.6.1.2.1.47'
  const device = watched()
  await device.poll(epochMs(START))
  await device.surveyed()
  await poll(device)
  expect(collected.value('sensor_temperature_celsius', { sensor: 'Inlet' })).toBe(21.5)
  expect(collected.value('device_cpu_ratio', { cpu: '0' })).toBe(0.4)
  expect(collected.facts.at(-1)?.details?.processors).toHaveLength(1)
})

test('what half a survey missed is read on, and ends when a second one misses it too', async () => {
  sensors = [sensor('A', { oid: `${ENTERPRISE}.5.1` }), sensor('B', { oid: `${ENTERPRISE}.5.2` })]
  for (const at of [1, 2]) snmp.set(`${ENTERPRISE}.5.${at}`, 200 + at)
  const device = watched()
  await device.poll(epochMs(START))
  await device.surveyed()
  sensors = sensors.slice(0, 1)
  snmp.hangsAt = '1.3.6.1.2.1.47'
  const seen: (number | undefined)[] = []
  for (let survey = 0; survey < 2; survey++) {
    device.surveyAgain()
    await poll(device)
    await device.surveyed()
    await poll(device)
    seen.push(collected.value('sensor_temperature_celsius', { sensor: 'B' }))
  }
  expect(seen).toEqual([20.2, Number.NaN])
})

test('a device that makes up new sensors with each survey gets so many series and no more', async () => {
  const device = watched()
  snmp.set(`${ENTERPRISE}.7.1`, 200)
  for (let survey = 0; survey < 8; survey++) {
    sensors = Array.from({ length: 5_000 }, (_, at) => sensor(`${survey} ${at}`, { oid: `${ENTERPRISE}.7.${at}` }))
    device.surveyAgain()
    await poll(device)
    await device.surveyed()
  }
  expect(collected.labels.filter((one) => one.__name__ === 'sensor_temperature_celsius').length).toBe(20_000)
  await poll(device)
  expect(collected.facts.at(-1)?.details?.truncated).toBe(true)
})

test('a counter of the configuration hears of a restart with its own next reading, and ends where the device lost it', async () => {
  const metric = { oid: `${ENTERPRISE}.9.3.0`, name: 'jobs_total', kind: 'counter', intervalSeconds: 300 }
  snmp.set(metric.oid, { kind: 'counter32', value: 3e9 })
  const device = watched({ metrics: [CustomMetric.parse(metric)] })
  await device.poll(epochMs(START))
  snmp.set('1.3.6.1.2.1.1.3.0', { kind: 'timeticks', value: 100 })
  snmp.set(metric.oid, { kind: 'counter32', value: 10 })
  const seen: number[] = []
  for (let at = 0; at < 6; at++) {
    await poll(device)
    snmp.set('1.3.6.1.2.1.1.3.0', { kind: 'timeticks', value: 100 + 6_000 * (at + 1) })
    const value = collected.value('jobs_total')
    if (value !== undefined) seen.push(value)
  }
  expect(seen).toEqual([10])
  snmp.values.delete(metric.oid)
  device.surveyAgain()
  await poll(device)
  expect(collected.value('jobs_total')).toBeNaN()
})

test('objects that the configuration names are polled: instances, columns with labels, counters over their edge', async () => {
  const metrics = [
    { oid: `${ENTERPRISE}.9.1.0`, name: 'door_open' },
    { oid: `${ENTERPRISE}.9.2.1.3`, name: 'rack_celsius', factor: 0.1, labelsFromIndex: ['rack', 'slot'] },
    { oid: `${ENTERPRISE}.9.3.0`, name: 'jobs_total', kind: 'counter' },
    { oid: `${ENTERPRISE}.9.4.0`, name: 'absent_here' },
  ].map((one) => CustomMetric.parse(one))
  snmp.set(`${ENTERPRISE}.9.1.0`, 1)
  snmp.set(`${ENTERPRISE}.9.2.1.3.4.17`, 253)
  snmp.set(`${ENTERPRISE}.9.3.0`, { kind: 'counter32', value: 2 ** 32 - 10 })
  const device = watched({ metrics })
  await device.poll(epochMs(START))
  expect(collected.value('door_open')).toBe(1)
  expect(collected.value('rack_celsius', { rack: '4', slot: '17' })).toBe(25.3)
  snmp.set(`${ENTERPRISE}.9.3.0`, { kind: 'counter32', value: 5 })
  snmp.values.delete(`${ENTERPRISE}.9.2.1.3.4.17`)
  await poll(device)
  expect(collected.value('jobs_total')).toBe(2 ** 32 + 5)
  expect(collected.value('rack_celsius', { rack: '4' })).toBeNaN()
  expect(collected.value('absent_here')).toBeUndefined()
})

test.each([
  ['ok', 0],
  ['normal', 0],
  ['noFault', 0],
  ['notOK', 2],
  ['fanFailure', 2],
  ['nonCritical', 1],
  ['nonRecoverable', 2],
  ['degraded', 1],
  ['onBattery', 1],
  ['notPresent', undefined],
  ['unknown', undefined],
  ['notInstalled', undefined],
  ['purple', undefined],
])('the word %s of a state says %s', (word, status) => {
  expect(statusOfWord(word)).toBe(status)
})

test('limits that make no sense judge nothing', () => {
  expect(statusByLimits(5, { low: 10, high: 10 })).toBeUndefined()
  expect(statusByLimits(5, { low: 10, high: 20 })).toBe(1)
  expect(statusByLimits(5, {})).toBeUndefined()
})
