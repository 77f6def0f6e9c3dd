import type { DevicePorts } from './device-ports.ts'
import type { DeviceView } from './device-view.ts'
import { isStation, macNumber } from './port-names.ts'

/** Whose messages rule on the cable at a port: another bridge's, from which of its ports. */
export type Ruler = { readonly port: string; readonly mac: number; readonly portId: number; readonly isOpen: boolean }

/** What the spanning tree of one bridge says of its cables. */
export type TreeFacts = {
  readonly rulers: readonly Ruler[]
  /** The bridge's own ports by what they are called in messages. */
  readonly ownPorts: ReadonlyMap<number, string>
}

const NO_TREE: TreeFacts = { rulers: [], ownPorts: new Map() }

/**
 * Reads the designated bridge and port of each port. What is disabled or down says nothing any more; of a port that is told
 * twice the first word counts, since one bridge alone rules on a cable.
 */
export function readTree(
  view: DeviceView,
  { ports, macs }: { readonly ports: DevicePorts; readonly macs: readonly number[] },
): TreeFacts {
  const rows = view.links.bridge?.ports ?? []
  if (rows.every(({ designatedBridge }) => designatedBridge === undefined)) return NO_TREE
  const own = new Set(macs)
  const rulers = new Map<string, Ruler>()
  const ownPorts = new Map<number, string>()
  for (const { port, state, designatedBridge, designatedPort } of rows) {
    const mac = macNumber(designatedBridge?.split('-')[1] ?? '')
    if (mac === undefined || designatedPort === undefined || !isStation(mac)) continue
    const outer = ports.outer(port)
    if (own.has(mac)) ownPorts.set(designatedPort, outer)
    else if (state !== 'disabled' && ports.get(port)?.isUp !== false && !rulers.has(outer))
      rulers.set(outer, { port: outer, mac, portId: designatedPort, isOpen: state === 'forwarding' })
  }
  return { rulers: [...rulers.values()], ownPorts }
}
