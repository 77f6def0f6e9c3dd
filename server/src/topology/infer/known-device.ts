import { DevicePorts } from './device-ports.ts'
import type { DeviceView } from './device-view.ts'
import { type ForwardingTable, readForwardingTable } from './forwarding-table.ts'
import { isStation, macNumber } from './port-names.ts'
import { readTree, type TreeFacts } from './read-tree.ts'

/** A device with what is worked out of its view alone. Stays the same object while its view is replaced. */
export type KnownDevice = {
  view: DeviceView
  ports: DevicePorts
  /** Addresses of stations that are its own, each once. */
  macs: readonly number[]
  /** What it has learnt; undefined where it tells no forwarding table. */
  table: ForwardingTable | undefined
  /** Interfaces that are up, go into a cable, and have learnt nobody. */
  quiet: readonly string[]
  /** State of the spanning tree at each port. */
  treeStates: ReadonlyMap<string, string>
  /** Whom it hears in the spanning tree. */
  tree: TreeFacts
  /** What others may recognise it by, as one text: while it stays, nobody's matches change. */
  mark: string
}

/** The same bounds as a report's: what is beyond was cut there. */
const MAX_MACS = 20_064

export function knowDevice(view: DeviceView): KnownDevice {
  const macs = new Set<number>()
  const texts = [...(view.links.identifiers ?? []), view.links.bridge?.address ?? '', ...view.interfaces.map(macOf)]
  for (const text of texts) {
    const mac = macNumber(text)
    if (mac !== undefined && isStation(mac) && macs.size < MAX_MACS) macs.add(mac)
  }
  const ports = new DevicePorts(view)
  const table = readForwardingTable(view, ports)
  const own = [...macs]
  return {
    ...{ view, ports, table, quiet: quietPorts(view, { ports, table }), macs: own, mark: markOf(view) },
    ...{ treeStates: treeStatesOf(view, ports), tree: readTree(view, { ports, macs: own }) },
  }
}

const macOf = ({ mac }: { readonly mac: string }): string => mac

function quietPorts(view: DeviceView, { ports, table }: Pick<KnownDevice, 'ports' | 'table'>): readonly string[] {
  const busy = new Set(table?.ports.filter((_, at) => (table.macsAt[at]?.length ?? 0) > 0))
  const routed = new Set((view.links.addresses ?? []).map(({ port }) => port))
  return view.interfaces
    .filter(({ port, isUp }) => isUp === true && !busy.has(port) && !routed.has(port) && ports.outer(port) === port)
    .map(({ port }) => port)
    .filter((port) => !ports.isVirtual(port) && !ports.isWireless(port))
}

/** A bundle passes frames as long as one of its members does. */
function treeStatesOf(view: DeviceView, ports: DevicePorts): ReadonlyMap<string, string> {
  const states = new Map<string, string>()
  for (const { port, state } of view.links.bridge?.ports ?? []) {
    if (state === undefined) continue
    const outer = ports.outer(port)
    if (states.get(outer) !== 'forwarding') states.set(outer, state)
  }
  return states
}

function markOf({ name, sysName, serial, site, role, address, interfaces, links }: DeviceView): string {
  const ports = interfaces.map(
    ({ port, ifIndex, ifName, ifDescr, ifAlias, ifType, mac }) =>
      `${port}\t${ifIndex}\t${ifName}\t${ifDescr}\t${ifAlias}\t${ifType}\t${mac}`,
  )
  const own = [links.identifiers, links.bridge?.address, links.addresses, links.bundles]
  return JSON.stringify([name, sysName, serial, site, role, address, own, ports])
}
