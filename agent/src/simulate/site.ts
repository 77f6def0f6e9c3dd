import { EyeNetError } from '@eyenet/shared/errors'
import { isPortUp, type MadeNetwork } from '@eyenet/shared/made-network'
import { createDeviceModel, type DeviceModel, spanOf } from './device-model.ts'
import { type DeviceViews, deviceViews } from './device-view.ts'
import type { Fault } from './fault-script.ts'
import { type Cable, createCable, createInterfaceModel, type InterfaceModel } from './interface-model.ts'
import { createNetworkTimes, faultOfMove, type NetworkTimes } from './network-times.ts'
import { seedOf } from './noise.ts'
import { networkOf } from './site-network.ts'
import type { DeviceSpec, InterfaceSpec, PortRef, SiteSpec } from './site-spec.ts'
import type { Cycle, Span } from './windows.ts'

export type SimulatedDevice = {
  readonly model: DeviceModel
  readonly interfaces: readonly InterfaceModel[]
  readonly views: DeviceViews
  /** Whether it answers at all. */
  answers(now: number): boolean
}

export type Site = { readonly spec: SiteSpec; readonly devices: readonly SimulatedDevice[] }

type Port = { readonly device: DeviceSpec; readonly port: InterfaceSpec }
type CableEnd = { readonly cable: Cable; readonly side: 'a' | 'b' }

const keyOf = (device: string, port: string) => `${device} ${port}`

/**
 * A site whose every value is a pure function of the specification and the time. Throws EyeNetError `invalid` when a link or
 * a fault names what is not there.
 */
export function createSite(spec: SiteSpec): Site {
  const cycle = { startedAt: spec.startedAt, everyMs: spec.faults.every }
  const ports = new Map<string, Port>()
  for (const device of spec.devices)
    for (const port of device.interfaces) ports.set(keyOf(device.name, port.name), { device, port })
  const faults = faultsByDevice(spec, ports)
  const cables = layCables(spec, { cycle, ports, faults })
  const network = spec.network ?? networkOf(spec)
  spec.faults.faults.forEach((fault, at) => {
    const wrong = faultOfMove(network, fault)
    if (wrong !== undefined) throw new EyeNetError('invalid', `faults.${at}: ${wrong}`)
  })
  const times = createNetworkTimes(network, cycle, spec.faults.faults)
  const rewired = rewiredPorts(network, spec.faults.faults)
  const devices = spec.devices.map((device): SimulatedDevice => {
    const own = faults.get(device.name) ?? []
    const model = createDeviceModel(device, cycle, { seed: spec.seed, faults: own })
    const interfaces = device.interfaces.map((port) => {
      const end = cables.get(keyOf(device.name, port.name))
      const about = { cycle, side: end?.side ?? 'a', faults: own.filter((fault) => concerns(fault, port)) }
      const one = createInterfaceModel(port, model, end === undefined ? about : { ...about, cable: end.cable })
      const follows = port.type === LAG || rewired.has(keyOf(device.name, port.name))
      return follows ? followingNetwork(one, device.name, times) : one
    })
    return {
      model,
      interfaces,
      views: deviceViews(model, interfaces, times),
      answers: (now) => model.down.current(now) === undefined,
    }
  })
  return { spec, devices }
}

/** Whether the interface is up is as the network has it: a bundle by its members, a port by the cable that is moved there. */
function followingNetwork(one: InterfaceModel, device: string, times: NetworkTimes): InterfaceModel {
  return { ...one, isUp: (now) => isPortUp(times.at(now), { device, port: one.spec.name }) }
}

/** The ports of cables that are moved: where they are, their other ends, and where they are moved to. */
function rewiredPorts(network: MadeNetwork, faults: readonly Fault[]): ReadonlySet<string> {
  return new Set(
    faults.flatMap((fault) => {
      if (fault.kind !== 'move_cable') return []
      const from = keyOf(fault.device, fault.interface)
      const ends = network.cables
        .map(({ a, b }) => [keyOf(a.device, a.port), keyOf(b.device, b.port)])
        .filter((keys) => keys.includes(from))
      return [...ends.flat(), targetOf(fault)]
    }),
  )
}

const LAG = 161
const targetOf = ({ to }: Extract<Fault, { kind: 'move_cable' }>) => keyOf(to.device, to.interface)

const concerns = (fault: Fault, port: InterfaceSpec) => 'interface' in fault && fault.interface === port.name

function faultsByDevice(spec: SiteSpec, ports: ReadonlyMap<string, Port>): ReadonlyMap<string, readonly Fault[]> {
  const byDevice = new Map<string, Fault[]>()
  const devices = new Map(spec.devices.map((device) => [device.name, device]))
  spec.faults.faults.forEach((fault, at) => {
    const device = devices.get(fault.device)
    if (device === undefined) {
      throw new EyeNetError(
        'invalid',
        `faults.${at}: there is no device ${JSON.stringify(fault.device)}; there are ${few([...devices.keys()])}`,
      )
    }
    if ('interface' in fault && !ports.has(keyOf(fault.device, fault.interface))) {
      const names = few(device.interfaces.map((port) => port.name))
      throw new EyeNetError(
        'invalid',
        `faults.${at}: ${fault.device} has no interface ${JSON.stringify(fault.interface)}; it has ${names}`,
      )
    }
    if (
      (fault.kind === 'temperature' || fault.kind === 'stuck') &&
      fault.sensor !== undefined &&
      !device.sensors.some(({ name }) => name === fault.sensor)
    ) {
      const names = few(device.sensors.map((sensor) => sensor.name))
      throw new EyeNetError(
        'invalid',
        `faults.${at}: ${fault.device} has no sensor ${JSON.stringify(fault.sensor)}; it has ${names}`,
      )
    }
    const list = byDevice.get(fault.device) ?? []
    list.push(fault)
    byDevice.set(fault.device, list)
  })
  return byDevice
}

const few = (names: readonly string[]) =>
  `${names.slice(0, 20).join(', ')}${names.length > 20 ? ', ...' : ''}` || 'none'

type Plan = {
  readonly cycle: Cycle
  readonly ports: ReadonlyMap<string, Port>
  readonly faults: ReadonlyMap<string, readonly Fault[]>
}

/** The cable at each port that is up: between two devices, or out of the simulated site. */
function layCables(spec: SiteSpec, plan: Plan): ReadonlyMap<string, CableEnd> {
  const ends = new Map<string, CableEnd>()
  for (const link of spec.links) {
    const a = portAt(plan, link.a)
    const b = portAt(plan, link.b)
    const key = `${keyOf(a.device.name, a.port.name)} ${keyOf(b.device.name, b.port.name)}`
    const faults = [...faultsAt(plan, a), ...faultsAt(plan, b).map(seenFromTheOtherEnd)]
    const down = [...cutsAt(plan, a), ...cutsAt(plan, b)]
    const cable = createCable(a.port, plan.cycle, { seed: seedOf(spec.seed, key), down, faults })
    ends.set(keyOf(a.device.name, a.port.name), { cable, side: 'a' })
    ends.set(keyOf(b.device.name, b.port.name), { cable, side: 'b' })
  }
  for (const [key, port] of plan.ports) {
    if (ends.has(key) || port.port.admin === 'down' || !port.port.plugged) continue
    const about = { seed: seedOf(spec.seed, key), down: cutsAt(plan, port), faults: faultsAt(plan, port) }
    ends.set(key, { cable: createCable(port.port, plan.cycle, about), side: 'a' })
  }
  return ends
}

function portAt(plan: Plan, ref: PortRef): Port {
  const port = plan.ports.get(keyOf(ref.device, ref.interface))
  if (port === undefined)
    throw new EyeNetError('invalid', `a link names ${ref.device} ${ref.interface}, which is not there`)
  return port
}

const faultsAt = (plan: Plan, { device, port }: Port): readonly Fault[] =>
  (plan.faults.get(device.name) ?? []).filter((fault) => concerns(fault, port))

/** Times in which nothing passes: the link is cut, or the device is off. */
const cutsAt = (plan: Plan, { device, port }: Port): readonly Span[] =>
  (plan.faults.get(device.name) ?? [])
    .filter(
      (fault) =>
        fault.kind === 'device_down' ||
        ((fault.kind === 'link_down' || fault.kind === 'move_cable') && concerns(fault, port)),
    )
    .map(spanOf)

function seenFromTheOtherEnd(fault: Fault): Fault {
  if ((fault.kind !== 'surge' && fault.kind !== 'stall') || fault.direction === 'both') return fault
  return { ...fault, direction: fault.direction === 'in' ? 'out' : 'in' }
}
