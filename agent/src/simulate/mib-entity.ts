import type { DeviceModel } from './device-model.ts'
import { behindRows, type Column, integer, objectId, rowsOf, scalar, table, text, timeTicks } from './mib-view.ts'
import { oidOf } from './oid.ts'
import type { SensorKind } from './site-spec.ts'

const ENTRY = '1.3.6.1.2.1.47.1.1.1.1'
const LAST_CHANGE = '1.3.6.1.2.1.47.1.4.1'
const SENSOR_ENTRY = '1.3.6.1.2.1.99.1.1.1'
const FIRST_SENSOR = 1001
const CHASSIS = 3
const SENSOR = 8
const UNITS = 9

/** EntitySensorDataType, digits after the point, and how units are called (RFC 3433). */
const SENSOR_FORM = {
  celsius: { type: 8, precision: 1, display: 'degrees Celsius' },
  rpm: { type: 10, precision: 0, display: 'RPM' },
  volts: { type: 4, precision: 2, display: 'V' },
  watts: { type: 6, precision: 1, display: 'W' },
} as const satisfies Record<SensorKind, { type: number; precision: number; display: string }>

/** entPhysicalTable (RFC 6933) with the chassis and its sensors, and entPhySensorTable (RFC 3433). */
export function entityColumns(model: DeviceModel): Column[] {
  const { spec } = model
  const sensorIndexes = spec.sensors.map((_, at) => [FIRST_SENSOR + at])
  const sensorAt = behindRows(spec.sensors)
  const form = (row: number) => SENSOR_FORM[sensorAt(row).kind]
  return [
    ...physicalColumns(model, rowsOf([[1], ...sensorIndexes])),
    scalar(
      LAST_CHANGE,
      timeTicks(() => 100),
    ),
    ...table(SENSOR_ENTRY, rowsOf(sensorIndexes), {
      1: integer((row) => form(row).type),
      2: integer(() => UNITS),
      3: integer((row) => form(row).precision),
      4: integer((row, now) => Math.round(model.sensor(sensorAt(row), now) * 10 ** form(row).precision)),
      5: integer(() => 1),
      6: text((row) => form(row).display),
      7: timeTicks((_, now) => model.upTicks(now)),
    }),
  ]
}

function physicalColumns(model: DeviceModel, rows: ReturnType<typeof rowsOf>): Column[] {
  const { spec } = model
  const sensor = (row: number) => spec.sensors[row - 1]
  const ofChassis = (value: string) => text((row) => (row === 0 ? value : ''))
  return table(ENTRY, rows, {
    2: text((row) => sensor(row)?.name ?? `${spec.vendor} ${spec.model}`),
    3: objectId((row) => oidOf(row === 0 ? spec.sysObjectId : '0.0')),
    4: integer((row) => (row === 0 ? 0 : 1)),
    5: integer((row) => (row === 0 ? CHASSIS : SENSOR)),
    6: integer((row) => (row === 0 ? -1 : row)),
    7: text((row) => sensor(row)?.name ?? 'Chassis'),
    8: ofChassis('V02'),
    9: ofChassis(''),
    10: ofChassis(spec.software),
    11: ofChassis(spec.serial),
    12: ofChassis(spec.vendor),
    13: ofChassis(spec.model),
    14: ofChassis(''),
    15: ofChassis(''),
    16: integer((row) => (row === 0 ? 1 : 2)),
  })
}
