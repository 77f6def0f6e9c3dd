import type { EpochMs } from '@eyenet/shared/identity'
import type { HeardNeighbor } from '@eyenet/shared/wire'
import { type Directory, portOf, type Recognised } from './directory.ts'
import { endKey, endOf } from './draft-link.ts'
import type { KnownDevice } from './known-device.ts'

/** One neighbour that a device hears at a port, and who that is. */
export type Hearing = {
  readonly by: KnownDevice
  /** Where it is heard: the interface itself, not its unit or bundle. */
  readonly port: string
  readonly heard: HeardNeighbor
  readonly to: Recognised | undefined
  readonly toPort: string | undefined
  /** The ends as keys; of the other one only where its port is known. */
  readonly hereKey: string
  readonly thereKey: string | undefined
  /** Both ends in order, and each end with the device at the other one, where both are known. */
  readonly pair: { readonly key: string; readonly here: string; readonly there: string } | undefined
  /** When it was first told as it is now. */
  readonly since: EpochMs
}

/** What makes an entry the same one in the next report: port, protocol, and who is there at which of its ports. */
export function neighborKey({ protocol, port, remoteSysName, remotePort, remoteChassisId }: HeardNeighbor): string {
  return JSON.stringify([protocol, port ?? '', remoteChassisId ?? remoteSysName, remotePort])
}

/** Everything that one device hears at a port of its own. */
export function hearingsOf(by: KnownDevice, directory: Directory): readonly Hearing[] {
  const { neighbors = [], neighborsSince } = by.view.links
  return neighbors.flatMap((heard): readonly Hearing[] => {
    if (heard.port === undefined) return []
    const port = by.ports.base(by.ports.named(heard.port)?.port ?? heard.port)
    const to = directory.recognise(heard, by)
    const toPort = to === undefined ? undefined : portOf(to.device, heard)
    const since = neighborsSince?.get(neighborKey(heard)) ?? by.view.linksAt
    return [withKeys({ by, port, heard, to, toPort, since })]
  })
}

export function withKeys(one: Omit<Hearing, 'hereKey' | 'thereKey' | 'pair'>): Hearing {
  const { by, port, to, toPort } = one
  const thereKey = to === undefined || toPort === undefined ? undefined : endKey(endOf(to.device, toPort))
  const hereKey = endKey(endOf(by, port))
  const pair = to === undefined || thereKey === undefined ? undefined : pairOf({ ...one, to, hereKey, thereKey })
  return { ...one, hereKey, thereKey, pair }
}

function pairOf(one: Pick<Hearing, 'by' | 'hereKey'> & { readonly to: Recognised; readonly thereKey: string }) {
  const { by, to, hereKey, thereKey } = one
  const key = hereKey < thereKey ? `${hereKey}~${thereKey}` : `${thereKey}~${hereKey}`
  return { key, here: `${hereKey} ${to.device.view.device}`, there: `${thereKey} ${by.view.device}` }
}
