import type { MadeCable, MadeDevice, MadeEnd, MadeNetwork, MadePort } from './made-device.ts'

/** One way between two devices: a cable, or all cables of a bundle. Its ports are the bundle's interfaces then. */
export type Way = {
  readonly cables: readonly MadeCable[]
  readonly a: MadeEnd
  readonly b: MadeEnd
  readonly kind: MadeCable['kind'] | 'bundle'
  /** Whether frames pass: both ends have power and at least one cable is whole. */
  readonly live: boolean
  readonly speedBps: number
}

/** The network as it is cabled now, for those who work something out of it. */
export type Wiring = {
  readonly devices: ReadonlyMap<string, MadeDevice>
  readonly ways: readonly Way[]
  /** Ways at each device. */
  readonly waysAt: ReadonlyMap<string, readonly Way[]>
  port(end: MadeEnd): MadePort | undefined
  /** Whether the interface is up: enabled, plugged in, and the other end has power. */
  isUp(end: MadeEnd): boolean
}

export const keyOf = (end: MadeEnd): string => `${end.device}\n${end.port}`

const known = new WeakMap<MadeNetwork, Wiring>()

/** Worked out once for each state of a network. */
export function wiringOf(network: MadeNetwork): Wiring {
  const found = known.get(network)
  if (found !== undefined) return found
  const wiring = workOut(network)
  known.set(network, wiring)
  return wiring
}

function workOut(network: MadeNetwork): Wiring {
  const devices = new Map(network.devices.map((device) => [device.name, device]))
  const ports = new Map<string, MadePort>()
  for (const device of network.devices) {
    for (const port of device.ports) ports.set(keyOf({ device: device.name, port: port.name }), port)
  }
  const ways = waysOf(network, ports)
  const waysAt = new Map<string, Way[]>()
  for (const way of ways) {
    for (const end of [way.a, way.b]) {
      const list = waysAt.get(end.device)
      if (list === undefined) waysAt.set(end.device, [way])
      else list.push(way)
    }
  }
  const up = portsUp(network, ports)
  return {
    ...{ devices, ways, waysAt },
    port: (end) => ports.get(keyOf(end)),
    isUp: (end) => up.has(keyOf(end)),
  }
}

function waysOf(network: MadeNetwork, ports: ReadonlyMap<string, MadePort>): readonly Way[] {
  const groups = new Map<string, { a: MadeEnd; b: MadeEnd; cables: MadeCable[]; live: number; bundled: boolean }>()
  const asOne = (end: MadeEnd): MadeEnd => {
    const bundle = ports.get(keyOf(end))?.bundle
    return bundle === undefined ? end : { device: end.device, port: bundle }
  }
  for (const cable of network.cables) {
    const [a, b] = [asOne(cable.a), asOne(cable.b)]
    // A cable that was moved out of its bundle at one end is no longer part of it.
    const bundled = a.port !== cable.a.port && b.port !== cable.b.port
    const key = bundled ? `${keyOf(a)}\n${keyOf(b)}` : cable.id
    const group = groups.get(key) ?? {
      a: bundled ? a : cable.a,
      b: bundled ? b : cable.b,
      cables: [],
      live: 0,
      bundled,
    }
    group.cables.push(cable)
    if (isWhole(network, ports, cable)) group.live++
    groups.set(key, group)
  }
  return [...groups.values()].map(({ a, b, cables, live, bundled }): Way => {
    const each = Math.min(...cables.map((cable) => ports.get(keyOf(cable.a))?.speedBps ?? 0))
    const kind = bundled ? 'bundle' : (cables[0]?.kind ?? 'ethernet')
    return { a, b, cables, kind, live: live > 0, speedBps: each * Math.max(1, live) }
  })
}

function isWhole(network: MadeNetwork, ports: ReadonlyMap<string, MadePort>, cable: MadeCable): boolean {
  return (
    !network.cut.has(cable.id) &&
    [cable.a, cable.b].every((end) => !network.off.has(end.device) && ports.get(keyOf(end))?.adminUp === true)
  )
}

function portsUp(network: MadeNetwork, ports: ReadonlyMap<string, MadePort>): ReadonlySet<string> {
  const up = new Set<string>()
  for (const cable of network.cables) {
    if (isWhole(network, ports, cable)) for (const end of [cable.a, cable.b]) up.add(keyOf(end))
  }
  for (const host of network.hosts) up.add(keyOf(host))
  for (const device of network.devices) {
    const bundles = new Set(
      device.ports.filter(({ name }) => up.has(keyOf({ device: device.name, port: name }))).map(({ bundle }) => bundle),
    )
    for (const port of device.ports) {
      const key = keyOf({ device: device.name, port: port.name })
      if (bundles.has(port.name)) up.add(key)
      const isRadio = port.ifType === 71 && device.role === 'access-point'
      const isVirtual = port.ifType === 24 || port.ifType === 136
      const carried = port.over === undefined || up.has(keyOf({ device: device.name, port: port.over }))
      if (port.adminUp && (isRadio || (isVirtual && carried))) up.add(key)
      if (!port.adminUp || network.off.has(device.name)) up.delete(key)
    }
  }
  return up
}

/** Whether an interface is up: enabled, plugged in, and the other end has power. */
export const isPortUp = (network: MadeNetwork, end: MadeEnd): boolean => wiringOf(network).isUp(end)
