import { expect, test } from 'vitest'
import { factsOf, fakeReader, nothingKnown, object, tableOf } from './fake-reader.testkit.ts'
import { sensorsByFacts } from './read-by-facts.ts'

const ROW = '1.3.6.1.4.1.64500.1.1'
const NAME = object(`${ROW}.2`, 'exSensorName', { base: 'S' })

async function read(values: Readonly<Record<string, number | string>>, ...objects: ReturnType<typeof object>[]) {
  const source = sensorsByFacts(factsOf(64500, [tableOf(ROW, [NAME, ...objects])]))
  return source(fakeReader(values), nothingKnown)
}

test('a unit that the MIB states gives kind, scale and evidence, and the row its name', async () => {
  const found = await read(
    { [`${ROW}.2.1`]: 'Inlet', [`${ROW}.3.1`]: 231 },
    object(`${ROW}.3`, 'exSensorTemperature', { units: 'tenths of degrees Celsius' }),
  )
  expect(found.sensors).toMatchObject([
    { kind: 'temperature', name: 'Inlet', value: 23.1, unit: '°C', oid: `${ROW}.3.1`, evidence: 'unit stated by MIB' },
  ])
})

test('a name alone lets the values say the scale', async () => {
  const found = await read({ [`${ROW}.3.1`]: 412, [`${ROW}.3.2`]: 398 }, object(`${ROW}.3`, 'exBoardTemperature'))
  expect(found.sensors?.map(({ value, evidence }) => [value, evidence])).toEqual([
    [41.2, 'guessed from name'],
    [39.8, 'guessed from name'],
  ])
})

test('a threshold, a setting and a count are no readings', async () => {
  const values = { [`${ROW}.3.1`]: 60, [`${ROW}.4.1`]: 60, [`${ROW}.5.1`]: 60 }
  const found = await read(
    values,
    object(`${ROW}.3`, 'exTemperatureThreshold'),
    object(`${ROW}.4`, 'exTemperatureSetPoint', { units: 'degrees Celsius' }),
    object(`${ROW}.5`, 'exTemperatureSensorCount'),
  )
  expect(found.sensors).toEqual([])
})

test('each row is what its type column says, in the scale and precision of the row', async () => {
  const found = await read(
    {
      [`${ROW}.3.1`]: 8,
      [`${ROW}.4.1`]: 9,
      [`${ROW}.5.1`]: 1,
      [`${ROW}.6.1`]: 355,
      [`${ROW}.3.2`]: 4,
      [`${ROW}.4.2`]: 8,
      [`${ROW}.5.2`]: 0,
      [`${ROW}.6.2`]: 3300,
    },
    object(`${ROW}.3`, 'exSensorType', {
      labels: [
        [4, 'voltsDC'],
        [8, 'celsius'],
      ],
    }),
    object(`${ROW}.4`, 'exSensorScale', {
      labels: [
        [8, 'milli'],
        [9, 'units'],
        [10, 'kilo'],
      ],
    }),
    object(`${ROW}.5`, 'exSensorPrecision'),
    object(`${ROW}.6`, 'exSensorValue'),
  )
  expect(found.sensors?.map(({ kind, value }) => [kind, value])).toEqual([
    ['temperature', 35.5],
    ['voltage', 3.3],
  ])
})

test('labels good and bad make a state; its words are kept', async () => {
  const found = await read(
    { [`${ROW}.3.1`]: 2 },
    object(`${ROW}.3`, 'exFanStatus', {
      labels: [
        [1, 'ok'],
        [2, 'failed'],
      ],
    }),
  )
  expect(found.sensors).toMatchObject([{ kind: 'state', value: 2, states: { 1: 'ok', 2: 'failed' } }])
})

test('an empty cage is left out, and a number that means nothing is never shown', async () => {
  const found = await read(
    { [`${ROW}.3.1`]: 0, [`${ROW}.4.1`]: -1, [`${ROW}.3.2`]: 3300, [`${ROW}.4.2`]: 2147483647 },
    object(`${ROW}.3`, 'exSfpVoltage', { units: 'millivolts' }),
    object(`${ROW}.4`, 'exSfpTemperature', { units: 'degrees Celsius' }),
  )
  expect(found.sensors?.map(({ oid, value }) => [oid, value])).toEqual([[`${ROW}.3.2`, 3.3]])
})

test('what is doubtful is suggested, not enabled', async () => {
  const found = await read(
    { [`${ROW}.3.1`]: 230, [`${ROW}.4.1`]: 91 },
    object(`${ROW}.3`, 'exOutletVoltage', { units: 'Volts' }),
    object(`${ROW}.4`, 'exOutletEnergy', { units: 'kWh' }),
  )
  expect(found.sensors?.map(({ kind }) => kind)).toEqual(['voltage'])
  expect(found.suggestions?.map(({ kind }) => kind)).toEqual(['power_consumed'])
})

test('tables without a sensor are not read', async () => {
  const reader = fakeReader({ [`${ROW}.3.1`]: 5, '1.3.6.1.4.1.64500.9.1.1.1': 7 })
  const routes = tableOf('1.3.6.1.4.1.64500.9.1', [object('1.3.6.1.4.1.64500.9.1.1', 'exRouteMetric')])
  const source = sensorsByFacts(
    factsOf(64500, [tableOf(ROW, [object(`${ROW}.3`, 'exFanSpeed', { units: 'rpm' })]), routes]),
  )
  await source(reader, nothingKnown)
  expect(reader.asked).toEqual([`${ROW}.3`])
})

test('limits that stand beside a reading come with it, in its scale', async () => {
  const found = await read(
    { [`${ROW}.3.1`]: 412, [`${ROW}.4.1`]: 750, [`${ROW}.5.1`]: 700, [`${ROW}.6.1`]: -50 },
    object(`${ROW}.3`, 'exTemperature', { units: '0.1 degrees Celsius' }),
    object(`${ROW}.4`, 'exTemperatureHighCritical', { units: '0.1 degrees Celsius' }),
    object(`${ROW}.5`, 'exTemperatureHighWarning', { units: '0.1 degrees Celsius' }),
    object(`${ROW}.6`, 'exTemperatureLowAlarm', { units: '0.1 degrees Celsius' }),
  )
  expect(found.sensors).toMatchObject([{ value: 41.2, low: -5, high: 75 }])
})

test('a sensor that its row calls unavailable is left out', async () => {
  const found = await read(
    {
      [`${ROW}.3.1`]: 8,
      [`${ROW}.4.1`]: 35,
      [`${ROW}.5.1`]: 2,
      [`${ROW}.3.2`]: 8,
      [`${ROW}.4.2`]: 36,
      [`${ROW}.5.2`]: 1,
    },
    object(`${ROW}.3`, 'exSensorType', {
      labels: [
        [4, 'voltsDC'],
        [8, 'celsius'],
      ],
    }),
    object(`${ROW}.4`, 'exSensorValue'),
    object(`${ROW}.5`, 'exSensorOperStatus', {
      labels: [
        [1, 'ok'],
        [2, 'unavailable'],
        [3, 'nonoperational'],
      ],
    }),
  )
  expect(found.sensors?.filter(({ kind }) => kind === 'temperature').map(({ value }) => value)).toEqual([36])
})

test('of a hundred outlets those with nothing plugged in are suggestions', async () => {
  const values: Record<string, number> = {}
  for (let outlet = 1; outlet <= 100; outlet++) {
    values[`${ROW}.3.${outlet}`] = 230
    values[`${ROW}.4.${outlet}`] = outlet <= 3 ? 2 : 0
  }
  const volts = object(`${ROW}.3`, 'exOutletVoltage', { units: 'Volts' })
  const found = await read(values, volts, object(`${ROW}.4`, 'exOutletCurrent', { units: 'Amperes' }))
  expect(found.sensors).toHaveLength(6)
  expect(found.suggestions).toHaveLength(194)
})

test('a text in scientific notation is the number that it writes', async () => {
  const values = { [`${ROW}.3.1`]: '-1.0172E+01', [`${ROW}.3.2`]: '-2.9580E+01' }
  const found = await read(values, object(`${ROW}.3`, 'exOpticalPowerReceived', { base: 'S', units: 'dBm' }))
  expect(found.sensors?.map(({ value }) => value)).toEqual([-10.172, -29.58])
})

test('a status whose convention no MIB explains is a state all the same', async () => {
  const found = await read({ [`${ROW}.3.1`]: 3 }, object(`${ROW}.3`, 'exPowerSupplyStatus', { base: '?' }))
  expect(found.sensors?.map(({ kind, value }) => [kind, value])).toEqual([['state', 3]])
})

test('how many a device serves is counted, a number of a thing is not', async () => {
  const oid = (arc: number): string => `1.3.6.1.4.1.64500.2.${arc}`
  const scalar = (arc: number, name: string) => object(oid(arc), name, { kind: 'scalar' })
  const objects = [scalar(1, 'exActiveVpnTunnels'), scalar(2, 'exRadioChannelCode'), scalar(3, 'exMaxUsersAllowed')]
  const source = sensorsByFacts(factsOf(64500, [{ oid: '1.3.6.1.4.1.64500.2', kind: 'scalars', index: [], objects }]))
  const found = await source(fakeReader({ [`${oid(1)}.0`]: 7, [`${oid(2)}.0`]: 7, [`${oid(3)}.0`]: 7 }), nothingKnown)
  expect(found.sensors?.map(({ kind, name }) => [kind, name])).toEqual([['count', 'Active vpn tunnels']])
})
