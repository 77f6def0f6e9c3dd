import type { AlertingTables } from './tables/alerting.ts'
import type { AuthTables } from './tables/auth.ts'
import type { FleetTables } from './tables/fleet.ts'
import type { InventoryTables } from './tables/inventory.ts'
import type { LedgerTables } from './tables/ledger.ts'

/** Every table of the control-plane database; a room adds its own file in tables/ and one member here. */
export type Tables = AlertingTables & AuthTables & FleetTables & InventoryTables & LedgerTables
