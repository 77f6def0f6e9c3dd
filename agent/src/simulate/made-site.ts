import {
  type MadeDevice,
  type MadeNetwork,
  type MadePlan,
  type MadePort,
  makeNetwork,
} from '@eyenet/shared/made-network'
import type { SiteOptions } from './demo-site.ts'
import { CAPABILITY } from './family.ts'
import { NO_FAULTS } from './fault-script.ts'
import { seedOf, unitNoise } from './noise.ts'
import type { DeviceSpec, InterfaceSpec, LinkSpec, SiteSpec } from './site-spec.ts'

const NET_SNMP = 8_072
const LARGEST_ANSWER = 8_192
const ENTERPRISE_ARC = 6

/**
 * A site that serves a made network: each managed device tells of its links what the network has. Devices answer on
 * loopback addresses, which their neighbours announce; their other addresses are those of the network.
 */
export function madeSite(options: SiteOptions, plan: MadePlan): SiteSpec {
  const { seed, startedAt, community, faults = NO_FAULTS } = options
  const made = makeNetwork(plan)
  const numbers = new Map(made.devices.filter(({ managed }) => managed).map((device, at) => [device.name, at]))
  const addressed = (device: MadeDevice): MadeDevice => {
    const number = numbers.get(device.name)
    return number === undefined ? device : { ...device, address: options.addressOf(number) }
  }
  const network: MadeNetwork = { ...made, devices: made.devices.map(addressed) }
  const used = usedPorts(network)
  const devices = network.devices.filter(({ managed }) => managed).map((device) => specOf(device, { used, seed }))
  return { seed, startedAt, community, devices, links: linksOf(network, numbers), faults, network }
}

/** Cables between two devices that answer; what leads to an unmanaged switch has traffic of its own. */
function linksOf(network: MadeNetwork, managed: ReadonlyMap<string, number>): readonly LinkSpec[] {
  return network.cables
    .filter(({ a, b }) => managed.has(a.device) && managed.has(b.device))
    .map(({ a, b }) => ({
      a: { device: a.device, interface: a.port },
      b: { device: b.device, interface: b.port },
    }))
}

const keyOf = (device: string, port: string) => `${device} ${port}`

function usedPorts(network: MadeNetwork): ReadonlySet<string> {
  const ends = [...network.cables.flatMap(({ a, b }) => [a, b]), ...network.hosts]
  return new Set(ends.map(({ device, port }) => keyOf(device, port)))
}

type About = { readonly used: ReadonlySet<string>; readonly seed: number }

function specOf(device: MadeDevice, about: About): DeviceSpec {
  const { name, sysName, address, sysDescr, sysObjectId, sysServices, vendor, model, serial, software } = device
  const seed = seedOf(about.seed, name)
  const spread = { middle: 10 + 30 * unitNoise(seed, 1), spread: 10 }
  return {
    ...{ name, sysName, address, sysDescr, sysObjectId, sysServices, vendor, model, serial, software },
    ...{ location: device.place, contact: 'noc@example.net', mac: device.chassisMac.replaceAll(':', '') },
    enterprise: Number(sysObjectId.split('.')[ENTERPRISE_ARC] ?? NET_SNMP),
    ...{ uptimeDays: 3 + 140 * unitNoise(seed, 2), maxMessageBytes: LARGEST_ANSWER },
    ...(device.lldp && { lldp: { capabilities: capabilitiesOf(device) } }),
    interfaces: [...device.ports]
      .sort((left, right) => left.ifIndex - right.ifIndex)
      .map((port) => interfaceOf(device, port, about)),
    sensors: device.bridges ? [{ name: 'Board', kind: 'celsius', middle: 41, spread: 3 }] : [],
    host: {
      ...{ processors: 1, processorName: model, load: spread, ucd: false },
      volumes: [{ name: 'RAM', type: 'ram', unitBytes: 1_024, sizeBytes: 2 ** 30, used: 0.4, spread: 0.05 }],
    },
  }
}

const capabilitiesOf = ({ bridges, routes, role }: MadeDevice): number =>
  (bridges ? CAPABILITY.bridge : 0) |
  (routes ? CAPABILITY.router : 0) |
  (role === 'access-point' ? CAPABILITY.accessPoint : 0) |
  (bridges || routes ? 0 : CAPABILITY.station)

function interfaceOf(device: MadeDevice, port: MadePort, { used, seed }: About): InterfaceSpec {
  const luck = seedOf(seed, keyOf(device.name, port.name))
  const isOwn = port.ifType !== 6
  return {
    ...{ index: port.ifIndex, name: port.ifName, descr: port.ifDescr, alias: port.ifAlias, type: port.ifType },
    ...{ mtu: 1_500, speedBps: port.speedBps, mac: port.mac.replaceAll(':', ''), admin: port.adminUp ? 'up' : 'down' },
    plugged: isOwn || used.has(keyOf(device.name, port.name)),
    peakIn: 0.08 + 0.55 * unitNoise(luck, 1) ** 2,
    peakOut: 0.08 + 0.55 * unitNoise(luck, 2) ** 2,
    errorsPerSecond: 0,
  }
}
