import type { AddressPlan, Subnet } from './address-plan.ts'
import { chance, hashText } from './chance.ts'
import type { MadeEnd } from './made-device.ts'
import type { NetworkBuilder } from './network-builder.ts'
import type { StyleName } from './vendor-style.ts'

export type BlockKind = 'tree' | 'ring' | 'lag' | 'unmanaged' | 'wireless'

/** A building's worth of a network: one broadcast domain for its devices, one for its stations, behind a gateway. */
export type BlockPlan = {
  readonly kind: BlockKind
  readonly site: string
  /** Before each name: the site, where there are several. */
  readonly prefix: string
  readonly number: number
  /** Managed devices of the block. */
  readonly devices: number
  readonly gateway: { readonly device: string; readonly kind: 'bridge' | 'router' }
}

/** What hangs on the access switches, in turn. */
const LEAVES = [
  ['server', 'linux', 'server', 'user'],
  ['ap', 'ubiquiti', 'access-point', 'device'],
  ['printer', 'printer', 'printer', 'user'],
  ['camera', 'camera', 'camera', 'user'],
  ['ups', 'apc', 'ups', 'device'],
  ['storage', 'linux', 'storage', 'user'],
] as const
type Leaf = (typeof LEAVES)[number]
const AP: Leaf = LEAVES[1]

const ACCESS_STYLES: readonly StyleName[] = ['cisco', 'procurve', 'juniper']
const DEVICE_VLAN = 100
const USER_VLAN = 2_000
const STATIONS_PER_RADIO = 12
const HEAD_PRIORITY = 0x4000
const PRIORITY = 0x8000

type Place = { readonly switch: string; readonly place: string }
export type Making = { readonly builder: NetworkBuilder; readonly addresses: AddressPlan }
type Block = Making & {
  readonly plan: BlockPlan
  readonly devices: Subnet
  readonly users: Subnet
  readonly deviceVlan: number
  readonly userVlan: number
}

/** Makes the block and cables it to its gateway. */
export function makeBlock(making: Making, plan: BlockPlan): void {
  const { builder, addresses } = making
  if (plan.devices < 1) return
  const block: Block = {
    ...making,
    plan,
    devices: addresses.devices(),
    users: addresses.stations(),
    deviceVlan: builder.vlan(DEVICE_VLAN + plan.number, `devices-${plan.number}`),
    userVlan: builder.vlan(USER_VLAN + plan.number, `users-${plan.number}`),
  }
  const head = addSwitch(block, { name: 'dist', style: 'juniper', priority: HEAD_PRIORITY, place: 'riser' })
  connectHead(block, head)
  const share = 0.35 + 0.15 * chance(builder.plan.seed, `${plan.prefix}block ${plan.number}`)
  const count = Math.min(plan.devices - 1, Math.max(plan.devices > 2 ? 2 : 1, Math.round(plan.devices * share)))
  const access = Array.from({ length: count }, (_, at) => {
    const style =
      ACCESS_STYLES[hashText(builder.plan.seed, `${plan.prefix}${plan.number} ${at}`) % ACCESS_STYLES.length]
    return addSwitch(block, {
      name: `access-${at + 1}`,
      style: style ?? 'cisco',
      priority: PRIORITY,
      place: `floor ${at + 1}`,
    })
  })
  connectAccess(block, head, access)
  addLeaves(block, access.length === 0 ? [head] : access, plan.devices - 1 - count)
  addStations(block, access.length === 0 ? [head] : access)
}

const nameIn = ({ plan }: Block, rest: string) => `${plan.prefix}b${plan.number}-${rest}`

function addSwitch(block: Block, given: { name: string; style: StyleName; priority: number; place: string }): Place {
  const { builder, plan, devices, deviceVlan } = block
  const place = `Building ${plan.number}, ${given.place}`
  const name = builder.add({
    ...{ name: nameIn(block, given.name), style: given.style, role: 'switch', site: plan.site, place },
    ...{ does: 'bridge', priority: given.priority },
  })
  const address = devices.next()
  if (address !== undefined) builder.virtual(name, deviceVlan, address)
  return { switch: name, place }
}

function connectHead(block: Block, head: Place): void {
  const { builder, plan, devices, users, deviceVlan, userVlan } = block
  const { device, kind } = plan.gateway
  let over: string | undefined
  if (kind === 'bridge' && plan.kind === 'lag') {
    builder.bundle({ device, port: 'port' }, { device: head.switch, port: 'uplink' }, 4)
  } else {
    const end = builder.take(device)
    builder.cable(end, builder.take(head.switch, 'uplink'), { kind: 'ethernet' })
    if (kind === 'router') over = end.port
  }
  for (const [vlan, net] of [
    [deviceVlan, devices],
    [userVlan, users],
  ] as const) {
    builder.virtual(device, vlan, { ...net.gateway, ...(over !== undefined && { over }) })
  }
}

function connectAccess(block: Block, head: Place, access: readonly Place[]): void {
  const { builder, plan } = block
  const join = (from: string, to: string) =>
    builder.cable(builder.take(from, 'uplink'), builder.take(to, 'uplink'), { kind: 'ethernet' })
  const hang = (from: Place) =>
    builder.cable(builder.take(head.switch), builder.take(from.switch, 'uplink'), { kind: 'ethernet' })
  if (plan.kind === 'ring') {
    const [first] = access
    if (first === undefined) return
    const round = [head, ...access]
    round.forEach((from, at) => {
      const to = round[(at + 1) % round.length] ?? head
      // Two switches are a line: a ring of them would be two parallel cables.
      if (at + 1 < round.length || round.length > 2) join(from.switch, to.switch)
    })
    return
  }
  if (plan.kind === 'lag') {
    for (const { switch: to } of access)
      builder.bundle({ device: head.switch, port: 'port' }, { device: to, port: 'uplink' }, 2)
    return
  }
  const shared = plan.kind === 'unmanaged' && access.length >= 3 ? access.slice(0, 2) : []
  if (shared.length > 0) {
    const middle = addUnmanaged(block, { name: 'hub-0', place: head.place })
    builder.cable(builder.take(head.switch), builder.take(middle), { kind: 'ethernet' })
    for (const one of shared) {
      builder.cable(builder.take(middle), builder.take(one.switch, 'uplink'), { kind: 'ethernet' })
    }
  }
  for (const one of access.slice(shared.length)) hang(one)
}

function addUnmanaged(block: Block, given: { name: string; place: string }): string {
  const { name, place } = given
  const { site } = block.plan
  return block.builder.add({
    ...{ name: nameIn(block, name), style: 'unmanaged', role: 'switch', site, place, does: 'unmanaged' },
  })
}

function addLeaves(block: Block, access: readonly Place[], count: number): void {
  const { plan } = block
  let shared: { readonly name: string; left: number } | undefined
  for (let at = 0; at < count; at++) {
    const on = access[at % access.length]
    const leaf = plan.kind === 'wireless' && at > 0 && at % 3 !== 0 ? AP : LEAVES[at % LEAVES.length]
    if (on === undefined || leaf === undefined) return
    const given = { leaf, number: at + 1, place: on.place }
    // Two thirds of the leaves share an unmanaged switch with one or two others.
    if (plan.kind === 'unmanaged' && at > 0) {
      if (shared === undefined && at % 3 !== 0 && count - at >= 2) {
        shared = { name: addUnmanaged(block, { name: `hub-${at}`, place: on.place }), left: count - at >= 3 ? 3 : 2 }
        cableLeaf(block, block.builder.take(on.switch), { end: block.builder.take(shared.name), leaf })
      }
      if (shared !== undefined) {
        addLeaf(block, shared.name, given)
        shared.left--
        if (shared.left === 0) shared = undefined
        continue
      }
    }
    const mesh = plan.kind === 'wireless' && leaf === AP && at % 6 === 2 ? nameIn(block, `ap-${at}`) : undefined
    addLeaf(block, on.switch, mesh === undefined ? given : { ...given, mesh })
  }
}

function cableLeaf(block: Block, from: MadeEnd, to: { readonly end: MadeEnd; readonly leaf: Leaf }): void {
  // An access point brings the VLAN of its clients too, so its port is a trunk.
  const vlan = to.leaf[3] === 'user' ? block.userVlan : block.deviceVlan
  block.builder.cable(from, to.end, { kind: 'ethernet', ...(to.leaf !== AP && { vlan }) })
}

type NewLeaf = { readonly leaf: Leaf; readonly number: number; readonly place: string; readonly mesh?: string }

function addLeaf(block: Block, on: string, given: NewLeaf): void {
  const { builder, plan } = block
  const [kind, style, role, where] = given.leaf
  const name = builder.add({
    ...{ name: nameIn(block, `${kind}-${given.number}`), style, role, site: plan.site, place: given.place },
    does: kind === 'ap' ? 'bridge' : 'nothing',
  })
  if (role === 'server' && !builder.agents.some((agent) => agent.startsWith(plan.prefix))) builder.agents.push(name)
  const end = builder.take(name)
  const net = where === 'user' ? block.users : block.devices
  const address = net.next()
  if (given.mesh === undefined) cableLeaf(block, builder.take(on), { end, leaf: given.leaf })
  else builder.cable(builder.radio(given.mesh, 1), builder.radio(name, 1), { kind: 'wireless' })
  if (address === undefined) return
  if (kind === 'ap') builder.virtual(name, block.deviceVlan, address)
  else builder.address(end, address)
  if (kind === 'ap') addClients(block, name)
}

/** Stations of an access point. */
function addClients(block: Block, device: string): void {
  const { builder, users, userVlan } = block
  const count = 1 + (hashText(builder.plan.seed, device) % STATIONS_PER_RADIO)
  for (let at = 0; at < count && builder.hostsLeft > 0; at++) {
    const address = users.next()
    if (address !== undefined) builder.host(builder.radio(device, 0), userVlan, address.ip)
  }
}

/** Stations of the wired kind, as many as the block's share of them. */
function addStations(block: Block, access: readonly Place[]): void {
  const { builder, users, userVlan, plan } = block
  const share = Math.ceil(((builder.plan.hosts ?? 2 * builder.plan.devices) * plan.devices) / builder.plan.devices)
  for (let at = 0; at < share && builder.hostsLeft > 0; at++) {
    const on = access[at % access.length]
    if (on === undefined || !builder.hasFree(on.switch, 'port')) continue
    const address = users.next()
    if (address === undefined) return
    builder.host(builder.take(on.switch), userVlan, address.ip)
  }
}
