// What a survey finds on the made-up devices: sensors, parts, neighbours, addresses, choices and MIB files, in the API's
// shapes. Development only.
import { chance } from './fake-site.mjs'

const GIB = 2 ** 30

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

const pool = (name, used, total) => ({
  pool: name,
  usedBytes: Math.round(used * total),
  totalBytes: total,
  usedRatio: used,
  evidence: 'HOST-RESOURCES-MIB',
})
const NOTHING = { processors: [], memory: [], storage: [], parts: [], supplies: [], truncated: false }
const NO_NETWORK = { neighbors: [], addresses: [], vlans: [], bgpPeers: [], ospfNeighbors: [], truncated: false }

function chassisParts() {
  const parts = [
    {
      index: 1,
      class: 'chassis',
      name: 'Switch 1',
      descr: 'Catalyst 9500-40X',
      model: 'C9500-40X',
      serial: 'FCW2239A0QK',
      version: '17.9.4a',
    },
    { index: 2, class: 'powerSupply', name: 'PSU 1', model: 'PWR-C4-950WAC-R', serial: 'ART2233FB9X', containedIn: 1 },
    { index: 3, class: 'powerSupply', name: 'PSU 2', model: 'PWR-C4-950WAC-R', serial: 'ART2233FBA1', containedIn: 1 },
    ...[1, 2, 3, 4].map((n) => ({
      index: 3 + n,
      class: 'fan',
      name: `Fan Tray ${n}`,
      model: 'FAN-T4-R',
      containedIn: 1,
    })),
    {
      index: 10,
      class: 'module',
      name: 'Supervisor 1',
      descr: 'Supervisor <engine>',
      model: 'C9500-SUP',
      serial: 'FOC22391ABC',
      version: '17.9.4a',
      containedIn: 1,
    },
    {
      index: 11,
      class: 'module',
      name: 'Network module 1',
      descr: '8 x 10GE',
      model: 'C9500-NM-8X',
      serial: 'FOC22390XYZ',
      version: 'V02',
      containedIn: 1,
    },
  ]
  for (let n = 1; n <= 34; n += 1)
    parts.push({
      index: 100 + n,
      class: 'port',
      name: `Te1/1/${n}`,
      descr: 'Ten Gigabit Ethernet',
      containedIn: n <= 26 ? 10 : 11,
    })
  for (let n = 1; n <= 17; n += 1)
    parts.push({
      index: 200 + n,
      class: 'module',
      name: `Te1/1/${n * 2} transceiver`,
      model: 'SFP-10G-LR',
      serial: `AVD2240${1000 + n}`,
      version: 'V03',
      containedIn: 100 + n * 2,
    })
  return parts
}

const HARDWARE = {
  'core-1': {
    ...NOTHING,
    processors: [0, 1, 2, 3].map((n) => ({
      cpu: String(n),
      ratio: [0.31, 0.12, 0.94, 0.08][n],
      evidence: 'profile cisco-ios',
    })),
    memory: [pool('Processor', 0.61, 7.6 * GIB), pool('lsmpi_io', 0.99, 6.3e6)],
    storage: [pool('flash:', 0.43, 11 * GIB), pool('crashinfo:', 0.02, 1.6 * GIB), pool('usb0:', 0.93, 15 * GIB)],
    parts: chassisParts(),
  },
  'prn-2': {
    ...NOTHING,
    memory: [pool('RAM', 0.38, 0.5 * GIB)],
    supplies: [
      { supply: 'Black cartridge 147X', kind: 'toner', remainingRatio: 0.07 },
      { supply: 'Maintenance kit', kind: 'other', remainingRatio: 0.82 },
      { supply: 'Tray 2', kind: 'paper', remainingRatio: 0 },
      { supply: 'Tray 3', kind: 'paper' },
    ],
    parts: [{ index: 1, class: 'chassis', name: 'HP LaserJet M611', model: 'M611', serial: 'PHBBJ12345' }],
  },
  'srv-db-1': {
    ...NOTHING,
    processors: Array.from({ length: 32 }, (_, n) => ({
      cpu: String(n),
      ratio: chance(`cpu${n}`) * 0.8,
      evidence: 'HOST-RESOURCES-MIB',
    })),
    memory: [pool('Physical memory', 0.72, 128 * GIB), pool('Swap space', 0, 8 * GIB)],
    storage: [
      pool('/', 0.41, 100 * GIB),
      pool('/var', 0.86, 400 * GIB),
      pool('/var/lib/postgresql', 0.974, 3600 * GIB),
      { pool: '/mnt/tape', evidence: 'HOST-RESOURCES-MIB' },
    ],
  },
}

const NETWORK = {
  'core-1': {
    ...NO_NETWORK,
    neighbors: [
      {
        protocol: 'lldp',
        localPort: 'GigabitEthernet1/0/1',
        localIfIndex: 1,
        remoteSysName: 'dist-1.example.net',
        remotePort: 'Ethernet1',
        remotePortDescr: 'uplink core-1',
        remoteAddress: '192.0.2.12',
      },
      {
        protocol: 'lldp',
        localPort: 'GigabitEthernet1/0/2',
        localIfIndex: 2,
        remoteSysName: 'dist-2',
        remotePort: 'Ethernet1',
        remoteChassisId: '00:1c:73:aa:bb:cc',
      },
      {
        protocol: 'cdp',
        localPort: 'GigabitEthernet1/0/3',
        localIfIndex: 3,
        remoteSysName: 'core-2',
        remotePort: 'GigabitEthernet1/0/3',
      },
      {
        protocol: 'cdp',
        localIfIndex: 7,
        remoteSysName: '<img src=x onerror=alert(1)>',
        remotePort: 'Port 1',
        remoteAddress: '192.0.2.199',
      },
      ...Array.from({ length: 12 }, (_, n) => ({
        protocol: 'lldp',
        localPort: `GigabitEthernet1/0/${n + 10}`,
        localIfIndex: n + 10,
        remoteSysName: `phone-${1000 + n}`,
        remotePort: 'Port 1',
        remoteChassisId: `00:04:f2:00:00:${(16 + n).toString(16)}`,
      })),
    ],
    addresses: [
      { ip: '192.0.2.10', prefixLength: 24, ifIndex: 1 },
      { ip: '198.51.100.1', prefixLength: 31, ifIndex: 2 },
      { ip: '2001:db8:0:1::10', prefixLength: 64, ifIndex: 1 },
      { ip: 'fe80::21c:73ff:fe00:1', ifIndex: 99 },
    ],
    vlans: [1, 10, 20, 30, 110, 120, 999].map((id) => ({
      id,
      name: { 1: 'default', 10: 'servers', 20: 'desks', 30: 'phones', 110: 'cameras', 120: 'guests', 999: 'parking' }[
        id
      ],
    })),
    bgpPeers: [
      { peer: '198.51.100.0', remoteAs: 64496, state: 'established' },
      { peer: '2001:db8:ffff::1', remoteAs: 4_200_000_001, state: 'active' },
      { peer: '203.0.113.9', remoteAs: 64511, state: 'idle' },
    ],
    ospfNeighbors: [
      { neighbor: '198.51.100.7', routerId: '192.0.2.13', state: 'full' },
      { neighbor: '198.51.100.9', routerId: '192.0.2.14', state: 'exStart' },
    ],
  },
  'ups-1': { ...NO_NETWORK, addresses: [{ ip: '192.0.2.19', prefixLength: 24, ifIndex: 1 }] },
}
HARDWARE['odd-1'] = NOTHING

const SENSORS = {
  'core-1': chassisSensors,
  'ups-1': upsSensors,
  'odd-1': oddSensors,
  'dense-1': denseSensors,
  'prn-2': () => [
    temperature('Fuser', 61, { high: undefined, low: undefined, status: 'unknown' }),
    state('Printer', 3, { word: 'idle', states: { 3: 'idle', 4: 'printing', 5: 'warmup' }, status: 'ok' }),
  ],
}

export const familyOf = (one) =>
  one.name === 'odd-1' ? '1.3.6.1.4.1.64999.3' : `${one.vendor} ${one.os}`.trim() || one.name

/** Sensors as the server would answer: a choice shows at once, the device itself follows with the next survey. */
export function sensorsOf(site, one) {
  const family = familyOf(one)
  const items = (SENSORS[one.name]?.() ?? []).map((each) => {
    const choice = site.choices.find((c) => c.family === family && c.object === each.object)
    return choice === undefined ? each : { ...each, chosen: choice.enabled }
  })
  return { family, items, truncated: one.name === 'dense-1' }
}

export const hardwareOf = (one) => HARDWARE[one.name] ?? NOTHING
export const networkOf = (one) => NETWORK[one.name] ?? NO_NETWORK

export const makeChoices = (now) => [
  {
    family: 'Cisco ios-xe',
    object: '1.3.6.1.4.1.9.9.91.1.1.1.1.4',
    enabled: true,
    by: 'mira',
    at: now - 7_200_000,
    devices: 2,
  },
  { family: 'APC aos', object: '1.3.6.1.4.1.318.1.1.1.7.2.3', enabled: false, by: 'oncall', at: now - 9e8, devices: 1 },
]

export const makeMibs = (now) => [
  {
    name: 'CLIMATE-MIB.txt',
    bytes: 48_211,
    by: 'mira',
    at: now - 86_400_000,
    agents: [
      { agent: 'berlin', ok: true, modules: ['CLIMATE-MIB', 'CLIMATE-TC'], objects: 214, problems: [] },
      {
        agent: 'warehouse',
        ok: true,
        modules: ['CLIMATE-MIB', 'CLIMATE-TC'],
        objects: 214,
        problems: ['line 812: IMPORTS names CLIMATE-REG, which is not there; its objects were left out'],
      },
    ],
  },
  {
    name: 'broken.mib',
    bytes: 1_204,
    by: 'oncall',
    at: now - 3_600_000,
    agents: [
      {
        agent: 'berlin',
        ok: false,
        modules: [],
        objects: 0,
        problems: ['line 3: expected "::= BEGIN", found "<html>": this looks like a web page, not a MIB'],
      },
    ],
  },
]
