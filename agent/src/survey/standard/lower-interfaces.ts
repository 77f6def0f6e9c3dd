import type { SurveyReader } from '../reader.ts'
import { readOptional } from './optional-entries.ts'

const IF_STACK_ENTRY = '1.3.6.1.2.1.31.1.2.1'
const LAG_PORT_ENTRY = '1.2.840.10006.300.43.1.2.1.1'
/** CISCO-PAGP-MIB pagpEthernetParams: bundles of Cisco's own protocol, and those that are on without one. */
const PAGP_ENTRY = '1.3.6.1.4.1.9.9.98.1.1.1.1'
export const LOWER_TABLES = [IF_STACK_ENTRY, LAG_PORT_ENTRY, PAGP_ENTRY]

/** ifStackTable, and the aggregator to which a port is attached: what runs below each interface; 0 stands for nothing. */
export async function readLower(reader: SurveyReader): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  const found = new Map<number, Set<number>>()
  const add = (higher: number, lower: number): void => {
    if (higher === 0 || lower === 0 || higher === lower) return
    found.set(higher, (found.get(higher) ?? new Set()).add(lower))
  }
  for (const { arcs } of await readOptional(reader, IF_STACK_ENTRY, { status: 3 })) add(arcs[0] ?? 0, arcs[1] ?? 0)
  for (const row of await readOptional(reader, LAG_PORT_ENTRY, { attached: 13 })) {
    add(row.number('attached') ?? 0, row.arcs[0] ?? 0)
  }
  for (const row of await readOptional(reader, PAGP_ENTRY, { group: 8 }))
    add(row.number('group') ?? 0, row.arcs[0] ?? 0)
  return found
}
