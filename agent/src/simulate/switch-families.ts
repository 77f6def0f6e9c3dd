import {
  type About,
  CAPABILITY,
  commonOf,
  fan,
  GIB,
  GIGABIT,
  interfacesOf,
  MIB,
  type PortPlan,
  portRun,
  temperature,
} from './family.ts'
import { seedOf, unitNoise } from './noise.ts'
import type { DeviceSpec } from './site-spec.ts'

const LAYERS_2_AND_3 = 6

export function aristaCore(about: About): DeviceSpec {
  const oui = '001c73'
  const software = '4.28.3M'
  return {
    ...commonOf(about, { oui, serialPrefix: 'JPE' }),
    sysDescr: `Arista Networks EOS version ${software} running on an Arista Networks DCS-7050SX3-48YC8`,
    sysObjectId: '1.3.6.1.4.1.30065.1.3011.7050.3741.48.3328',
    sysServices: 14,
    vendor: 'Arista Networks',
    enterprise: 30_065,
    model: 'DCS-7050SX3-48YC8',
    software,
    lldp: { capabilities: CAPABILITY.bridge | CAPABILITY.router },
    interfaces: interfacesOf(about, oui, [
      ...portRun({ from: 1, count: 12 }, (number) => ({
        name: `Ethernet${number}`,
        speedBps: number === 3 ? 100 * GIGABIT : 10 * GIGABIT,
        mtu: 9_214,
        plugged: number <= 8,
        ...(number === 12 ? { admin: 'down' as const } : {}),
      })),
      { name: 'Loopback0', speedBps: 0, type: 24, index: 5_000_000 },
      { name: 'Management1', speedBps: GIGABIT, index: 999_001_000, peakIn: 0.002, peakOut: 0.002 },
    ]),
    sensors: [
      temperature('Cpu temp sensor', 52),
      temperature('Front-panel temp sensor', 29),
      fan('Fan 1', 9_600),
      fan('Fan 2', 9_700),
      { name: 'PowerSupply1 output', kind: 'watts', middle: 126, spread: 14 },
    ],
    host: {
      processors: 4,
      processorName: 'AMD GX-420CA SOC',
      load: { middle: 14, spread: 12 },
      volumes: [
        { name: 'RAM', type: 'ram', unitBytes: 1_024, sizeBytes: 8 * GIB, used: 0.48, spread: 0.05 },
        { name: '/mnt/flash', type: 'disk', unitBytes: 4_096, sizeBytes: 4 * GIB, used: 0.61, spread: 0.01 },
      ],
      ucd: false,
    },
  }
}

export function juniperDistribution(about: About): DeviceSpec {
  const oui = '88e0f3'
  const software = '20.4R3.8'
  return {
    ...commonOf(about, { oui, serialPrefix: 'PD' }),
    sysDescr: `Juniper Networks, Inc. ex4300-24t Ethernet Switch, kernel JUNOS ${software}, Build date: 2021-12-09 12:03:18 UTC`,
    sysObjectId: '1.3.6.1.4.1.2636.1.1.1.2.63',
    sysServices: LAYERS_2_AND_3,
    vendor: 'Juniper Networks',
    enterprise: 2_636,
    model: 'EX4300-24T',
    software,
    lldp: { capabilities: CAPABILITY.bridge | CAPABILITY.router },
    interfaces: interfacesOf(about, oui, [
      ...portRun({ from: 0, count: 12 }, (number) => ({
        name: `ge-0/0/${number}`,
        speedBps: GIGABIT,
        index: 517 + number,
        plugged: number < 6,
      })),
      ...portRun({ from: 0, count: 2 }, (number) => ({
        name: `xe-0/2/${number}`,
        speedBps: 10 * GIGABIT,
        index: 601 + number,
      })),
      { name: 'vme', speedBps: GIGABIT, index: 700, peakIn: 0.001, peakOut: 0.001 },
    ]),
    sensors: [temperature('FPC 0 CPU', 46), temperature('FPC 0 Sensor near fan', 31), fan('Fan Tray 0 Fan 0', 6_200)],
    host: {
      processors: 2,
      processorName: 'Routing Engine CPU',
      load: { middle: 22, spread: 16 },
      volumes: [
        { name: 'Physical memory', type: 'ram', unitBytes: 4_096, sizeBytes: 3 * GIB, used: 0.52, spread: 0.04 },
        { name: '/dev/da0s1a: /', type: 'disk', unitBytes: 2_048, sizeBytes: 360 * MIB, used: 0.55, spread: 0 },
      ],
      ucd: false,
    },
  }
}

export function ciscoAccess(about: About): DeviceSpec {
  const oui = '001b54'
  const software = '17.6.4'
  return {
    ...commonOf(about, { oui, serialPrefix: 'FCW' }),
    sysDescr:
      `Cisco IOS Software [Bengaluru], Catalyst L3 Switch Software (CAT9K_IOSXE), Version ${software}, ` +
      'RELEASE SOFTWARE (fc1)\r\nTechnical Support: http://www.cisco.com/techsupport',
    sysObjectId: '1.3.6.1.4.1.9.1.2494',
    sysServices: LAYERS_2_AND_3,
    vendor: 'Cisco Systems, Inc.',
    enterprise: 9,
    model: 'C9300-24P',
    software,
    lldp: { capabilities: CAPABILITY.bridge | CAPABILITY.router },
    interfaces: interfacesOf(about, oui, [
      ...portRun({ from: 1, count: 24 }, (number) => desk(about, number)),
      ...portRun({ from: 1, count: 2 }, (number) => ({
        name: `Gi1/1/${number}`,
        descr: `GigabitEthernet1/1/${number}`,
        speedBps: GIGABIT,
        index: 35 + number,
        plugged: number === 1,
        peakIn: 0.62,
        peakOut: 0.3,
      })),
      { name: 'Vl1', descr: 'Vlan1', speedBps: GIGABIT, type: 53, index: 45, peakIn: 0.001, peakOut: 0.001 },
    ]),
    sensors: [
      temperature('Inlet Temp Sensor', 27),
      temperature('Outlet Temp Sensor', 35),
      temperature('HotSpot Temp Sensor', 48),
      fan('Switch 1 - FAN 1', 5_400),
    ],
    health: { kind: 'cisco', load: { middle: 12, spread: 10 } },
  }
}

/** A port in an office: some used by day, some unused, one switched off, one with a bad cable. */
function desk(about: About, number: number): PortPlan {
  const seed = seedOf(about.number, `desk ${number}`)
  return {
    name: `Gi1/0/${number}`,
    descr: `GigabitEthernet1/0/${number}`,
    index: 8 + number,
    alias: number <= 2 ? '' : `desk ${about.number}.${number}`,
    speedBps: GIGABIT,
    plugged: number <= 8 || unitNoise(seed, 1) < 0.55,
    admin: number === 24 ? 'down' : 'up',
    peakIn: 0.01 + 0.08 * unitNoise(seed, 2),
    peakOut: 0.02 + 0.2 * unitNoise(seed, 3),
    errorsPerSecond: number === 6 ? 0.0004 : 0,
  }
}
