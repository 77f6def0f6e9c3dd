import type { SurveyReader } from '../reader.ts'
import { ADDRESS_TABLES } from './addresses.ts'
import { BRIDGE_TABLES } from './bridge.ts'
import { CDP_TABLES } from './cdp.ts'
import { ENTITY_TABLES } from './entity.ts'
import { INTERFACE_TABLES } from './interfaces.ts'
import { LLDP_TABLES } from './lldp.ts'
import { tablesThere } from './optional-entries.ts'
import { DETAIL_ENTRIES } from './part-details.ts'
import { PING_TABLES } from './pings.ts'
import { POWER_ETHERNET_TABLES } from './power-ethernet.ts'
import { PRINTER_TABLES } from './printers.ts'
import { ROUTING_TABLES } from './routing.ts'
import { SUPPLY_TABLES } from './supplies.ts'
import { PART_ENTRIES } from './vendor-inventory.ts'
import { VLAN_TABLES } from './vlans.ts'

const OPTIONAL_TABLES = [
  ...[...INTERFACE_TABLES, ...ENTITY_TABLES, ...LLDP_TABLES, ...CDP_TABLES, ...ADDRESS_TABLES, ...ROUTING_TABLES],
  ...[...BRIDGE_TABLES, ...VLAN_TABLES, ...SUPPLY_TABLES, ...PRINTER_TABLES, ...POWER_ETHERNET_TABLES, ...PING_TABLES],
  ...[...PART_ENTRIES, ...DETAIL_ENTRIES],
]

/** Asks at once which of the tables that most devices lack are there, so that no reader spends a walk to find out. */
export async function askForTables(reader: SurveyReader): Promise<void> {
  await tablesThere(reader, OPTIONAL_TABLES)
}
