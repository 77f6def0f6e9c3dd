import type { DevicePorts } from './device-ports.ts'
import type { DeviceView } from './device-view.ts'

/** What a bridge has learnt, by station: behind which of its ports. */
export type ForwardingTable = {
  /** Ports as they are in the graph: members of a bundle stand for the bundle. */
  readonly ports: readonly string[]
  /** Number in `ports`, by the station's address, in the VLAN with the most entries there. */
  readonly portOf: ReadonlyMap<number, number>
  /** The same station behind another port in another VLAN (a tree for each VLAN), or a shared address. */
  readonly elsewhere: ReadonlyMap<number, readonly number[]>
  /** VLANs seen at each port, ascending. */
  readonly vlans: readonly (readonly number[])[]
  /** VLAN of each station where it is told. */
  readonly vlanOf: ReadonlyMap<number, number>
  /** Stations at each port. */
  readonly macsAt: readonly (readonly number[])[]
}

const HEX_DIGITS = 12

/** Ports that lead somewhere though nothing was learnt there. */
function otherPorts({ links }: DeviceView): readonly string[] {
  const heard = (links.neighbors ?? []).flatMap(({ port }) => port ?? [])
  return [...new Set([links.bridge?.rootPort, ...heard])].filter((port) => port !== undefined).sort()
}

/** Undefined where the device tells no table, or an empty one. */
export function readForwardingTable(view: DeviceView, names: DevicePorts): ForwardingTable | undefined {
  const { forwarding } = view.links
  if (forwarding === undefined || forwarding.every(({ macs }) => macs === '')) return undefined
  const ports: string[] = []
  const numbers = new Map<string, number>()
  const vlans: Set<number>[] = []
  const portOf = new Map<number, number>()
  const vlanOf = new Map<number, number>()
  const elsewhere = new Map<number, number[]>()
  const macsAt: number[][] = []
  const numberOf = (outer: string): number => {
    const known = numbers.get(outer)
    if (known !== undefined) return known
    numbers.set(outer, ports.length)
    vlans.push(new Set())
    macsAt.push([])
    return ports.push(outer) - 1
  }
  for (const port of otherPorts(view)) numberOf(names.outer(port))
  // In one order, whatever order the device tells them in.
  const groups = [...forwarding].sort((a, b) => a.vlan - b.vlan || (a.port < b.port ? -1 : a.port > b.port ? 1 : 0))
  for (const { port, vlan, macs } of groups) {
    const number = numberOf(names.outer(port))
    if (vlan > 0) vlans[number]?.add(vlan)
    for (let at = 0; at + HEX_DIGITS <= macs.length; at += HEX_DIGITS) {
      const mac = Number.parseInt(macs.slice(at, at + HEX_DIGITS), 16)
      const before = portOf.get(mac)
      if (before === undefined) {
        portOf.set(mac, number)
        macsAt[number]?.push(mac)
        if (vlan > 0) vlanOf.set(mac, vlan)
      } else if (before !== number) {
        const others = elsewhere.get(mac) ?? []
        if (!others.includes(number)) elsewhere.set(mac, [...others, number])
      }
    }
  }
  return { ports, portOf, elsewhere, vlans: vlans.map((all) => [...all].sort((a, b) => a - b)), vlanOf, macsAt }
}
