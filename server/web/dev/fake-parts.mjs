// What a survey finds on the made-up devices beside their sensors: parts, neighbours, addresses, choices and MIB files, in
// the API's shapes. Development only.
import { SENSORS } from './fake-sensors.mjs'
import { chance } from './fake-site.mjs'

const GIB = 2 ** 30

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
