import { type Labels, METRIC_NAME } from '@eyenet/shared/identity'
import { expect, test } from 'vitest'
import { deviceOf, portOf, START, siteWith } from './demo-site.testkit.ts'
import { madePast } from './made-past.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
/** What an agent makes of core-1: of its engine id and its name. */
const CORE_1 = 'db8cd146-f30e-52c7-afd1-964ef04923d4'

const past = madePast({ seed: 1, startedAt: START, days: 14, intervalMs: 10_000 })
const readingOf = (metric: string, labels: Labels) => {
  const found = past.readingOf({ [METRIC_NAME]: metric, site: 'local', device: CORE_1, ...labels })
  if (found === undefined) throw new Error(`${metric} has no past`)
  return found
}

test('a counter leads up to where the running site begins, at the rate that the site has at that hour', () => {
  const octets = readingOf('ifHCInOctets', { interface: 'Ethernet5' })
  const running = portOf(siteWith(), 'core-1', 'Ethernet5').received.octets
  expect(octets(START)).toBe(running(START))
  const before = octets(START) - octets(START - 10 * MINUTE)
  const after = running(START + 10 * MINUTE) - running(START)
  expect(before / after).toBeGreaterThan(0.7)
  expect(before / after).toBeLessThan(1.4)
  const readings = Array.from({ length: 200 }, (_, at) => octets(START - 2 * DAY + at * 10 * MINUTE))
  expect(readings.every((value, at) => at === 0 || value > (readings[at - 1] ?? 0))).toBe(true)
})

test('a time before the counter was 0 has no reading', () => {
  expect(
    madePast({ seed: 1, startedAt: START, days: 300, intervalMs: 10_000 }).readingOf({
      [METRIC_NAME]: 'ifHCInOctets',
      device: CORE_1,
      interface: 'Ethernet5',
    })?.(START - 299 * DAY),
  ).toBeNaN()
})

test('sensors and processors show what the site shows, and move', () => {
  const { model } = deviceOf(siteWith(), 'core-1')
  const fan = readingOf('sensor_fan_rpm', { sensor: 'Fan 1' })
  const spec = model.spec.sensors.find((sensor) => sensor.name === 'Fan 1')
  expect(fan(START)).toBe(Math.round(spec === undefined ? Number.NaN : model.sensor(spec, START)))
  const loads = Array.from({ length: 48 }, (_, at) =>
    readingOf('device_cpu_ratio', { cpu: '0' })(START - at * 30 * MINUTE),
  )
  expect(new Set(loads).size).toBeGreaterThan(5)
  expect(Math.max(...loads)).toBeLessThanOrEqual(1)
})

test('what the simulator does not know has no past', () => {
  const of = (labels: Labels) => past.readingOf({ [METRIC_NAME]: 'ifHCInOctets', ...labels })
  expect(of({ device: CORE_1, interface: 'Ethernet99' })).toBeUndefined()
  expect(of({ device: 'b071d9c8-3323-599f-98f9-cd59eef0cf00', interface: 'Ethernet5' })).toBeUndefined()
  expect(past.readingOf({ [METRIC_NAME]: 'snmp_poll_varbinds', device: CORE_1 })).toBeUndefined()
})
