// Sensors of the made-up devices in the API's shapes. Development only.
import { chance } from './fake-site.mjs'

/** name, kind, metric, unit, value, more */
const sensor = ([name, kind, metric, unit, value], more = {}) => ({
  sensor: name,
  metric,
  kind,
  oid: `1.3.6.1.2.1.99.1.1.1.4.${1000 + Math.floor(chance(name) * 9000)}`,
  object: '1.3.6.1.2.1.99.1.1.1.4',
  evidence: 'type column',
  enabled: true,
  unit,
  status: more.low !== undefined || more.high !== undefined ? 'ok' : 'unknown',
  value,
  reading: value,
  at: Date.now() - 12_000,
  ...more,
})

const temperature = (name, value, more = {}) =>
  sensor([name, 'temperature', 'sensor_temperature_celsius', 'celsius', value], { low: -5, high: 70, ...more })
const WORDS = { 1: 'normal', 2: 'warning', 3: 'critical', 4: 'shutdown', 5: 'notPresent', 6: 'notFunctioning' }
const state = (name, value, more = {}) =>
  sensor([name, 'state', 'sensor_state', 'state', value], {
    object: '1.3.6.1.4.1.9.9.13.1.3.1.6',
    evidence: 'textual convention CiscoEnvMonState',
    states: WORDS,
    word: WORDS[value],
    status: value === 1 ? 'ok' : value === 2 ? 'warning' : value === 5 ? 'unknown' : 'bad',
    ...more,
  })

function optics(port, at) {
  const dead = at === 5
  return [
    sensor([`${port} Receive Power`, 'dbm', 'sensor_power_dbm', 'dbm', dead ? -31.6 : -2.1 - chance(port) * 5], {
      low: -14.4,
      high: 2.5,
      status: dead ? 'bad' : 'ok',
      evidence: 'unit stated by MIB',
    }),
    sensor([`${port} Transmit Power`, 'dbm', 'sensor_power_dbm', 'dbm', -1.4 - chance(`${port}t`)], {
      low: -8.2,
      high: 1.5,
      evidence: 'unit stated by MIB',
    }),
    sensor([`${port} Bias Current`, 'current', 'sensor_current_amperes', 'amperes', 0.0062 + chance(port) / 400], {
      low: 0.002,
      high: 0.012,
      evidence: 'unit stated by MIB',
    }),
    temperature(`${port} Module Temperature`, 28 + chance(`${port}m`) * 9, { status: 'ok' }),
    sensor([`${port} Supply Voltage`, 'voltage', 'sensor_voltage_volts', 'volts', 3.27 + chance(port) / 20], {
      low: 3,
      high: 3.6,
      evidence: 'unit stated by MIB',
    }),
  ]
}

function chassisSensors() {
  const ports = Array.from({ length: 34 }, (_, at) => `Te1/1/${at + 1}`)
  return [
    temperature('Switch 1 Inlet', 26.4),
    temperature('Switch 1 Outlet', 71.8, { status: 'warning' }),
    temperature('Switch 1 Hotspot', 55.2, { high: 110 }),
    ...[1, 2, 3, 4].map((n) =>
      sensor([`Fan tray ${n}`, 'fanspeed', 'sensor_fan_rpm', 'rpm', n === 3 ? 0 : 9200 + n * 40], {
        low: 2000,
        status: n === 3 ? 'bad' : 'ok',
        evidence: 'unit stated by MIB',
      }),
    ),
    ...[1, 2].flatMap((n) => [
      sensor([`PSU ${n} input`, 'voltage', 'sensor_voltage_volts', 'volts', 229.6 + n], {
        low: 207,
        high: 253,
        evidence: 'profile cisco-ios',
      }),
      sensor([`PSU ${n} output`, 'power', 'sensor_power_watts', 'watts', n === 1 ? 412 : 396], {
        evidence: 'profile cisco-ios',
      }),
    ]),
    sensor(['Energy', 'power_consumed', 'sensor_energy_joules', 'joules', 3.6e6 * 8412], {
      evidence: 'unit stated by MIB',
    }),
    ...[1, 2].map((n) => state(`Power Supply ${n}`, n === 2 ? 2 : 1)),
    ...[1, 2, 3, 4].map((n) => state(`Fan Tray ${n}`, n === 3 ? 6 : 1)),
    state('Slot 3', 5),
    ...ports.flatMap(optics),
    ...suggestions(),
  ]
}

function suggestions() {
  const offered = (name, part) =>
    sensor(name, { enabled: false, reading: undefined, at: undefined, status: 'unknown', ...part })
  return [
    ...Array.from({ length: 12 }, (_, at) =>
      offered([`Stack port ${at + 1}`, 'count', 'sensor_count', 'count', Math.floor(chance(`s${at}`) * 400)], {
        object: '1.3.6.1.4.1.9.9.500.1.2.2.1.4',
        evidence: 'guessed from name',
      }),
    ),
    offered(['cpmCPUTotal5minRev', 'percent', 'sensor_ratio', 'ratio', 0.17], {
      object: '1.3.6.1.4.1.9.9.109.1.1.1.1.8',
      evidence: 'guessed from name',
    }),
    offered(
      ['ciscoEnvMonTemperatureThreshold <i>limit</i>', 'temperature', 'sensor_temperature_celsius', 'celsius', 75],
      {
        object: '1.3.6.1.4.1.9.9.13.1.3.1.4',
        evidence: 'unit stated by MIB',
      },
    ),
  ]
}

function upsSensors() {
  const of = (name, more) => sensor(name, { evidence: 'standard UPS-MIB', object: '1.3.6.1.2.1.33.1.2', ...more })
  return [
    of(['Battery temperature', 'temperature', 'sensor_temperature_celsius', 'celsius', 44.6], {
      high: 40,
      status: 'warning',
    }),
    of(['Battery charge', 'charge', 'sensor_charge_ratio', 'ratio', 0.97], { low: 0.2, status: 'ok' }),
    of(['Runtime', 'runtime', 'sensor_runtime_seconds', 'seconds', 2640], { low: 300, status: 'ok' }),
    of(['Battery voltage', 'voltage', 'sensor_voltage_volts', 'volts', 54.6], {}),
    of(['Input voltage', 'voltage', 'sensor_voltage_volts', 'volts', 231.2], { low: 207, high: 253, status: 'ok' }),
    of(['Input frequency', 'frequency', 'sensor_frequency_hertz', 'hertz', 49.98], {}),
    of(['Output load', 'load', 'sensor_load_ratio', 'ratio', 0.43], { high: 0.9, status: 'ok' }),
    of(['Output power', 'power', 'sensor_power_watts', 'watts', 1162], {}),
    of(['Power factor', 'power_factor', 'sensor_power_factor', 'none', 0.94], {}),
    state('Output source', 1, {
      states: { 1: 'normal', 2: 'bypass', 3: 'battery' },
      word: 'normal',
      evidence: 'standard UPS-MIB',
    }),
    of(['Room humidity', 'humidity', 'sensor_humidity_ratio', 'ratio', 0.46], { at: Date.now() - 47 * 60_000 }),
    sensor(['upsAdvTestLastDiagnosticsDate', 'count', 'sensor_count', 'count', 12], {
      enabled: false,
      reading: undefined,
      evidence: 'guessed from name',
      object: '1.3.6.1.4.1.318.1.1.1.7.2.4',
    }),
  ]
}

function oddSensors() {
  return ['supplyAir', 'returnAir', 'humidityRoom', 'compressorHours', 'waterPressure', 'filterState'].flatMap(
    (name, at) =>
      Array.from({ length: at < 2 ? 4 : 1 }, (_, n) =>
        sensor(
          [
            at < 2 ? `${name} ${n + 1}` : name,
            ['temperature', 'temperature', 'humidity', 'runtime', 'pressure', 'state'][at],
            [
              'sensor_temperature_celsius',
              'sensor_temperature_celsius',
              'sensor_humidity_ratio',
              'sensor_runtime_seconds',
              'sensor_pressure_pascals',
              'sensor_state',
            ][at],
            ['celsius', 'celsius', 'ratio', 'seconds', 'pascals', 'state'][at],
            [18.2 + n, 24.9 + n, 0.43, 6.1e6, 214_000, 2][at],
          ],
          {
            enabled: false,
            reading: undefined,
            at: undefined,
            evidence: at === 5 ? 'enum labels' : 'guessed from name',
            object: `1.3.6.1.4.1.64999.3.${at + 1}.1.4`,
            ...(at === 5 ? { states: { 1: 'clean', 2: 'dirty' } } : {}),
          },
        ),
      ),
  )
}

function denseSensors() {
  return Array.from({ length: 1000 }, (_, at) => {
    const hot = at === 412
    return temperature(
      `Rack ${String(1 + Math.floor(at / 20)).padStart(2, '0')} probe ${1 + (at % 20)}`,
      hot ? 41.3 : 19 + chance(`d${at}`) * 12,
      {
        high: 35,
        low: 10,
        status: hot ? 'bad' : 'ok',
        evidence: 'unit stated by MIB',
      },
    )
  })
}

export const SENSORS = {
  'core-1': chassisSensors,
  'ups-1': upsSensors,
  'odd-1': oddSensors,
  'dense-1': denseSensors,
  'prn-2': () => [
    temperature('Fuser', 61, { high: undefined, low: undefined, status: 'unknown' }),
    state('Printer', 3, { word: 'idle', states: { 3: 'idle', 4: 'printing', 5: 'warmup' }, status: 'ok' }),
  ],
}
