import type { MadeNetwork } from '@eyenet/shared/made-network'
import type { FaultScript } from './fault-script.ts'

/** IANAifType: ethernetCsmacd, softwareLoopback, propVirtual, ieee80211, l3ipvlan, ieee8023adLag. */
export type InterfaceType = 6 | 24 | 53 | 71 | 136 | 161

export type InterfaceSpec = {
  readonly index: number
  readonly name: string
  readonly descr: string
  readonly alias: string
  readonly type: InterfaceType
  readonly mtu: number
  readonly speedBps: number
  /** 12 hex digits, or empty where there is none. */
  readonly mac: string
  readonly admin: 'up' | 'down'
  /** A port that is enabled with nothing plugged in. */
  readonly plugged: boolean
  /** Share of the speed reached at the busiest moment, towards the device and away from it. */
  readonly peakIn: number
  readonly peakOut: number
  /** Errors per second that are always there, as on a bad cable. */
  readonly errorsPerSecond: number
}

export type SensorKind = 'celsius' | 'rpm' | 'volts' | 'watts'

export type SensorSpec = {
  readonly name: string
  readonly kind: SensorKind
  readonly middle: number
  readonly spread: number
}

export type VolumeSpec = {
  readonly name: string
  readonly type: 'ram' | 'virtual' | 'disk'
  readonly unitBytes: number
  readonly sizeBytes: number
  /** Share used, in the middle, and how far it swings. */
  readonly used: number
  readonly spread: number
}

/** What HOST-RESOURCES-MIB and, on net-snmp's hosts, UCD-SNMP-MIB say. */
export type HostSpec = {
  readonly processors: number
  readonly processorName: string
  /** Percent busy. */
  readonly load: { readonly middle: number; readonly spread: number }
  readonly volumes: readonly VolumeSpec[]
  readonly ucd: boolean
}

/** Vendor objects for processor and memory, where there is no HOST-RESOURCES-MIB. */
export type VendorHealth = 'cisco' | 'fortinet'

export type DeviceSpec = {
  /** How the site calls it: core-1. */
  readonly name: string
  /** What it calls itself: core-1.example.net. */
  readonly sysName: string
  readonly address: string
  readonly sysDescr: string
  readonly sysObjectId: string
  readonly sysServices: number
  readonly location: string
  readonly contact: string
  readonly vendor: string
  readonly enterprise: number
  readonly model: string
  readonly serial: string
  readonly software: string
  readonly mac: string
  readonly uptimeDays: number
  /** Largest answer in bytes, as the device's own limit. */
  readonly maxMessageBytes: number
  /** LLDP-MIB, and the capability bits it announces (one octet: other repeater bridge wlan router phone docsis station). */
  readonly lldp?: { readonly capabilities: number }
  readonly interfaces: readonly InterfaceSpec[]
  readonly sensors: readonly SensorSpec[]
  readonly host?: HostSpec
  readonly health?: { readonly kind: VendorHealth; readonly load: { readonly middle: number; readonly spread: number } }
  readonly ups?: { readonly ratedWatts: number }
  readonly transferSwitch?: { readonly ratedDeciamperes: number }
  readonly printer?: { readonly pagesPerHour: number }
}

export type PortRef = { readonly device: string; readonly interface: string }

/** A cable. What `a` sends, `b` receives; the traffic is that of `a`'s interface. */
export type LinkSpec = { readonly a: PortRef; readonly b: PortRef }

export type SiteSpec = {
  readonly seed: number
  /** When the script of faults begins, milliseconds since 1970. Devices started days before. */
  readonly startedAt: number
  readonly community: string
  readonly devices: readonly DeviceSpec[]
  readonly links: readonly LinkSpec[]
  readonly faults: FaultScript
  /** Who is cabled to whom, with stations, VLANs and unmanaged switches; absent: just the devices and their links. */
  readonly network?: MadeNetwork
}
