import type { DeviceHardware, DeviceNetwork, DeviceSensors, InterfaceResource, Reading } from '@eyenet/shared/api'
import type { Loadable } from '../../live/loadable.ts'
import type { KnownGraph } from '../map/data/topology-source.ts'
import type { TabFact, TabFacts } from './device-tabs.tsx'
import { meteredOf } from './hardware/metered.ts'
import { interfaceMark } from './interface-words.ts'
import { bgpMark } from './network/peer-words.ts'

export type DeviceParts = {
  readonly neighbors: Loadable<KnownGraph>
  readonly interfaces: Loadable<readonly InterfaceResource[]>
  readonly sensors: Loadable<DeviceSensors>
  readonly hardware: Loadable<DeviceHardware>
  readonly network: Loadable<DeviceNetwork>
  readonly readings: Loadable<readonly Reading[]>
}

/** Which places a device has. One that could not be loaded is there, to say so and to try again. */
export function tabFacts(parts: DeviceParts): TabFacts {
  const facts: { -readonly [tab in keyof TabFacts]: TabFacts[tab] } = {}
  const put = <T>(tab: keyof TabFacts, part: Loadable<T>, fact: (value: T) => TabFact | undefined): void => {
    const known = part.kind === 'failed' ? {} : part.kind === 'ready' ? fact(part.value) : undefined
    if (known !== undefined) facts[tab] = known
  }
  put('neighbors', parts.neighbors, ({ links }) => {
    if (links.length === 0) return undefined
    const broken = links.some((link) => link.state === 'down' || link.state === 'lost')
    return { count: links.length, ...(broken && { wrong: 'warning' as const }) }
  })
  put('interfaces', parts.interfaces, (all) =>
    all.length === 0
      ? undefined
      : { count: all.length, wrong: all.some((one) => interfaceMark(one).kind === 'warning') ? 'warning' : undefined },
  )
  put('sensors', parts.sensors, sensorFact)
  put('hardware', parts.hardware, hardwareFact)
  put('network', parts.network, (network) => {
    const { neighbors, addresses, vlans, bgpPeers, ospfNeighbors } = network
    const any = [neighbors, addresses, vlans, bgpPeers, ospfNeighbors].some((list) => list.length > 0)
    return any
      ? { wrong: bgpPeers.some((one) => bgpMark(one.state).kind === 'warning') ? 'warning' : undefined }
      : undefined
  })
  put('readings', parts.readings, (all) => (all.length === 0 ? undefined : {}))
  return facts
}

function sensorFact({ items }: DeviceSensors): TabFact | undefined {
  if (items.length === 0) return undefined
  const read = items.filter((one) => one.enabled)
  const wrong = read.some((one) => one.status === 'bad')
    ? 'critical'
    : read.some((one) => one.status === 'warning')
      ? 'warning'
      : undefined
  return { wrong, ...(read.length > 0 && { count: read.length }) }
}

function hardwareFact(hardware: DeviceHardware): TabFact | undefined {
  const all = Object.values(meteredOf(hardware)).flat()
  if (all.length === 0 && hardware.parts.length === 0) return undefined
  const states = all.map((one) => one.state)
  return { wrong: states.includes('critical') ? 'critical' : states.includes('warning') ? 'warning' : undefined }
}
