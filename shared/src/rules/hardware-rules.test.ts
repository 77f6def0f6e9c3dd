import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { epochMs, METRIC_NAME, seriesKey } from '../identity/identity.ts'
import { MemoryReader, type TestValue } from '../promql/memory-reader.testkit.ts'
import { askOf } from './ask.testkit.ts'
import { type AlertMachine, describeAlert, INACTIVE, nextAlertState, observeAlerts, parseRules } from './rules.ts'

const text = readFileSync(new URL('../../../server/rules/eyenet.yaml', import.meta.url), 'utf8')
const parsed = parseRules({ file: 'eyenet.yaml', text })
const rules = parsed.kind === 'ok' ? parsed.groups.flatMap((group) => group.rules) : []
const MINUTE = 60_000

type Open = { readonly series: Readonly<Record<string, string>>; readonly state: AlertMachine; readonly value: number }

/** What fires of a rule after each step, as `sensor`, or the device where there is none. */
async function firing(name: string, reader: MemoryReader, [steps, stepMinutes]: readonly [number, number]) {
  const rule = rules.find((one) => one.name === name)
  if (rule?.kind !== 'alert') throw new Error(`no rule ${name}`)
  let open: Open[] = []
  const fires: string[][] = []
  for (let i = 0; i < steps; i += 1) {
    const now = epochMs(i * stepMinutes * MINUTE)
    const before = new Map(open.map((one) => [seriesKey(one.series), one]))
    open = (await observeAlerts({ rule, now, ask: askOf(reader, now), open })).flatMap(
      ({ key, series, observation }) => {
        const known = before.get(key)
        const state = nextAlertState(rule, known?.state ?? INACTIVE, { observation, now })
        const value = observation.kind === 'holds' ? observation.value : (known?.value ?? 0)
        return state.kind === 'inactive' || state.kind === 'resolved' ? [] : [{ series, state, value }]
      },
    )
    const firingNow = open.filter(({ state }) => state.kind === 'firing')
    fires.push(
      firingNow.map(({ series }) => series.sensor ?? series.supply ?? series.storage ?? series.device ?? '').sort(),
    )
  }
  const told = open.map(({ series, value }) => describeAlert(rule, { labels: series, value }))
  return { fires, last: fires.at(-1) ?? [], told }
}

const series = (name: string, labels: Record<string, string> = {}) => ({
  [METRIC_NAME]: name,
  ...{ site: 's', device: 'd' },
  ...labels,
})
const status = (sensor: string, kind: string) => series('sensor_status', { sensor, kind })
const constant = (value: TestValue, minutes: number): TestValue[] => Array(minutes).fill(value)

test('a fan that fails is one alert with words, and ends when it is fine', async () => {
  const reader = new MemoryReader()
    .add(status('fan 1', 'state'), [...constant(0, 5), ...constant(2, 30), 0, 0])
    .add(status('fan 2', 'state'), constant(0, 37))
  const { fires, told } = await firing('SensorBad', reader, [35, 1])
  expect(fires.findIndex((one) => one.length > 0)).toBe(7)
  expect(fires.at(-1)).toEqual(['fan 1'])
  expect(told[0]).toMatchObject({
    labels: { severity: 'warning' },
    annotations: { summary: 'fan 1 of d is bad (state)', next: expect.stringContaining('sensors of the device') },
  })
  expect((await firing('SensorBad', reader, [37, 1])).last).toEqual([])
})

test('a part that is bad from the first day on is told, a temperature as critical', async () => {
  const reader = new MemoryReader()
    .add(status('psu 2', 'state'), constant(2, 10))
    .add(status('inlet', 'temperature'), constant(2, 10))
  const { last, told } = await firing('SensorBad', reader, [10, 1])
  expect(last).toEqual(['inlet', 'psu 2'])
  expect(told.map(({ labels }) => labels.severity).sort()).toEqual(['critical', 'warning'])
})

test('48 unused optics raise nothing; one of two that are used and goes dark is told', async () => {
  const minutes = 30
  const reader = new MemoryReader()
  for (let port = 0; port < 48; port += 1) {
    for (const kind of ['dbm', 'state']) reader.add(status(`port ${port}`, kind), constant(2, minutes))
  }
  reader.add(status('port 48', 'dbm'), [...constant(0, 20), ...constant(2, minutes - 20)])
  reader.add(status('port 49', 'dbm'), constant(0, minutes))
  const { fires } = await firing('SensorBad', reader, [minutes, 1])
  expect(fires[21]).toEqual([])
  expect(new Set(fires.slice(22).flat())).toEqual(new Set(['port 48']))
  expect(fires.at(-1)).toEqual(['port 48'])
  expect((await firing('SensorsBad', reader, [minutes, 1])).fires.flat()).toEqual([])
})

test('an optic that is dark goes on firing beyond the day that is looked back', async () => {
  const polls = 26 * 12
  const reader = new MemoryReader()
  reader.add(status('port 1', 'dbm'), [...constant(0, 6), ...constant(2, polls - 6)], { stepMs: 5 * MINUTE })
  const { fires } = await firing('SensorBad', reader, [polls, 5])
  expect(new Set(fires.slice(7).map(String))).toEqual(new Set(['port 1']))
})

test('twenty optics that go dark together are one alert, and stay one', async () => {
  const minutes = 40
  const reader = new MemoryReader()
  for (let port = 0; port < 20; port += 1) {
    reader.add(status(`port ${port}`, 'dbm'), [...constant(0, 20), ...constant(2, minutes - 20)])
  }
  expect((await firing('SensorBad', reader, [minutes, 1])).fires.flat()).toEqual([])
  const many = await firing('SensorsBad', reader, [minutes, 1])
  expect(many.fires[22]).toEqual(['d'])
  expect(many.last).toEqual(['d'])
  expect(many.told[0]?.annotations.summary).toBe('20 sensors of d are bad (dbm)')
})

test('a sensor of a device that stops answering is neither fine nor bad again', async () => {
  const reader = new MemoryReader().add(status('fan', 'state'), [0, 0, 2, 2, 2, 2, 'stale', ...constant(undefined, 20)])
  const { fires } = await firing('SensorBad', reader, [26, 1])
  expect([fires[5], fires.at(-1)]).toEqual([['fan'], []])
  expect((await firing('SensorBad', reader, [26, 1])).told).toHaveLength(1)
})

test('a device in warm air is one alert, however many temperatures it reads', async () => {
  const reader = new MemoryReader()
  for (const sensor of ['a', 'b', 'c']) reader.add(status(sensor, 'temperature'), [0, ...constant(1, 20)])
  const { fires, told } = await firing('TemperatureOverLimit', reader, [21, 1])
  expect(fires.findIndex((one) => one.length > 0)).toBe(11)
  expect(fires.at(-1)).toEqual(['d'])
  expect(told[0]?.annotations.summary).toBe('d has 3 temperatures outside of its limits')
})

test('where a device has limits of its own, they say what is hot', async () => {
  const reader = new MemoryReader()
  for (const sensor of ['asic', 'other']) {
    reader.add(series('sensor_temperature_celsius', { sensor }), constant(80, 10))
  }
  reader.add(status('asic', 'temperature'), constant(0, 10))
  expect((await firing('TemperatureHigh', reader, [10, 1])).last).toEqual(['other'])
})

test('memory and storage whose size is not told are watched by their share', async () => {
  const reader = new MemoryReader()
    .add(series('device_memory_used_ratio'), constant(0.97, 20))
    .add(series('device_storage_used_ratio', { storage: '/' }), constant(0.9, 60))
    .add(
      series('device_storage_used_ratio', { storage: '/var' }),
      Array.from({ length: 60 }, (_, i) => 0.75 + i * 0.001),
    )
  expect((await firing('MemoryFull', reader, [20, 1])).last).toEqual(['d'])
  expect((await firing('DiskFillsWithinADay', reader, [60, 1])).last).toEqual(['/var'])
})

test('a battery that falls is told, one that is charged is not, and one beside a bad state is', async () => {
  const charge = (sensor: string) => series('sensor_charge_ratio', { sensor })
  const reader = new MemoryReader()
    .add(
      charge('falls'),
      Array.from({ length: 20 }, (_, i) => 0.35 - i * 0.01),
    )
    .add(
      charge('rises'),
      Array.from({ length: 20 }, (_, i) => 0.05 + i * 0.01),
    )
  const { fires, last } = await firing('BatteryLow', reader, [20, 1])
  expect(fires[5]).toEqual([])
  expect(last).toEqual(['falls'])
  const stands = new MemoryReader().add(charge('stands'), constant(0.2, 5))
  expect((await firing('BatteryLow', stands, [5, 1])).last).toEqual([])
  stands.add(status('output', 'state'), constant(2, 5))
  expect((await firing('BatteryLow', stands, [5, 1])).last).toEqual(['stands'])
})

test('toner that runs out is news, not a warning; what a printer cannot tell is nothing', async () => {
  const supply = (name: string) => series('supply_remaining_ratio', { supply: name })
  const reader = new MemoryReader()
    .add(supply('black'), constant(0.05, 40))
    .add(supply('cyan'), constant(0.5, 40))
    .add(supply('unknown'), constant(-0.02, 40))
  const { last, told } = await firing('SupplyLow', reader, [40, 1])
  expect(last).toEqual(['black'])
  expect(told[0]?.labels.severity).toBe('info')
})
