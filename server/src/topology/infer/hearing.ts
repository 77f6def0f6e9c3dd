import type { EpochMs } from '@eyenet/shared/identity'
import type { HeardNeighbor } from '@eyenet/shared/wire'
import { compareText, type Directory, portOf, type Recognised } from './directory.ts'
import { endKey, endOf } from './draft-link.ts'
import type { KnownDevice } from './known-device.ts'
import { pushTo } from './push-to.ts'

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
  /** Neighbours at the port that were left out. */
  readonly others: number
}

/** What makes an entry the same one in the next report: port, protocol, and who is there at which of its ports. */
export function neighborKey({ protocol, port, remoteSysName, remotePort, remoteChassisId }: HeardNeighbor): string {
  return JSON.stringify([protocol, port ?? '', remoteChassisId ?? remoteSysName, remotePort])
}

/** Neighbours that are believed at one port, the ones that were told first: more is a flood, and no medium of people. */
export const MAX_HEARD_AT_PORT = 48

/** What one device hears at a port of its own, and how many neighbours were left out: too many at one port. */
export type Heard = {
  readonly hearings: readonly Hearing[]
  readonly leftOut: number
  /** Who is heard depends on what others hear too. */
  readonly isTied: boolean
}

export function hearingsOf(by: KnownDevice, directory: Directory): Heard {
  const { neighbors = [], neighborsSince } = by.view.links
  const atPort = new Map<string, Told[]>()
  for (const heard of neighbors) {
    if (heard.port === undefined) continue
    const port = by.ports.base(by.ports.named(heard.port)?.port ?? heard.port)
    const key = neighborKey(heard)
    pushTo(atPort, port, { heard, key, since: neighborsSince?.get(key) ?? by.view.linksAt })
  }
  const hearings: Hearing[] = []
  let leftOut = 0
  let isTied = false
  for (const [port, told] of atPort) {
    const others = Math.max(0, told.length - MAX_HEARD_AT_PORT)
    leftOut += others
    const believed = others === 0 ? told : told.sort(byAge).slice(0, MAX_HEARD_AT_PORT)
    for (const { heard, since } of believed) {
      const found = directory.recognise(heard, by)
      const to = found === 'tied' ? undefined : found
      isTied ||= found === 'tied' || to?.wasTied === true
      const toPort = to === undefined ? undefined : portOf(to.device, heard)
      hearings.push(withKeys({ by, port, heard, to, toPort, since, others }))
    }
  }
  return { hearings, leftOut, isTied }
}

type Told = { readonly heard: HeardNeighbor; readonly key: string; readonly since: EpochMs }

const byAge = (a: Told, b: Told): number => a.since - b.since || compareText(a.key, b.key)

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
