import { chance, hashText } from './chance.ts'
import type { MadeCable, MadeDevice, MadeEnd, MadeNetwork, MadePort } from './made-device.ts'
import { keyOf, wiringOf } from './wiring.ts'

/** How many of a device's interfaces an upgrade names anew. */
const RENAMED = 0.1

/**
 * Pulls one end of a cable and plugs it in elsewhere; the new port takes the VLAN of the old one, as its operator would see
 * to. Throws RangeError where the cable or port is not there or the port is taken.
 */
export function moveCable(
  network: MadeNetwork,
  id: string,
  to: { readonly end: 'a' | 'b'; readonly device: string; readonly port: string },
): MadeNetwork {
  const cable = cableOf(network, id)
  const target: MadeEnd = { device: to.device, port: to.port }
  const wiring = wiringOf(network)
  const port = wiring.port(target)
  if (port === undefined) throw new RangeError(`${to.device} has no port ${to.port}`)
  if (isTaken(network, target)) throw new RangeError(`${to.device} ${to.port} is taken`)
  const moved: MadeCable = { ...cable, [to.end]: target }
  const { vlan } = wiring.port(cable[to.end]) ?? {}
  const { vlan: _, ...trunk } = port
  const devices = network.devices.map((device) =>
    device.name !== to.device ? device : withPort(device, vlan === undefined ? trunk : { ...trunk, vlan }),
  )
  return { ...network, devices, cables: network.cables.map((one) => (one.id === id ? moved : one)) }
}

/** Ports of a device that a cable can be plugged into. */
export function freePorts(network: MadeNetwork, name: string): readonly string[] {
  const device = wiringOf(network).devices.get(name)
  return (device?.ports ?? [])
    .filter(({ ifType, adminUp, ip }) => ifType === 6 && adminUp && ip === undefined)
    .filter((port) => !isTaken(network, { device: name, port: port.name }))
    .map((port) => port.name)
}

function isTaken(network: MadeNetwork, end: MadeEnd): boolean {
  const key = keyOf(end)
  return (
    network.cables.some(({ a, b }) => keyOf(a) === key || keyOf(b) === key) ||
    network.hosts.some((host) => keyOf(host) === key)
  )
}

/** Cuts a cable: both ends go down. Throws RangeError where it is not there. */
export function cutCable(network: MadeNetwork, id: string): MadeNetwork {
  cableOf(network, id)
  return { ...network, cut: new Set(network.cut).add(id) }
}

export function mendCable(network: MadeNetwork, id: string): MadeNetwork {
  return { ...network, cut: new Set([...network.cut].filter((one) => one !== id)) }
}

/** The device fails: it answers no more, and every port that leads to it goes down. Throws RangeError for an unknown name. */
export function deviceOff(network: MadeNetwork, name: string): MadeNetwork {
  if (!wiringOf(network).devices.has(name)) throw new RangeError(`there is no device ${name}`)
  return { ...network, off: new Set(network.off).add(name) }
}

export function deviceOn(network: MadeNetwork, name: string): MadeNetwork {
  return { ...network, off: new Set([...network.off].filter((one) => one !== name)) }
}

/** Everything in one place of one site loses power, but for what has a battery of its own (`ups`). */
export function powerOff(network: MadeNetwork, at: { readonly site: string; readonly place: string }): MadeNetwork {
  const there = devicesAt(network, at).filter(({ role }) => role !== 'ups')
  return { ...network, off: new Set([...network.off, ...there.map(({ name }) => name)]) }
}

export function powerOn(network: MadeNetwork, at: { readonly site: string; readonly place: string }): MadeNetwork {
  const there = new Set(devicesAt(network, at).map(({ name }) => name))
  return { ...network, off: new Set([...network.off].filter((name) => !there.has(name))) }
}

const devicesAt = (network: MadeNetwork, at: { readonly site: string; readonly place: string }) =>
  network.devices.filter(({ site, place }) => site === at.site && place === at.place)

/** A station moves to another port. Throws RangeError where there is no such station or the port is taken. */
export function moveHost(network: MadeNetwork, name: string, to: MadeEnd): MadeNetwork {
  const host = network.hosts.find((one) => one.name === name)
  if (host === undefined) throw new RangeError(`there is no station ${name}`)
  const port = wiringOf(network).port(to)
  if (port === undefined || isTaken(network, to)) throw new RangeError(`${to.device} ${to.port} is not free`)
  const devices = network.devices.map((device) =>
    device.name !== to.device ? device : withPort(device, { ...port, vlan: host.vlan }),
  )
  return { ...network, devices, hosts: network.hosts.map((one) => (one === host ? { ...one, ...to } : one)) }
}

/**
 * The device restarts with new software: its interfaces have other indexes, some have other names (their addresses and
 * descriptions stay), one has another address (its module was swapped). Stable names stay as they are.
 */
export function restart(network: MadeNetwork, name: string, seed: number): MadeNetwork {
  const device = wiringOf(network).devices.get(name)
  if (device === undefined) throw new RangeError(`there is no device ${name}`)
  const shuffled = shuffle(device.ports, seed).map((port) => port.ifIndex)
  const swapped = hashText(seed, name) % Math.max(1, device.ports.length)
  const ports = device.ports.map((port, at): MadePort => {
    const ifIndex = shuffled[at] ?? port.ifIndex
    if (at === swapped && port.mac !== '') return { ...port, ifIndex, mac: otherMac(port.mac) }
    const isRenamed = port.mac !== '' && chance(seed, `${name} ${port.name}`) < RENAMED
    return { ...port, ifIndex, ifName: isRenamed ? `port-${port.ifName}` : port.ifName }
  })
  return { ...network, devices: network.devices.map((one) => (one === device ? { ...one, ports } : one)) }
}

/** Another address of the same maker. */
const otherMac = (mac: string): string => `${mac.slice(0, 9)}fe${mac.slice(11)}`

/** The same things in another order, which belongs to the seed (Fisher and Yates). */
export function shuffle<T>(things: readonly T[], seed: number): T[] {
  const mixed = [...things]
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = hashText(seed, `shuffle ${at}`) % (at + 1)
    const [here, there] = [mixed[at], mixed[other]]
    if (here !== undefined && there !== undefined) [mixed[at], mixed[other]] = [there, here]
  }
  return mixed
}

function withPort(device: MadeDevice, port: MadePort): MadeDevice {
  return { ...device, ports: device.ports.map((one) => (one.name === port.name ? port : one)) }
}

function cableOf(network: MadeNetwork, id: string): MadeCable {
  const cable = network.cables.find((one) => one.id === id)
  if (cable === undefined) throw new RangeError(`there is no cable ${id}`)
  return cable
}
