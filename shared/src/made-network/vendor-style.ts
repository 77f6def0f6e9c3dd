import type { LldpPortId } from './made-device.ts'

const G = 1_000_000_000

export type PortKind = 'port' | 'uplink'

/** How a vendor's devices call themselves and their ports. */
export type VendorStyle = {
  readonly vendor: string
  readonly model: string
  readonly software: string
  readonly sysDescr: string
  readonly sysObjectId: string
  /** Six hex digits. */
  readonly oui: string
  readonly serialPrefix: string
  readonly lldpPortId: LldpPortId
  readonly ports: number
  readonly uplinks: number
  readonly portBps: number
  readonly uplinkBps: number
  /** Name and description of the n-th port, counted from 1; its index. */
  port(kind: PortKind, n: number): readonly [name: string, descr: string, index: number]
  virtual(vlan: number): readonly [name: string, descr: string, index: number]
  bundle(n: number): readonly [name: string, descr: string, index: number]
}

type Named = readonly [name: string, descr: string, index: number]

const same = (name: string, index: number): Named => [name, name, index]
const linuxNames = {
  port: (_: PortKind, n: number): Named => same(`eth${n - 1}`, n + 1),
  virtual: (vlan: number): Named => same(`eth0.${vlan}`, 100 + vlan),
  bundle: (n: number): Named => same(`bond${n - 1}`, 50 + n),
}

function small(vendor: string, oui: string, given: Partial<VendorStyle>): VendorStyle {
  return {
    ...{ vendor, oui, model: 'standard', software: '1.0', sysDescr: `${vendor} device`, serialPrefix: 'SN' },
    ...{ sysObjectId: '1.3.6.1.4.1.8072.3.2.10', lldpPortId: 'mac' },
    ...{ ports: 2, uplinks: 0, portBps: G, uplinkBps: G, ...linuxNames, ...given },
  }
}

export const STYLES = {
  cisco: small('Cisco', '001b54', {
    model: 'WS-C2960X-48TS-L',
    software: '15.2(7)E4',
    sysDescr: 'Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E4, RELEASE SOFTWARE (fc2)',
    sysObjectId: '1.3.6.1.4.1.9.1.1208',
    serialPrefix: 'FOC',
    ...{ lldpPortId: 'name', ports: 48, uplinks: 4, portBps: G, uplinkBps: 10 * G },
    port: (kind, n) =>
      kind === 'port'
        ? [`Gi1/0/${n}`, `GigabitEthernet1/0/${n}`, 10_100 + n]
        : [`Te1/1/${n}`, `TenGigabitEthernet1/1/${n}`, 10_200 + n],
    virtual: (vlan) => [`Vl${vlan}`, `Vlan${vlan}`, vlan],
    bundle: (n) => [`Po${n}`, `Port-channel${n}`, 5_000 + n],
  }),
  juniper: small('Juniper', '3c8ab0', {
    model: 'EX4300-48T',
    software: '20.4R3.8',
    sysDescr: 'Juniper Networks, Inc. ex4300-48t Ethernet Switch, kernel JUNOS 20.4R3.8',
    sysObjectId: '1.3.6.1.4.1.2636.1.1.1.2.63',
    serialPrefix: 'PE37',
    ...{ lldpPortId: 'index', ports: 48, uplinks: 24, portBps: G, uplinkBps: 10 * G },
    port: (kind, n) => (kind === 'port' ? same(`ge-0/0/${n - 1}`, 510 + n) : same(`xe-0/2/${n - 1}`, 600 + n)),
    virtual: (vlan) => same(`irb.${vlan}`, 1_000 + vlan),
    bundle: (n) => same(`ae${n - 1}`, 700 + n),
  }),
  arista: small('Arista Networks', '001c73', {
    model: 'DCS-7050SX3-48YC8',
    software: '4.28.3M',
    sysDescr: 'Arista Networks EOS version 4.28.3M running on an Arista Networks DCS-7050SX3-48YC8',
    sysObjectId: '1.3.6.1.4.1.30065.1.3011.7050.3741.48.3328',
    serialPrefix: 'JPE',
    ...{ lldpPortId: 'name', ports: 256, uplinks: 64, portBps: 10 * G, uplinkBps: 100 * G },
    port: (kind, n) => same(`Ethernet${kind === 'port' ? n : 256 + n}`, kind === 'port' ? n : 256 + n),
    virtual: (vlan) => same(`Vlan${vlan}`, 2_000_000 + vlan),
    bundle: (n) => same(`Port-Channel${n}`, 1_000_000 + n),
  }),
  mikrotik: small('MikroTik', '4c5e0c', {
    model: 'CCR2004-16G-2S+',
    software: '7.11.2',
    sysDescr: 'RouterOS CCR2004-16G-2S+',
    sysObjectId: '1.3.6.1.4.1.14988.1',
    serialPrefix: 'HD',
    ...{ lldpPortId: 'name', ports: 96, uplinks: 8, portBps: G, uplinkBps: 10 * G },
    port: (kind, n) => (kind === 'port' ? same(`ether${n}`, n) : same(`sfp-sfpplus${n}`, 100 + n)),
    virtual: (vlan) => same(`vlan${vlan}`, 200 + vlan),
    bundle: (n) => same(`bonding${n}`, 150 + n),
  }),
  procurve: small('Hewlett-Packard', '9457a5', {
    model: 'J9728A 2920-48G',
    software: 'WB.16.10',
    sysDescr: 'HP J9728A 2920-48G Switch, revision WB.16.10.0012, ROM WB.16.03',
    sysObjectId: '1.3.6.1.4.1.11.2.3.7.11.153',
    serialPrefix: 'SG4',
    ...{ lldpPortId: 'index', ports: 44, uplinks: 4, portBps: G, uplinkBps: 10 * G },
    port: (kind, n) => (kind === 'port' ? same(`${n}`, n) : same(`A${n}`, 48 + n)),
    virtual: (vlan) => [`VLAN${vlan}`, `VLAN${vlan}`, 500 + vlan],
    bundle: (n) => same(`Trk${n}`, 290 + n),
  }),
  fortinet: small('Fortinet', '906cac', {
    model: 'FortiGate-100F',
    software: 'v7.2.5',
    sysDescr: 'FortiGate-100F v7.2.5',
    sysObjectId: '1.3.6.1.4.1.12356.101.1.1004',
    serialPrefix: 'FG100F',
    ...{ lldpPortId: 'name', ports: 20 },
    port: (_, n) => same(`port${n}`, n),
    virtual: (vlan) => same(`vlan${vlan}`, 100 + vlan),
  }),
  linux: small('net-snmp', 'f8bc12', {
    sysDescr: 'Linux server 6.1.0-18-amd64 #1 SMP Debian x86_64',
    serialPrefix: 'SRV',
  }),
  ubiquiti: small('Ubiquiti', '24a43c', {
    model: 'U6-Pro',
    sysDescr: 'U6-Pro 6.5.28',
    sysObjectId: '1.3.6.1.4.1.41112',
    serialPrefix: 'UB',
  }),
  apc: small('APC', '00c0b7', {
    model: 'Smart-UPS 3000',
    sysDescr: 'APC Web/SNMP Management Card (MB:v4.3.1 PF:v7.0.4)',
    sysObjectId: '1.3.6.1.4.1.318.1.3.27',
    portBps: G / 10,
  }),
  printer: small('HP', '3cd92b', {
    model: 'LaserJet M507',
    sysDescr: 'HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD153,EEPROM JSI24060001',
    sysObjectId: '1.3.6.1.4.1.11.2.3.9.1',
  }),
  camera: small('Axis', 'accc8e', {
    model: 'P3265-LVE',
    sysDescr: 'AXIS P3265-LVE Dome Camera; 10.12.153',
    sysObjectId: '1.3.6.1.4.1.368.1.1',
    portBps: G / 10,
  }),
  unmanaged: small('', '50c7bf', { ports: 16, sysDescr: '', sysObjectId: '' }),
} satisfies Record<string, VendorStyle>

export type StyleName = keyof typeof STYLES
