import type { MadeCable, MadeDevice, MadeHost, MadeNetwork, MadePort } from '@eyenet/shared/made-network'
import type { DeviceRole } from '@eyenet/shared/roles'
import type { DeviceSpec, InterfaceSpec, LinkSpec, PortRef } from './site-spec.ts'

/** What a site's devices and cables do not say by themselves. */
export type NetworkExtras = {
  readonly roles?: Readonly<Record<string, DeviceRole>>
  /** Bridge priorities of the switches that take part in the spanning tree, and who routes. */
  readonly priorities?: Readonly<Record<string, number>>
  readonly routers?: readonly string[]
  /** Who passes frames on; absent: every device whose sysServices say layer 2. */
  readonly bridges?: readonly string[]
  /** VLANs and addresses, by `device port`. */
  readonly ports?: Readonly<Record<string, Partial<Pick<MadePort, 'vlan' | 'virtualOf' | 'ip' | 'prefixLength'>>>>
  readonly hosts?: readonly MadeHost[]
  readonly vlans?: MadeNetwork['vlans']
  /** Unmanaged switches, each put into the cable at a port. */
  readonly hubs?: readonly { readonly name: string; readonly place: string; readonly at: PortRef }[]
}

const HUB_PORTS = 8
const LAYER_2 = 2
const GIGABIT = 1_000_000_000

/** The network that a site's devices and cables are, with nothing off or cut. */
export function networkOf(
  site: { readonly devices: readonly DeviceSpec[]; readonly links: readonly LinkSpec[]; readonly seed: number },
  extras: NetworkExtras = {},
): MadeNetwork {
  const hubs = extras.hubs ?? []
  const devices = [...site.devices.map((spec) => deviceOf(spec, extras)), ...hubs.map(hubOf)]
  return {
    plan: { kind: 'mixed', devices: site.devices.length, seed: site.seed, lldp: 'some' },
    devices,
    cables: site.links.flatMap((link, at) => cablesOf(link, at, hubs)),
    hosts: extras.hosts ?? [],
    sites: ['main'],
    agents: [],
    vlans: extras.vlans ?? [],
    off: new Set(),
    cut: new Set(),
  }
}

function deviceOf(spec: DeviceSpec, extras: NetworkExtras): MadeDevice {
  const { name, sysName, address, vendor, model, software, serial, sysDescr, sysObjectId, sysServices } = spec
  const priority = extras.priorities?.[name]
  const routes = extras.routers?.includes(name) ?? false
  return {
    ...{ name, sysName, address, vendor, model, software, serial, sysDescr, sysObjectId, sysServices },
    ...{ chassisMac: colons(spec.mac), place: spec.location, site: 'main', managed: true, lldpPortId: 'name' },
    role: extras.roles?.[name] ?? 'unknown',
    bridges: extras.bridges?.includes(name) ?? (sysServices & LAYER_2) !== 0,
    ...{ routes, lldp: spec.lldp !== undefined },
    ...(priority !== undefined && { priority }),
    ports: spec.interfaces.map((port) => ({ ...portOf(port), ...extras.ports?.[`${name} ${port.name}`] })),
  }
}

const portOf = (port: InterfaceSpec): MadePort => ({
  ...{ name: port.name, ifName: port.name, ifDescr: port.descr, ifAlias: port.alias, ifIndex: port.index },
  ...{ ifType: port.type, mac: colons(port.mac), speedBps: port.speedBps, adminUp: port.admin === 'up' },
})

const colons = (mac: string) => mac.replace(/(..)(?=.)/g, '$1:')

function hubOf({ name, place }: { readonly name: string; readonly place: string }): MadeDevice {
  const ports = Array.from({ length: HUB_PORTS }, (_, at) => ({
    ...{ name: `${at + 1}`, ifName: `${at + 1}`, ifDescr: '', ifAlias: '', ifIndex: at + 1 },
    ...{ ifType: 6 as const, mac: '', speedBps: GIGABIT, adminUp: true },
  }))
  return {
    ...{ name, sysName: '', chassisMac: '', address: '', vendor: '', model: '', software: '', serial: '' },
    ...{ sysDescr: '', sysObjectId: '', sysServices: LAYER_2, role: 'switch', place, site: 'main', managed: false },
    ...{ bridges: true, routes: false, lldp: false, lldpPortId: 'name', ports },
  }
}

/** The cable of a link; two, where an unmanaged switch stands between. */
function cablesOf(link: LinkSpec, at: number, hubs: NonNullable<NetworkExtras['hubs']>): readonly MadeCable[] {
  const id = `cable-${at + 1}`
  const [a, b] = [link.a, link.b].map((end) => ({ device: end.device, port: end.interface }))
  if (a === undefined || b === undefined) return []
  const isAt = (end: PortRef) =>
    [link.a, link.b].some((one) => one.device === end.device && one.interface === end.interface)
  const hub = hubs.find((one) => isAt(one.at))
  if (hub === undefined) return [{ id, a, b, kind: 'ethernet' }]
  return [
    { id, a, b: { device: hub.name, port: '1' }, kind: 'ethernet' },
    { id: `${id}-beyond`, a: { device: hub.name, port: '2' }, b, kind: 'ethernet' },
  ]
}
