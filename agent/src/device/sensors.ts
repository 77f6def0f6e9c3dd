import type { SnmpDevice, SnmpOutcome } from '../snmp/snmp.ts'
import type { Turn } from './interfaces.ts'
import { rounded } from './poll-samples.ts'
import { numberOf, textOf } from './snmp-text.ts'

/** ENTITY-SENSOR-MIB (RFC 3433): entPhySensorType, Scale, Precision; polled: Value, OperStatus. */
const SENSOR = '1.3.6.1.2.1.99.1.1.1'
const DISCOVERED = [`${SENSOR}.1`, `${SENSOR}.2`, `${SENSOR}.3`]
const POLLED = [`${SENSOR}.4`, `${SENSOR}.5`]
/** ENTITY-MIB: entPhysicalDescr, entPhysicalName. */
const NAMES = ['1.3.6.1.2.1.47.1.1.1.1.2', '1.3.6.1.2.1.47.1.1.1.1.7']
const OPER_OK = 1
const MAX_SENSORS = 256
const SCALE_UNITS = 9

const METRICS: ReadonlyMap<number, string> = new Map([
  [3, 'sensor_voltage_volts'],
  [4, 'sensor_voltage_volts'],
  [5, 'sensor_current_amperes'],
  [6, 'sensor_power_watts'],
  [8, 'sensor_temperature_celsius'],
  [10, 'sensor_fan_rpm'],
])

type Sensor = { readonly id: number; readonly factor: number; isStale: boolean }

export class Sensors {
  #sensors = new Map<string, Sensor>()

  async discover(device: SnmpDevice, { series }: Pick<Turn, 'series'>): Promise<void> {
    const outcome = await device.walk(DISCOVERED, { maxRows: MAX_SENSORS })
    const rows = outcome.kind === 'ok' ? outcome.value.rows : []
    const names = await namesOf(
      device,
      rows.map((row) => row.index),
    )
    const taken = new Set<string>()
    this.#sensors = new Map()
    for (const { index, values } of rows) {
      const metric = METRICS.get(numberOf(values[0]) ?? 0)
      const scale = numberOf(values[1]) ?? SCALE_UNITS
      const precision = numberOf(values[2]) ?? 0
      if (metric === undefined || scale < 1 || scale > 17 || Math.abs(precision) > 9) continue
      const name = names.get(index) || `sensor ${index}`
      const sensor = taken.has(`${metric} ${name}`) ? `${name} #${index}` : name
      taken.add(`${metric} ${name}`)
      const factor = 10 ** ((scale - SCALE_UNITS) * 3 - precision)
      this.#sensors.set(index, { id: series.id(metric, { sensor }), factor, isStale: false })
    }
  }

  async poll(device: SnmpDevice, { samples }: Turn): Promise<SnmpOutcome<number>> {
    if (this.#sensors.size === 0) return { kind: 'ok', value: 0 }
    const outcome = await device.readColumns(POLLED, { indexes: [...this.#sensors.keys()] })
    if (outcome.kind !== 'ok') return outcome
    const [values, states] = outcome.value.columns
    for (const [row, index] of outcome.value.indexes.entries()) {
      const sensor = this.#sensors.get(index)
      if (sensor === undefined) continue
      const value = values?.numbers[row] ?? Number.NaN
      const isOk = states?.numbers[row] === OPER_OK && !Number.isNaN(value)
      if (isOk) samples.add(sensor.id, rounded(value * sensor.factor, 6))
      else if (!sensor.isStale) samples.stale(sensor.id)
      sensor.isStale = !isOk
    }
    return { kind: 'ok', value: 2 * this.#sensors.size }
  }
}

async function namesOf(device: SnmpDevice, indexes: readonly string[]): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  if (indexes.length === 0) return names
  const outcome = await device.get(indexes.flatMap((index) => NAMES.map((column) => `${column}.${index}`)))
  if (outcome.kind !== 'ok') return names
  for (const [at, index] of indexes.entries()) {
    const descr = textOf(outcome.value[2 * at]?.value, 100).trim()
    const name = textOf(outcome.value[2 * at + 1]?.value, 100).trim()
    names.set(index, name || descr)
  }
  return names
}
