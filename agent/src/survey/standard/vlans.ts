import { readEntries } from '../entry-rows.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyVlan } from '../survey-result.ts'
import { numberOf, textOf } from '../value-text.ts'

const Q_VLAN_STATIC_NAME = '1.3.6.1.2.1.17.7.1.4.3.1.1'
const Q_VLAN_CURRENT_STATUS = '1.3.6.1.2.1.17.7.1.4.2.1.6'
const MOST_VLAN = 4_094

/** Vendors' tables with the VLAN number in the index: [table entry, column of the name]. */
const BY_INDEX: readonly (readonly [entry: string, name: number])[] = [
  // CISCO-VTP-MIB vtpVlanName, by management domain and VLAN.
  ['1.3.6.1.4.1.9.9.46.1.3.1.1', 4],
  // IEEE8021-Q-BRIDGE-MIB ieee8021QBridgeVlanStaticName, by component and VLAN.
  ['1.3.111.2.802.1.1.4.1.4.3.1', 3],
  // RAPID-CITY rcVlanName (Nortel, Avaya, Extreme VOSS).
  ['1.3.6.1.4.1.2272.1.3.2.1', 2],
]
/** Tables where it stands in a column: [entry, number, name]. */
const BY_COLUMN: readonly (readonly [entry: string, id: number, name: number])[] = [
  // JUNIPER-VLAN-MIB jnxExVlanTable, JUNIPER-L2ALD-MIB jnxL2aldVlanTable, EXTREME-VLAN-MIB extremeVlanIfTable.
  ['1.3.6.1.4.1.2636.3.40.1.5.1.5.1', 5, 2],
  ['1.3.6.1.4.1.2636.3.48.1.3.1.1', 3, 2],
  ['1.3.6.1.4.1.1916.1.2.1.2.1', 10, 2],
]

/** The VLANs of a switch: Q-BRIDGE, and the tables of those who keep them elsewhere. */
export async function readVlans(reader: SurveyReader): Promise<readonly SurveyVlan[]> {
  const found = new Map<number, string>()
  const add = (id: number | undefined, name: string): void => {
    if (id === undefined || !(id >= 1 && id <= MOST_VLAN)) return
    if (!found.get(id)) found.set(id, name)
  }
  const entries = [...BY_INDEX.map(([entry]) => entry), ...BY_COLUMN.map(([entry]) => entry)]
  const present = await reader.present([Q_VLAN_STATIC_NAME, Q_VLAN_CURRENT_STATUS, ...entries])
  for (const [entry, name] of BY_INDEX) {
    if (!present.has(entry)) continue
    for (const row of await readEntries(reader, entry, { name })) add(row.arcs.at(-1), row.text('name'))
  }
  for (const [entry, id, name] of BY_COLUMN) {
    if (!present.has(entry)) continue
    for (const row of await readEntries(reader, entry, { id, name })) add(row.number('id'), row.text('name'))
  }
  if (present.has(Q_VLAN_STATIC_NAME)) {
    for (const { index, values } of await reader.table([Q_VLAN_STATIC_NAME])) add(Number(index), textOf(values[0]))
  }
  if (present.has(Q_VLAN_CURRENT_STATUS)) {
    for (const { index, values } of await reader.table([Q_VLAN_CURRENT_STATUS])) {
      if (numberOf(values[0]) !== undefined) add(Number(index.split('.').at(-1)), '')
    }
  }
  return Array.from(found, ([id, name]) => ({ id, name })).sort((a, b) => a.id - b.id)
}
