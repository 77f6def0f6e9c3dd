import type { Subnet } from './address-plan.ts'
import type { MadeEnd, MadeKind } from './made-device.ts'
import { type BlockKind, type Making, makeBlock } from './make-block.ts'

/** More would not fit one broadcast domain that a person would build. */
const BLOCK = 50
const CORE_PRIORITY = 0x1000
const SERVER_VLAN = 10
/** Devices under one leaf switch. */
const RACK = 12
const HQ_ROUTERS = 2

type Site = {
  readonly site: string
  readonly prefix: string
  readonly devices: number
  readonly kinds: readonly BlockKind[]
}

const MIXED: readonly BlockKind[] = ['tree', 'unmanaged', 'ring', 'lag', 'wireless']

/** Fills the network with as many devices as its plan says. */
export function makePlanned(making: Making, kind: MadeKind): void {
  const { devices } = making.builder.plan
  switch (kind) {
    case 'leaf-spine':
      makeLeafSpine(making, devices)
      return
    case 'wan':
      makeWan(making, devices, ['tree'])
      return
    case 'mixed':
      makeWan(making, devices, MIXED)
      return
    default:
      makeCampus(making, { site: 'main', prefix: '', devices, kinds: [kind] })
  }
}

/** A core that routes between the blocks; the agent's server stands at it. Returns the core. */
function makeCampus(making: Making, site: Site): string {
  const { builder, addresses } = making
  const core = builder.add({
    ...{
      name: `${site.prefix}core-1`,
      style: 'arista',
      role: 'switch',
      site: site.site,
      place: 'Server room, rack A1',
    },
    ...{ does: 'bridge-and-route', priority: CORE_PRIORITY },
  })
  builder.loopback(core, addresses.loopback())
  let left = site.devices - 1
  if (left > 0) {
    const vlan = builder.vlan(SERVER_VLAN, 'servers')
    const net = addresses.stations()
    builder.virtual(core, vlan, net.gateway)
    const server = builder.add({
      ...{ name: `${site.prefix}server-1`, style: 'linux', role: 'server', site: site.site },
      ...{ place: 'Server room, rack A2', does: 'nothing' },
    })
    const end = builder.take(server)
    builder.cable(builder.take(core), end, { kind: 'ethernet', vlan })
    const address = net.next()
    if (address !== undefined) builder.address(end, address)
    builder.agents.push(server)
    left--
    left -= makeHypervisor(making, { site, core, net, vlan, room: left })
  }
  const blocks = Math.ceil(left / BLOCK)
  for (let at = 0; at < blocks; at++) {
    const devices = Math.floor((left * (at + 1)) / blocks) - Math.floor((left * at) / blocks)
    const kind = site.kinds[at % site.kinds.length] ?? 'tree'
    const { site: name, prefix } = site
    const number = addresses.blocksMade + 1
    makeBlock(making, { kind, site: name, prefix, number, devices, gateway: { device: core, kind: 'bridge' } })
  }
  return core
}

type Hypervisor = {
  readonly site: Site
  readonly core: string
  readonly net: Subnet
  readonly vlan: number
  readonly room: number
}

/** A hypervisor and its machines, which show its base address as theirs. Returns how many devices they are. */
function makeHypervisor({ builder }: Making, { site, core, net, vlan, room }: Hypervisor): number {
  const machines = Math.min(builder.plan.virtualMachines ?? 0, room - 1)
  if (machines < 1) return 0
  const about = { style: 'linux', site: site.site, place: 'Server room, rack A2' } as const
  const name = builder.add({ ...about, name: `${site.prefix}hypervisor-1`, role: 'hypervisor', does: 'bridge' })
  builder.cable(builder.take(core), builder.take(name), { kind: 'ethernet', vlan })
  const own = net.next()
  if (own !== undefined) builder.virtual(name, vlan, own)
  for (let at = 1; at <= machines; at++) {
    const machine = builder.add({ ...about, name: `${site.prefix}vm-${at}`, role: 'server', does: 'nothing' })
    const end = builder.take(machine)
    builder.cable(builder.bridgePort(name, at), end, { kind: 'ethernet', vlan })
    const address = net.next()
    if (address !== undefined) builder.address(end, address)
    builder.shareChassis(machine, name)
  }
  return machines + 1
}

/** Two cores and racks, every cable between them routed; the racks' servers are in their leaf's own network. */
function makeLeafSpine(making: Making, count: number): void {
  const { builder, addresses } = making
  const spine = (n: number) => {
    const name = builder.add({
      ...{ name: `spine-${n}`, style: 'arista', role: 'switch', site: 'main', place: `Server room, rack S${n}` },
      does: 'bridge-and-route',
    })
    builder.loopback(name, addresses.loopback())
    return name
  }
  const spines = Array.from({ length: count < 3 ? 1 : 2 }, (_, at) => spine(at + 1))
  const racks = Math.ceil((count - spines.length) / RACK)
  for (let at = 0; at < racks; at++) {
    makeRack(making, spines, { number: at + 1, devices: Math.min(RACK, count - builder.managed) })
  }
}

function makeRack(making: Making, spines: readonly string[], rack: { number: number; devices: number }): void {
  const { builder, addresses } = making
  const place = `Server room, rack R${rack.number}`
  const leaf = builder.add({
    ...{ name: `leaf-${rack.number}`, style: 'arista', role: 'switch', site: 'main', place, does: 'bridge-and-route' },
  })
  builder.loopback(leaf, addresses.loopback())
  for (const spine of spines) route(making, [builder.take(spine, 'port'), builder.take(leaf, 'uplink')], 31)
  const vlan = builder.vlan(SERVER_VLAN, 'servers')
  const net = addresses.stations()
  builder.virtual(leaf, vlan, net.gateway)
  for (let at = 1; at < rack.devices; at++) {
    const storage = at % 5 === 0
    const server = builder.add({
      ...{ name: `${storage ? 'storage' : 'server'}-${rack.number}-${at}`, style: 'linux', site: 'main', place },
      ...{ role: storage ? 'storage' : 'server', does: 'nothing' },
    })
    if (builder.agents.length === 0) builder.agents.push(server)
    const end = builder.take(server)
    builder.cable(builder.take(leaf), end, { kind: 'ethernet', vlan })
    const address = net.next()
    if (address !== undefined) builder.address(end, address)
  }
  for (let at = 0; at < 2 * rack.devices && builder.hostsLeft > 0; at++) {
    const address = net.next()
    if (address !== undefined) builder.host(builder.take(leaf), vlan, address.ip)
  }
}

/** A link between routers with a network of its own. */
function route(making: Making, [a, b]: readonly [MadeEnd, MadeEnd], prefixLength: 30 | 31): void {
  const { builder, addresses } = making
  const [left, right] = addresses.pair(prefixLength)
  builder.address(a, left)
  builder.address(b, right)
  builder.cable(a, b, { kind: 'ethernet', routing: 'ospf' })
}

/** A head office with two routers, and branches: every second one is reached over both. */
function makeWan(making: Making, count: number, kinds: readonly BlockKind[]): void {
  const { builder, addresses } = making
  const sites = Math.min(80, Math.max(2, Math.round(count / 20)), Math.floor(count / 3))
  if (sites < 2) {
    makeCampus(making, { site: 'main', prefix: '', devices: count, kinds })
    return
  }
  const hubs = Math.min(HQ_ROUTERS, count - sites)
  const perSite = Math.floor((count - hubs) / sites)
  const core = makeCampus(making, { site: 'hq', prefix: 'hq-', devices: count - hubs - perSite * (sites - 1), kinds })
  const routers = Array.from({ length: hubs }, (_, at) => {
    const router = addRouter(making, { site: 'hq', n: at + 1 })
    route(making, [builder.take(core), builder.take(router)], 30)
    return router
  })
  for (let at = 1; at < sites; at++) {
    const site = `branch-${at}`
    const router = addRouter(making, { site, n: 1 })
    const lines = at % 2 === 0 ? routers : routers.slice(0, 1)
    for (const hub of lines) {
      const ends = [builder.take(hub), builder.take(router)] as const
      const [left, right] = addresses.pair(30)
      builder.address(ends[0], left)
      builder.address(ends[1], right)
      builder.cable(ends[0], ends[1], { kind: 'wan', routing: lines.length > 1 ? 'ospf' : 'bgp' })
    }
    const kind = kinds[at % kinds.length] ?? 'tree'
    const number = addresses.blocksMade + 1
    const gateway = { device: router, kind: 'router' } as const
    makeBlock(making, { kind, site, prefix: `${site}-`, number, devices: perSite - 1, gateway })
  }
}

function addRouter({ builder, addresses }: Making, given: { readonly site: string; readonly n: number }): string {
  const { site, n } = given
  const router = builder.add({
    ...{ name: `${site}-router-${n}`, style: 'mikrotik', role: 'router', site, place: 'Server room', does: 'route' },
  })
  builder.loopback(router, addresses.loopback())
  return router
}
