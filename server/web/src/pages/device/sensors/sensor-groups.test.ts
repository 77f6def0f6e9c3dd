import { SensorResource } from '@eyenet/shared/api'
import { expect, test } from 'vitest'
import { groupSensors, kindsOf, movedSince, suggestionsOf, wrongKeys } from './sensor-groups.ts'
import { isStale, limitsText, pendingChoice, readingText, sensorMark } from './sensor-words.ts'

const sensor = (name: string, more: Partial<Record<keyof SensorResource, unknown>> = {}): SensorResource =>
  SensorResource.parse({
    sensor: name,
    metric: 'sensor_temperature_celsius',
    kind: 'temperature',
    oid: '1.3.6.1.4.1.64999.1.1',
    object: '1.3.6.1.4.1.64999.1',
    evidence: 'unit stated by MIB',
    enabled: true,
    unit: 'celsius',
    status: 'ok',
    reading: 20,
    ...more,
  })

const told = (all: readonly SensorResource[], places = wrongKeys(all)): string[] =>
  groupSensors(all, places).map((row) => (row.kind === 'heading' ? `# ${row.group}` : row.one.sensor))

test('what is wrong comes first, bad before warning, then kind by kind in the order that people count', () => {
  const all = [
    sensor('Probe 10'),
    sensor('Probe 2'),
    sensor('Inlet', { status: 'warning' }),
    sensor('Fan 3', { kind: 'fanspeed', metric: 'sensor_fan_rpm', status: 'bad' }),
    sensor('Probe 1'),
    ...[1, 2, 4].map((n) => sensor(`Fan ${n}`, { kind: 'fanspeed', metric: 'sensor_fan_rpm' })),
  ]
  expect(told(all).join(' ')).toBe(
    '# wrong Fan 3 Inlet # temperature Probe 1 Probe 2 Probe 10 # fanspeed Fan 1 Fan 2 Fan 4',
  )
})

test('kinds with one or two sensors share a heading, by kind', () => {
  const all = [
    sensor('Load', { kind: 'load', metric: 'sensor_load_ratio' }),
    sensor('Input', { kind: 'voltage', metric: 'sensor_voltage_volts' }),
    sensor('Battery', { kind: 'voltage', metric: 'sensor_voltage_volts' }),
    ...[1, 2, 3].map((n) => sensor(`Probe ${n}`)),
  ]
  expect(told(all).join(' ')).toBe('# temperature Probe 1 Probe 2 Probe 3 # others Battery Input Load')
})

test('a sensor that turns bad keeps its place while the list is read, and is counted', () => {
  const before = [sensor('A'), sensor('B')]
  const places = wrongKeys(before)
  const after = [sensor('A'), sensor('B', { status: 'bad' })]
  expect(told(after, places)).toEqual(['# temperature', 'A', 'B'])
  expect(movedSince(after, places)).toBe(1)
  expect(movedSince(after, wrongKeys(after))).toBe(0)
})

test('suggestions are one for each object that a choice is about', () => {
  const all = [
    sensor('Outlet 1', { enabled: false, object: '1.2' }),
    sensor('Outlet 2', { enabled: false, object: '1.2' }),
    sensor('Load', { enabled: false, object: '1.3' }),
    sensor('Read already'),
  ]
  expect(suggestionsOf(all).map((one) => [one.object, one.all.length])).toEqual([
    ['1.2', 2],
    ['1.3', 1],
  ])
})

test('kinds are counted, also one that this page does not know', () => {
  const all = [sensor('A'), sensor('B'), sensor('C', { kind: 'radon_level' })]
  expect(kindsOf(all)).toEqual([
    ['temperature', 'Temperature', 2],
    ['radon_level', 'Radon level', 1],
  ])
})

test('a reading is told by its word, else with its unit, else as not measured', () => {
  expect(readingText(sensor('A', { kind: 'state', unit: 'state', reading: 2, states: { 2: 'onBattery' } }))).toBe(
    'onBattery',
  )
  expect(readingText(sensor('A', { reading: 41.3 }))).toBe('41.3\u00a0°C')
  expect(readingText(sensor('A', { reading: undefined, value: 7 }))).toBe('not measured')
  expect(readingText(sensor('A', { enabled: false, reading: undefined, value: 7 }))).toBe('7\u00a0°C')
  expect(readingText(sensor('A', { metric: 'sensor_airflow_cfm', unit: 'none', reading: 65 }))).toBe('65\u00a0ft³/min')
})

test('limits and what they say of a reading', () => {
  expect(limitsText(sensor('A', { low: -5, high: 70 }))).toBe('−5 to 70\u00a0°C')
  expect(limitsText(sensor('A', { unit: 'amperes', low: 0.05, high: 2 }))).toBe('50\u00a0mA to 2\u00a0A')
  expect(limitsText(sensor('A', { high: 40 }))).toBe('up to 40\u00a0°C')
  expect(limitsText(sensor('A'))).toBe('')
  expect(sensorMark(sensor('A', { status: 'bad', high: 35, reading: 41 })).word).toBe('above its limit')
  expect(sensorMark(sensor('A', { status: 'unknown' })).kind).toBe('info')
})

test('a choice is pending until the agent follows it', () => {
  expect(pendingChoice(sensor('A', { enabled: false, chosen: true }))).toBe('starts')
  expect(pendingChoice(sensor('A', { enabled: true, chosen: false }))).toBe('stops')
  expect(pendingChoice(sensor('A', { enabled: true, chosen: true }))).toBeUndefined()
  expect(pendingChoice(sensor('A'))).toBeUndefined()
})

test('a reading is old after several missed polls', () => {
  expect(isStale(0, 4 * 60_000)).toBe(false)
  expect(isStale(0, 6 * 60_000)).toBe(true)
  expect(isStale(0, 6 * 60_000, 300)).toBe(false)
  expect(isStale(undefined, 6 * 60_000)).toBe(false)
})
