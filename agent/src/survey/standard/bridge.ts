import type { SnmpValue } from '../../snmp/snmp.ts'
import { defined } from '../defined.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyBridge, SurveyBridgePort } from '../survey-result.ts'
import { colonHex, macOf, numberOf, octetsOf } from '../value-text.ts'
import { readOptional, tablesThere } from './optional-entries.ts'

const BRIDGE = '1.3.6.1.2.1.17'
const BASE_PORT_ENTRY = `${BRIDGE}.1.4.1`
const STP = `${BRIDGE}.2`
const STP_PORT_ENTRY = `${STP}.15.1`
export const BRIDGE_TABLES = [BASE_PORT_ENTRY, STP_PORT_ENTRY]
/** dot1dStpPortState. */
const PORT_STATES = [undefined, 'disabled', 'blocking', 'listening', 'learning', 'forwarding', 'broken'] as const
const TICKS_PER_SECOND = 100
const ADDRESS = `${BRIDGE}.1.1.0`
const SCALARS = {
  priority: `${STP}.2.0`,
  sinceChange: `${STP}.3.0`,
  changes: `${STP}.4.0`,
  root: `${STP}.5.0`,
  rootCost: `${STP}.6.0`,
  rootPort: `${STP}.7.0`,
}

/** BRIDGE-MIB: the bridge's ports and its spanning tree; undefined for what is no bridge. */
export async function readBridge(reader: SurveyReader): Promise<SurveyBridge | undefined> {
  const there = await tablesThere(reader, BRIDGE_TABLES)
  if (there.size === 0) return undefined
  const ports = new Map<number, SurveyBridgePort>()
  for (const [port, ifIndex] of await readBridgePorts(reader)) ports.set(port, { port, ifIndex })
  for (const row of await readOptional(reader, STP_PORT_ENTRY, { state: 3, bridge: 8, bridgePort: 9 })) {
    const [port] = row.arcs
    if (port === undefined || row.arcs.length !== 1) continue
    const designatedBridge = bridgeIdOf(row.cell('bridge'))
    const designatedPort = designatedBridge === undefined ? undefined : portIdOf(row.cell('bridgePort'))
    const state = PORT_STATES[row.number('state') ?? 0]
    ports.set(port, { ...ports.get(port), port, ...defined({ state, designatedBridge, designatedPort }) })
  }
  const spanningTree = there.has(STP_PORT_ENTRY) ? await readSpanningTree(reader) : undefined
  const address = macOf(await reader.scalar(ADDRESS))
  return { ...defined({ address, spanningTree }), ports: [...ports.values()].sort((a, b) => a.port - b.port) }
}

/** dot1dBasePortIfIndex: the interface behind each of the bridge's own port numbers. */
export async function readBridgePorts(reader: SurveyReader): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>()
  for (const row of await readOptional(reader, BASE_PORT_ENTRY, { ifIndex: 2 })) {
    const ifIndex = row.number('ifIndex')
    const [port] = row.arcs
    if (port !== undefined && ifIndex !== undefined && ifIndex > 0) found.set(port, ifIndex)
  }
  return found
}

/** BridgeId: two octets of priority, then the address. A bridge or a port without a tree shows zeros. */
function bridgeIdOf(value: SnmpValue | undefined): string | undefined {
  const octets = octetsOf(value)
  if (octets.length !== 8 || octets.subarray(2).every((octet) => octet === 0)) return undefined
  return `${colonHex(octets.subarray(0, 2)).replace(':', '')}-${colonHex(octets.subarray(2))}`
}

/** Two octets: the port's priority, and its number. */
function portIdOf(value: SnmpValue | undefined): number | undefined {
  const [high, low, ...more] = octetsOf(value)
  return high === undefined || low === undefined || more.length > 0 ? undefined : high * 256 + low
}

async function readSpanningTree(reader: SurveyReader): Promise<SurveyBridge['spanningTree']> {
  const got = await reader.scalars(Object.values(SCALARS))
  const number = (oid: string): number | undefined => numberOf(got.get(oid))
  const root = bridgeIdOf(got.get(SCALARS.root))
  const rootPort = number(SCALARS.rootPort)
  const ticks = number(SCALARS.sinceChange)
  return defined({
    priority: number(SCALARS.priority),
    root,
    isRoot: root !== undefined && rootPort !== undefined ? rootPort === 0 : undefined,
    rootCost: number(SCALARS.rootCost),
    rootPort: rootPort === 0 ? undefined : rootPort,
    topologyChanges: number(SCALARS.changes),
    secondsSinceChange: ticks === undefined ? undefined : ticks / TICKS_PER_SECOND,
  })
}
