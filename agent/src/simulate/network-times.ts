import { cutCable, deviceOff, freePorts, type MadeEnd, type MadeNetwork, moveCable } from '@eyenet/shared/made-network'
import type { Fault } from './fault-script.ts'
import { type Cycle, locate } from './windows.ts'

/** The network at any time of a script of faults. */
export type NetworkTimes = { at(now: number): MadeNetwork }

/** States that are kept: a script runs through its few ones again and again. */
const MAX_STATES = 64
/** Free ports that a message names. */
const MAX_NAMED = 20

/** What the script does to the cabling: devices that are off, links that are cut, cables that are in another port. */
export function createNetworkTimes(network: MadeNetwork, cycle: Cycle, faults: readonly Fault[]): NetworkTimes {
  const changes = faults.filter((fault) => changeOf(network, fault) !== undefined)
  const states = new Map<string, MadeNetwork>()
  let last: { readonly now: number; readonly state: MadeNetwork } | undefined
  return {
    at(now) {
      if (last?.now === now) return last.state
      const { offset } = locate(cycle, now)
      const active = changes.filter((fault) => fault.at <= offset && offset < fault.at + fault.for)
      const key = active.map((fault) => changes.indexOf(fault)).join(' ')
      const state = states.get(key) ?? active.reduce((before, fault) => changeOf(before, fault) ?? before, network)
      if (states.size >= MAX_STATES && !states.has(key)) states.clear()
      states.set(key, state)
      last = { now, state }
      return state
    },
  }
}

/** Why the cable of a fault cannot be moved, as a sentence; undefined where it can, and for faults that move none. */
export function faultOfMove(network: MadeNetwork, fault: Fault): string | undefined {
  if (fault.kind !== 'move_cable') return undefined
  const { device, interface: port, to } = fault
  if (cableAt(network, { device, port }) === undefined) return `${device} ${port} has no cable to another device`
  const free = freePorts(network, to.device)
  if (free.includes(to.interface)) return undefined
  return `${to.device} ${to.interface} is no free port; free are ${free.slice(0, MAX_NAMED).join(', ') || 'none'}`
}

/** The network as one fault makes it; undefined where the fault is none of cables. */
function changeOf(network: MadeNetwork, fault: Fault): MadeNetwork | undefined {
  switch (fault.kind) {
    case 'device_down':
      return deviceOff(network, fault.device)
    case 'link_down': {
      const cable = cableAt(network, { device: fault.device, port: fault.interface })
      return cable === undefined ? undefined : cutCable(network, cable.id)
    }
    case 'move_cable': {
      const cable = cableAt(network, { device: fault.device, port: fault.interface })
      const { to } = fault
      if (cable === undefined || !freePorts(network, to.device).includes(to.interface)) return undefined
      const end = cable.a.device === fault.device && cable.a.port === fault.interface ? 'a' : 'b'
      return moveCable(network, cable.id, { end, device: to.device, port: to.interface })
    }
    default:
      return undefined
  }
}

function cableAt(network: MadeNetwork, at: MadeEnd) {
  return network.cables.find(({ a, b }) => [a, b].some((end) => end.device === at.device && end.port === at.port))
}
