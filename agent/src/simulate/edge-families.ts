import {
  type About,
  CAPABILITY,
  commonOf,
  fan,
  GIB,
  GIGABIT,
  interfacesOf,
  MEGABIT,
  MIB,
  portRun,
  temperature,
} from './family.ts'
import type { DeviceSpec } from './site-spec.ts'

const HOST_SERVICES = 72

export function mikrotikRouter(about: About): DeviceSpec {
  const oui = 'b869f4'
  const software = '7.11.2'
  return {
    ...commonOf(about, { oui, serialPrefix: 'HCW0' }),
    sysDescr: 'RouterOS CCR2004-16G-2S+',
    sysObjectId: '1.3.6.1.4.1.14988.1',
    sysServices: 78,
    vendor: 'MikroTik',
    enterprise: 14_988,
    model: 'CCR2004-16G-2S+',
    software,
    lldp: { capabilities: CAPABILITY.bridge | CAPABILITY.router },
    interfaces: interfacesOf(about, oui, [
      { name: 'ether1', alias: 'internet, transit AS64500', speedBps: GIGABIT, peakIn: 0.68, peakOut: 0.22 },
      ...portRun({ from: 2, count: 7 }, (number) => ({
        name: `ether${number}`,
        speedBps: GIGABIT,
        plugged: number === 2,
      })),
      { name: 'sfp-sfpplus1', speedBps: 10 * GIGABIT },
      { name: 'sfp-sfpplus2', speedBps: 10 * GIGABIT, admin: 'down', plugged: false },
      { name: 'bridge', speedBps: GIGABIT, type: 53, peakIn: 0.001, peakOut: 0.001 },
    ]),
    sensors: [temperature('cpu-temperature', 51), temperature('board-temperature', 37), fan('fan1-speed', 4_200)],
    host: {
      processors: 4,
      processorName: 'ARM64 Cortex-A57',
      load: { middle: 24, spread: 20 },
      volumes: [
        { name: 'main memory', type: 'ram', unitBytes: 1_024, sizeBytes: 4 * GIB, used: 0.19, spread: 0.03 },
        { name: 'system disk', type: 'disk', unitBytes: 1_024, sizeBytes: 128 * MIB, used: 0.37, spread: 0 },
      ],
      ucd: false,
    },
  }
}

export function fortinetFirewall(about: About): DeviceSpec {
  const oui = '00090f'
  const software = 'v7.2.5,build1517'
  return {
    ...commonOf(about, { oui, serialPrefix: 'FG100FTK' }),
    sysDescr: `FortiGate-100F ${software}`,
    sysObjectId: '1.3.6.1.4.1.12356.101.1.1007',
    sysServices: 78,
    vendor: 'Fortinet',
    enterprise: 12_356,
    model: 'FGT_100F',
    software,
    lldp: { capabilities: CAPABILITY.router },
    interfaces: interfacesOf(about, oui, [
      { name: 'port1', alias: 'outside', speedBps: GIGABIT },
      { name: 'port2', alias: 'inside', speedBps: GIGABIT },
      ...portRun({ from: 3, count: 6 }, (number) => ({
        name: `port${number}`,
        speedBps: GIGABIT,
        plugged: number === 3,
      })),
      { name: 'mgmt', speedBps: GIGABIT, peakIn: 0.001, peakOut: 0.001 },
    ]),
    sensors: [
      temperature('CPU ON-DIE', 54),
      temperature('MB', 36),
      { name: 'DTS 12V', kind: 'volts', middle: 12.1, spread: 0.1 },
    ],
    health: { kind: 'fortinet', load: { middle: 20, spread: 18 } },
  }
}

export function ubiquitiAccessPoint(about: About): DeviceSpec {
  const oui = '788a20'
  const software = '6.5.54.14698'
  return {
    ...commonOf(about, { oui, serialPrefix: oui.toUpperCase() }),
    maxMessageBytes: 1_472,
    sysDescr: `UAP-AC-Pro-Gen2 ${software}`,
    sysObjectId: '1.3.6.1.4.1.41112.1.6',
    sysServices: HOST_SERVICES,
    vendor: 'Ubiquiti',
    enterprise: 41_112,
    model: 'UAP-AC-Pro-Gen2',
    software,
    lldp: { capabilities: CAPABILITY.bridge | CAPABILITY.accessPoint },
    interfaces: interfacesOf(about, oui, [
      { name: 'lo', speedBps: 10 * MEGABIT, type: 24, peakIn: 0.0001, peakOut: 0.0001 },
      { name: 'eth0', speedBps: GIGABIT, peakIn: 0.2, peakOut: 0.06 },
      { name: 'wifi0', speedBps: 300 * MEGABIT, type: 71, alias: '2.4 GHz', peakIn: 0.08, peakOut: 0.3 },
      { name: 'wifi1', speedBps: 866 * MEGABIT, type: 71, alias: '5 GHz', peakIn: 0.1, peakOut: 0.4 },
    ]),
    host: {
      processors: 1,
      processorName: 'MIPS 74Kc V5.0',
      load: { middle: 18, spread: 22 },
      volumes: [
        { name: 'Physical memory', type: 'ram', unitBytes: 1_024, sizeBytes: 128 * MIB, used: 0.56, spread: 0.06 },
      ],
      ucd: true,
    },
  }
}

export function apcUps(about: About): DeviceSpec {
  const oui = '00c0b7'
  const software = 'UPS 15.5 (ID18)'
  return {
    ...commonOf(about, { oui, serialPrefix: 'AS' }),
    maxMessageBytes: 1_472,
    sysDescr:
      'APC Web/SNMP Management Card (MB:v4.3.3 PF:v2.5.0.8 PN:apc_hw21_aos_2.5.0.8.bin AF1:v2.5.0.6 MN:AP9641 HR:05)',
    sysObjectId: '1.3.6.1.4.1.318.1.3.27',
    sysServices: HOST_SERVICES,
    vendor: 'American Power Conversion',
    enterprise: 318,
    model: 'Smart-UPS X 3000',
    software,
    interfaces: interfacesOf(about, oui, [{ name: 'eth0', speedBps: 100 * MEGABIT, peakIn: 0.0004, peakOut: 0.0004 }]),
    ups: { ratedWatts: 2_700 },
  }
}

export function hpPrinter(about: About): DeviceSpec {
  const oui = '3c52a1'
  return {
    ...commonOf(about, { oui, serialPrefix: 'CNB' }),
    maxMessageBytes: 1_472,
    sysDescr: 'HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD153,EEPROM JSI24110018,CIDATE 03/02/2022',
    sysObjectId: '1.3.6.1.4.1.11.2.3.9.1',
    sysServices: HOST_SERVICES,
    vendor: 'HP',
    enterprise: 11,
    model: 'HP Color LaserJet MFP M480',
    software: '2411154_062317',
    interfaces: interfacesOf(about, oui, [
      { name: 'eth0', descr: 'HP ETHERNET MULTI-ENVIRONMENT', speedBps: GIGABIT, peakIn: 0.01, peakOut: 0.001 },
    ]),
    printer: { pagesPerHour: 70 },
  }
}

export function linuxServer(about: About): DeviceSpec {
  const oui = 'a0369f'
  const software = '6.1.0-13-amd64'
  return {
    ...commonOf(about, { oui, serialPrefix: 'CZJ' }),
    sysDescr: `Linux ${about.name} ${software} #1 SMP PREEMPT_DYNAMIC Debian 6.1.55-1 (2023-09-29) x86_64`,
    sysObjectId: '1.3.6.1.4.1.8072.3.2.10',
    sysServices: HOST_SERVICES,
    vendor: 'HPE',
    enterprise: 8_072,
    model: 'ProLiant DL360 Gen10',
    software,
    lldp: { capabilities: CAPABILITY.station },
    interfaces: interfacesOf(about, oui, [
      { name: 'lo', speedBps: 10 * MEGABIT, type: 24, peakIn: 0.01, peakOut: 0.01 },
      { name: 'eth0', speedBps: 10 * GIGABIT },
      { name: 'eth1', speedBps: 10 * GIGABIT },
    ]),
    sensors: [
      temperature('Inlet', 24),
      temperature('CPU 1', 48),
      fan('Fan 1', 7_800),
      { name: 'Power', kind: 'watts', middle: 214, spread: 60 },
    ],
    host: {
      processors: 8,
      processorName: 'GenuineIntel: Intel(R) Xeon(R) Silver 4210R CPU @ 2.40GHz',
      load: { middle: 31, spread: 34 },
      volumes: [
        { name: 'Physical memory', type: 'ram', unitBytes: 1_024, sizeBytes: 64 * GIB, used: 0.58, spread: 0.12 },
        { name: 'Swap space', type: 'virtual', unitBytes: 1_024, sizeBytes: 8 * GIB, used: 0.03, spread: 0.01 },
        { name: '/', type: 'disk', unitBytes: 4_096, sizeBytes: 60 * GIB, used: 0.42, spread: 0.002 },
        { name: '/srv', type: 'disk', unitBytes: 4_096, sizeBytes: 1_800 * GIB, used: 0.67, spread: 0.004 },
      ],
      ucd: true,
    },
  }
}
