import type { DeviceRole } from '../roles/roles.ts'

/** ethernetCsmacd, softwareLoopback, propVirtual, ieee80211, l3ipvlan, ieee8023adLag (IANAifType). */
export type MadePortType = 6 | 24 | 53 | 71 | 136 | 161

/** One interface of a made device. */
export type MadePort = {
  /** By what the network calls it for ever: the stable name that an agent gave it first. */
  readonly name: string
  readonly ifName: string
  readonly ifDescr: string
  readonly ifAlias: string
  readonly ifIndex: number
  readonly ifType: MadePortType
  /** Lower-case hex with colons; empty where it has none. */
  readonly mac: string
  readonly speedBps: number
  readonly adminUp: boolean
  /** The VLAN of an access port; absent on a trunk. */
  readonly vlan?: number
  /** The VLAN whose gateway or management address it is. */
  readonly virtualOf?: number
  /** Of a virtual interface that rides on one port: that port. */
  readonly over?: string
  /** The bundle that it runs in. */
  readonly bundle?: string
  readonly ip?: string
  readonly prefixLength?: number
}

/** What a vendor writes as the port's identifier in LLDP. */
export type LldpPortId = 'name' | 'index' | 'mac'

/** One device, managed (asked by SNMP) or not. */
export type MadeDevice = {
  readonly name: string
  readonly sysName: string
  readonly chassisMac: string
  readonly address: string
  readonly vendor: string
  readonly model: string
  readonly software: string
  readonly serial: string
  readonly sysDescr: string
  readonly sysObjectId: string
  readonly sysServices: number
  readonly role: DeviceRole
  /** Rack, room or cabinet; its power is one. */
  readonly place: string
  readonly site: string
  readonly managed: boolean
  /** Whether it passes frames between its ports. */
  readonly bridges: boolean
  readonly routes: boolean
  /** Whether it speaks LLDP; of an unmanaged switch: whether it passes it on. */
  readonly lldp: boolean
  readonly lldpPortId: LldpPortId
  /** Bridge priority, where it takes part in the spanning tree. */
  readonly priority?: number
  readonly ports: readonly MadePort[]
}

export type MadeEnd = { readonly device: string; readonly port: string }

/** A cable or radio link between two devices. Cables of one bundle are listed each. */
export type MadeCable = {
  readonly id: string
  readonly a: MadeEnd
  readonly b: MadeEnd
  readonly kind: 'ethernet' | 'wireless' | 'wan'
  /** Routing protocols that run over it. */
  readonly routing?: 'ospf' | 'bgp'
}

/** A station that nobody asks: a PC, a phone, a wireless client, a virtual machine. */
export type MadeHost = {
  readonly name: string
  readonly mac: string
  readonly ip: string
  readonly device: string
  readonly port: string
  readonly vlan: number
}

export const MADE_KINDS = ['tree', 'ring', 'leaf-spine', 'lag', 'unmanaged', 'wireless', 'wan', 'mixed'] as const
export type MadeKind = (typeof MADE_KINDS)[number]

export const MADE_LLDP = ['everywhere', 'some', 'none'] as const

export type MadePlan = {
  readonly kind: MadeKind
  /** Managed devices, 1 to 5,000. */
  readonly devices: number
  /** Another seed gives other names, places, addresses and gaps in the tables. */
  readonly seed: number
  readonly lldp: (typeof MADE_LLDP)[number]
  /** Stations at most; absent: two for each device. Fewer where the ports run out. */
  readonly hosts?: number
  /** So many of the devices are virtual machines on one hypervisor, whose base address they share; none in a leaf-spine. */
  readonly virtualMachines?: number
}

/** A network and the state that it is in. Every change makes a new one. */
export type MadeNetwork = {
  readonly plan: MadePlan
  readonly devices: readonly MadeDevice[]
  readonly cables: readonly MadeCable[]
  readonly hosts: readonly MadeHost[]
  readonly sites: readonly string[]
  /** Devices on which an agent may stand, at most one at each site and at least one. */
  readonly agents: readonly string[]
  readonly vlans: readonly { readonly id: number; readonly name: string }[]
  /** Devices without power. */
  readonly off: ReadonlySet<string>
  /** Cables that are cut, by id. */
  readonly cut: ReadonlySet<string>
}
