import type { HeardNeighbor } from '../wire/wire.ts'
import type { MadeDevice, MadeEnd, MadeNetwork } from './made-device.ts'
import { type Wiring, wiringOf } from './wiring.ts'

/** A chain of unmanaged switches that is longer is none. */
const MAX_HOPS = 8

/** LLDP neighbours at each port; an unmanaged switch that passes LLDP shows all who are behind it. */
export function heardBy(network: MadeNetwork, device: MadeDevice): HeardNeighbor[] {
  const wiring = wiringOf(network)
  return cablesAt(wiring, device.name).flatMap(({ near, far }) =>
    speakersAt(wiring, far, 0).map(({ device: speaker, port }) => neighborOf(near.port, speaker, port)),
  )
}

type Cabled = { readonly near: MadeEnd; readonly far: MadeEnd }

/** Whole cables that carry LLDP: each of a bundle, but no line of a provider. */
function cablesAt(wiring: Wiring, device: string): readonly Cabled[] {
  return (wiring.waysAt.get(device) ?? [])
    .filter((way) => way.kind !== 'wan')
    .flatMap((way) => way.cables)
    .map(({ a, b }): Cabled => (a.device === device ? { near: a, far: b } : { near: b, far: a }))
    .filter(({ near, far }) => wiring.isUp(near) && wiring.isUp(far))
}

type Speaker = { readonly device: MadeDevice; readonly port: string }

function speakersAt(wiring: Wiring, far: MadeEnd, hops: number): readonly Speaker[] {
  const device = wiring.devices.get(far.device)
  if (device === undefined || !device.lldp || hops > MAX_HOPS) return []
  if (device.managed) return [{ device, port: far.port }]
  return cablesAt(wiring, device.name)
    .filter(({ near }) => near.port !== far.port)
    .flatMap((cabled) => speakersAt(wiring, cabled.far, hops + 1))
}

function neighborOf(port: string, { chassisMac, ...device }: MadeDevice, remote: string): HeardNeighbor {
  const there = device.ports.find(({ name }) => name === remote)
  const ids = { name: there?.ifName ?? remote, index: String(there?.ifIndex ?? 0), mac: there?.mac ?? '' }
  return {
    protocol: 'lldp',
    port,
    remoteSysName: device.sysName,
    remotePort: ids[device.lldpPortId],
    remotePortDescr: there?.ifDescr ?? '',
    remoteChassisId: chassisMac,
    remoteAddress: device.address,
    remoteSysDescr: device.sysDescr,
    capabilities: capabilitiesOf(device),
  }
}

const capabilitiesOf = (device: Pick<MadeDevice, 'bridges' | 'routes' | 'role'>): string[] => [
  ...(device.role === 'access-point' ? ['wlanAccessPoint'] : []),
  ...(device.bridges ? ['bridge'] : []),
  ...(device.routes ? ['router'] : []),
  ...(device.bridges || device.routes ? [] : ['stationOnly']),
]
