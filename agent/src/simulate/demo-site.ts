import { DEMO_FAULTS } from './demo-faults.ts'
import { demoNetwork } from './demo-network.ts'
import * as edge from './edge-families.ts'
import type { About } from './family.ts'
import type { FaultScript } from './fault-script.ts'
import { transferSwitch } from './odd-families.ts'
import type { DeviceSpec, InterfaceSpec, LinkSpec, SiteSpec } from './site-spec.ts'
import * as switches from './switch-families.ts'

/** What every generated site is told: how to number its devices' addresses, and when its script begins. */
export type SiteOptions = {
  readonly seed: number
  readonly startedAt: number
  readonly community: string
  /** Address of the n-th device, counted from 0. */
  readonly addressOf: (index: number) => string
  readonly faults?: FaultScript
}

const DEVICES: readonly (readonly [name: string, location: string, family: (about: About) => DeviceSpec])[] = [
  ['core-1', 'Main building, server room, rack A1', switches.aristaCore],
  ['core-2', 'Main building, server room, rack B1', switches.aristaCore],
  ['dist-1', 'Main building, floor 1, riser', switches.juniperDistribution],
  ['dist-2', 'Annex, floor 1, riser', switches.juniperDistribution],
  ['access-1', 'Main building, floor 1, cabinet', switches.ciscoAccess],
  ['access-2', 'Main building, floor 2, cabinet', switches.ciscoAccess],
  ['access-3', 'Annex, floor 1, cabinet', switches.ciscoAccess],
  ['router-1', 'Main building, server room, rack A1', edge.mikrotikRouter],
  ['firewall-1', 'Main building, server room, rack A1', edge.fortinetFirewall],
  ['ap-1', 'Main building, floor 1, corridor', edge.ubiquitiAccessPoint],
  ['ap-2', 'Main building, floor 2, corridor', edge.ubiquitiAccessPoint],
  ['ups-1', 'Annex, floor 1, cabinet', edge.apcUps],
  ['printer-1', 'Annex, floor 1, copy room', edge.hpPrinter],
  ['server-1', 'Main building, server room, rack A2', edge.linuxServer],
  ['server-2', 'Main building, server room, rack B2', edge.linuxServer],
  ['ats-1', 'Main building, server room, rack A2', transferSwitch],
]

const CABLES: readonly (readonly [device: string, port: string, otherDevice: string, otherPort: string])[] = [
  ['core-1', 'Ethernet1', 'dist-1', 'xe-0/2/0'],
  ['core-1', 'Ethernet2', 'dist-2', 'xe-0/2/0'],
  ['core-1', 'Ethernet3', 'core-2', 'Ethernet3'],
  ['core-1', 'Ethernet4', 'firewall-1', 'port2'],
  ['core-1', 'Ethernet5', 'server-1', 'eth0'],
  ['core-1', 'Ethernet6', 'server-2', 'eth0'],
  ['core-2', 'Ethernet1', 'dist-1', 'xe-0/2/1'],
  ['core-2', 'Ethernet2', 'dist-2', 'xe-0/2/1'],
  ['core-2', 'Ethernet4', 'router-1', 'sfp-sfpplus1'],
  ['core-2', 'Ethernet5', 'server-1', 'eth1'],
  ['core-2', 'Ethernet6', 'server-2', 'eth1'],
  ['access-1', 'Gi1/1/1', 'dist-1', 'ge-0/0/0'],
  ['access-2', 'Gi1/1/1', 'dist-1', 'ge-0/0/1'],
  ['access-3', 'Gi1/1/1', 'dist-2', 'ge-0/0/0'],
  ['printer-1', 'eth0', 'dist-2', 'ge-0/0/1'],
  ['ap-1', 'eth0', 'access-1', 'Gi1/0/1'],
  ['ap-2', 'eth0', 'access-2', 'Gi1/0/1'],
  ['ups-1', 'eth0', 'access-3', 'Gi1/0/1'],
  ['router-1', 'ether2', 'firewall-1', 'port1'],
  ['ats-1', 'eth0', 'dist-1', 'ge-0/0/2'],
]

/** An office of sixteen devices: two of core and distribution each, three access switches, and what hangs on them. */
export function demoSite(options: SiteOptions): SiteSpec {
  const { seed, startedAt, community, addressOf, faults = DEMO_FAULTS } = options
  const devices = DEVICES.map(([name, location, family], at) =>
    family({ name, location, number: at + 1, address: addressOf(at) }),
  )
  const links = CABLES.map(
    ([device, port, otherDevice, otherPort]): LinkSpec => ({
      a: { device, interface: port },
      b: { device: otherDevice, interface: otherPort },
    }),
  )
  const plugged = plugIn(devices, links)
  const network = demoNetwork({ devices: plugged, links, seed })
  return { seed, startedAt, community, devices: plugged, links, faults, network }
}

/** Ports with a cable between devices are named for the other end, and run at the speed both have. */
export function plugIn(devices: readonly DeviceSpec[], links: readonly LinkSpec[]): readonly DeviceSpec[] {
  const others = new Map(
    links.flatMap(({ a, b }) => [
      [`${a.device} ${a.interface}`, b] as const,
      [`${b.device} ${b.interface}`, a] as const,
    ]),
  )
  const speeds = new Map(
    devices.flatMap((device) =>
      device.interfaces.map((port) => [`${device.name} ${port.name}`, port.speedBps] as const),
    ),
  )
  return devices.map((device) => ({
    ...device,
    interfaces: device.interfaces.map((port): InterfaceSpec => {
      const other = others.get(`${device.name} ${port.name}`)
      if (other === undefined) return port
      const speedBps = Math.min(port.speedBps, speeds.get(`${other.device} ${other.interface}`) ?? port.speedBps)
      return { ...port, speedBps, plugged: true, admin: 'up', alias: `to ${other.device} ${other.interface}` }
    }),
  }))
}
