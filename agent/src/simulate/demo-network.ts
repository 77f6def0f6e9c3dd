import type { MadeHost, MadeNetwork } from '@eyenet/shared/made-network'
import { seedOf } from './noise.ts'
import { type NetworkExtras, networkOf } from './site-network.ts'
import type { DeviceSpec, LinkSpec } from './site-spec.ts'

const OFFICE = 20
const PREFIX_LENGTH = 22
const CLIENTS_PER_RADIO = 5
const GATEWAY = 'firewall-1'
/** Where the stations' addresses begin: those before are devices'. */
const FIRST_STATION = 256
const STATION_OUIS = ['3c5282', 'f4a475', '8c1645', 'a44cc8', '3c22fb', 'dc2b2a'] as const
const DESK_SWITCH = 'desk-switch'

/** The interface by which a device is in the office's network. */
const ADDRESSED: Readonly<Record<string, string>> = {
  'firewall-1': 'port2',
  'router-1': 'sfp-sfpplus1',
  'ap-1': 'eth0',
  'ap-2': 'eth0',
  'ups-1': 'eth0',
  'printer-1': 'eth0',
  'server-1': 'eth0',
  'server-2': 'eth0',
  'ats-1': 'eth0',
}
const BRIDGES = ['core-1', 'core-2', 'dist-1', 'dist-2', 'access-1', 'access-2', 'access-3'] as const
const ACCESS_POINTS = ['ap-1', 'ap-2'] as const
const RADIO = 'wifi0'

const FIXED: Omit<NetworkExtras, 'ports' | 'hosts'> = {
  roles: {
    ...Object.fromEntries(BRIDGES.map((name) => [name, 'switch' as const])),
    ...Object.fromEntries(ACCESS_POINTS.map((name) => [name, 'access-point' as const])),
    ...{ 'router-1': 'router', 'firewall-1': 'firewall', 'ups-1': 'ups', 'printer-1': 'printer' },
    ...{ 'server-1': 'server', 'server-2': 'server', 'ats-1': 'pdu' },
  },
  priorities: {
    ...{ 'core-1': 0x1000, 'core-2': 0x2000, 'dist-1': 0x4000, 'dist-2': 0x4000 },
    ...{ 'access-1': 0x8000, 'access-2': 0x8000, 'access-3': 0x8000 },
  },
  routers: ['router-1', 'firewall-1'],
  bridges: [...BRIDGES, ...ACCESS_POINTS],
  vlans: [{ id: OFFICE, name: 'office' }],
  // Nobody asks it, and the printer shares it with two desks.
  hubs: [{ name: DESK_SWITCH, place: 'Annex, floor 1, copy room', at: { device: 'printer-1', interface: 'eth0' } }],
}

type DemoSite = { readonly devices: readonly DeviceSpec[]; readonly links: readonly LinkSpec[]; readonly seed: number }

/** The demonstration's network: one office VLAN over redundant cores, PCs at the access switches, wireless clients. */
export function demoNetwork(site: DemoSite): MadeNetwork {
  const ports = Object.fromEntries([
    ...site.devices.map(
      (device, at) => [`${device.name} ${addressedPort(device)}`, addressOf(device, 10 + at)] as const,
    ),
    ['firewall-1 port1', { ip: '10.20.255.1', prefixLength: 30 }] as const,
    ['router-1 ether2', { ip: '10.20.255.2', prefixLength: 30 }] as const,
  ])
  return networkOf(site, { ...FIXED, ports, hosts: stationsOf(site) })
}

const addressedPort = (device: DeviceSpec) => ADDRESSED[device.name] ?? device.interfaces.at(-1)?.name ?? ''

function addressOf({ name }: DeviceSpec, number: number) {
  const isBridge = FIXED.bridges?.includes(name) === true
  const ip = name === GATEWAY ? ipOf(1) : ipOf(number)
  return { ip, prefixLength: PREFIX_LENGTH, ...(isBridge ? { virtualOf: OFFICE } : { vlan: OFFICE }) }
}

const ipOf = (number: number) => `10.20.${number >> 8}.${number & 0xff}`

/** A PC at every port of an access switch that leads nowhere else, two at the desks, clients at the radios. */
function stationsOf({ devices, links, seed }: DemoSite): readonly MadeHost[] {
  const taken = new Set(links.flatMap(({ a, b }) => [a, b]).map((end) => `${end.device} ${end.interface}`))
  const wired = devices
    .filter(({ name }) => name.startsWith('access-'))
    .flatMap(({ name, interfaces }) =>
      interfaces
        .filter((port) => port.type === 6 && port.plugged && port.admin === 'up' && !taken.has(`${name} ${port.name}`))
        .map((port) => ({ device: name, port: port.name })),
    )
  const desks = ['3', '4'].map((port) => ({ device: DESK_SWITCH, port }))
  const clients = ACCESS_POINTS.flatMap((device) =>
    Array.from({ length: CLIENTS_PER_RADIO }, () => ({ device, port: RADIO })),
  )
  return [...wired, ...desks, ...clients].map((end, at) => {
    const luck = seedOf(seed, `station ${at}`)
    const oui = STATION_OUIS[luck % STATION_OUIS.length] ?? STATION_OUIS[0]
    const mac = `${oui}${(((luck >>> 8) & 0xffff) * 256 + at).toString(16).padStart(6, '0')}`
    return {
      ...{ name: `station-${at + 1}`, mac: mac.replace(/(..)(?=.)/g, '$1:'), ip: ipOf(FIRST_STATION + at) },
      ...{ ...end, vlan: OFFICE },
    }
  })
}
