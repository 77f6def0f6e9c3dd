import { readEntries } from '../entry-rows.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyInterface, SurveyVlan } from '../survey-result.ts'
import { numberOf, textOf } from '../value-text.ts'
import { tablesThere } from './optional-entries.ts'

const Q_VLAN_STATIC_NAME = '1.3.6.1.2.1.17.7.1.4.3.1.1'
const Q_VLAN_CURRENT_STATUS = '1.3.6.1.2.1.17.7.1.4.2.1.6'
const MOST_VLAN = 4_094

/** Vendors' tables with the VLAN number at the end of the index: [table entry, column of the name]. */
const BY_INDEX: readonly (readonly [entry: string, name: number])[] = [
  // CISCO-VTP-MIB vtpVlanName, by management domain and VLAN.
  ['1.3.6.1.4.1.9.9.46.1.3.1.1', 4],
  // IEEE8021-Q-BRIDGE-MIB ieee8021QBridgeVlanStaticName, by component and VLAN.
  ['1.3.111.2.802.1.1.4.1.4.3.1', 3],
  // RAPID-CITY rcVlanName (Nortel, Avaya, Extreme VOSS).
  ['1.3.6.1.4.1.2272.1.3.2.1', 2],
  // HH3C-LswVLAN-MIB, HUAWEI-L2VLAN-MIB, ALCATEL-IND1-VLAN-MGR-MIB of AOS 6 and 7.
  ['1.3.6.1.4.1.25506.8.35.2.1.1.1', 2],
  ['1.3.6.1.4.1.2011.5.25.42.3.1.1.1.1', 17],
  ['1.3.6.1.4.1.6486.800.1.2.1.3.1.1.1.1.1', 2],
  ['1.3.6.1.4.1.6486.801.1.2.1.3.1.1.1.1.1', 2],
  // FOUNDRY-SN-SWITCH-GROUP-MIB snVLanByPortCfgTable, TPLINK-DOT1Q-VLAN-MIB, WLSX-IFEXT-MIB, A10-AX-MIB.
  ['1.3.6.1.4.1.1991.1.1.3.2.7.1', 21],
  ['1.3.6.1.4.1.11863.6.14.1.2.1.1', 2],
  ['1.3.6.1.4.1.14823.2.2.1.3.1.2.1', 2],
  ['1.3.6.1.4.1.22610.2.4.1.7.2.1.1.1', 2],
  // ALTEON-CS-PHYSICAL-MIB, and what became of it at IBM and Lenovo.
  ['1.3.6.1.4.1.1872.2.5.2.3.5.1.1', 2],
  ['1.3.6.1.4.1.26543.2.7.4.2.3.5.1.1', 2],
  ['1.3.6.1.4.1.26543.2.7.6.2.3.5.1.1', 2],
  ['1.3.6.1.4.1.26543.2.7.7.2.3.5.1.1', 2],
  // QTECH-MIB and NAG-MIB, V1600D, GRANDSTREAM-GWN-PRODUCTS-SWITCH-MIB, CTRON-VLAN-EXTENSIONS-MIB.
  ['1.3.6.1.4.1.27514.100.5.1.1', 2],
  ['1.3.6.1.4.1.40418.7.100.5.1.1', 2],
  ['1.3.6.1.4.1.37950.1.1.5.10.2.6.1', 2],
  ['1.3.6.1.4.1.42397.1.4.4.1.1', 2],
  ['1.3.6.1.4.1.52.4.1.2.16.4.4.1', 2],
]
/** Tables where it stands in a column: [entry, number, name]. */
const BY_COLUMN: readonly (readonly [entry: string, id: number, name: number])[] = [
  // JUNIPER-VLAN-MIB jnxExVlanTable, JUNIPER-L2ALD-MIB jnxL2aldVlanTable, EXTREME-VLAN-MIB extremeVlanIfTable.
  ['1.3.6.1.4.1.2636.3.40.1.5.1.5.1', 5, 2],
  ['1.3.6.1.4.1.2636.3.48.1.3.1.1', 3, 2],
  ['1.3.6.1.4.1.1916.1.2.1.2.1', 10, 2],
]
export const VLAN_TABLES = [
  ...[Q_VLAN_STATIC_NAME, Q_VLAN_CURRENT_STATUS],
  ...BY_INDEX.map(([entry]) => entry),
  ...BY_COLUMN.map(([entry]) => entry),
]

/** IANAifType l2vlan and l3ipvlan. */
const VLAN_TYPES = [135, 136]

/** The VLANs of a switch: Q-BRIDGE, the tables of those who keep them elsewhere, or its VLAN interfaces. */
export async function readVlans(
  reader: SurveyReader,
  interfaces: readonly SurveyInterface[],
): Promise<readonly SurveyVlan[]> {
  const found = new Map<number, string>()
  const add = (id: number | undefined, name: string): void => {
    if (id === undefined || !(id >= 1 && id <= MOST_VLAN)) return
    if (!found.get(id)) found.set(id, name)
  }
  const there = await tablesThere(reader, VLAN_TABLES)
  for (const [entry, name] of BY_INDEX) {
    if (!there.has(entry)) continue
    for (const row of await readEntries(reader, entry, { name })) add(row.arcs.at(-1), row.text('name'))
  }
  for (const [entry, id, name] of BY_COLUMN) {
    if (!there.has(entry)) continue
    for (const row of await readEntries(reader, entry, { id, name })) add(row.number('id'), row.text('name'))
  }
  if (there.has(Q_VLAN_STATIC_NAME)) {
    for (const { index, values } of await reader.table([Q_VLAN_STATIC_NAME])) add(Number(index), textOf(values[0]))
  }
  if (there.has(Q_VLAN_CURRENT_STATUS)) {
    for (const { index, values } of await reader.table([Q_VLAN_CURRENT_STATUS])) {
      if (numberOf(values[0]) !== undefined) add(Number(index.split('.').at(-1)), '')
    }
  }
  if (found.size === 0) for (const one of interfaces) add(vlanOf(one), one.alias || one.name)
  return Array.from(found, ([id, name]) => ({ id, name })).sort((a, b) => a.id - b.id)
}

/** `vlan200`, `Vlan 7`, `eth0.7`: the number in the name of an interface that says that it is one. */
function vlanOf({ type, name, descr }: SurveyInterface): number | undefined {
  if (type === undefined || !VLAN_TYPES.includes(type)) return undefined
  const found = /(?:vlan|vl|irb|\.)[ _-]?0{0,3}(\d{1,4})$/i.exec(name) ?? /vlan[ _-]?0{0,3}(\d{1,4})$/i.exec(descr)
  return found === null ? undefined : Number(found[1])
}
