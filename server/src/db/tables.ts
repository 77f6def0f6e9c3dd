import type { AlertingTables } from './tables/alerting.ts'
import type { AnomalyTables } from './tables/anomalies.ts'
import type { AuthTables } from './tables/auth.ts'
import type { CertificateTables } from './tables/certificates.ts'
import type { ConfigurationTables } from './tables/configuration.ts'
import type { DiscoveryTables } from './tables/discovery.ts'
import type { FleetTables } from './tables/fleet.ts'
import type { IncidentTables } from './tables/incidents.ts'
import type { InventoryTables } from './tables/inventory.ts'
import type { LedgerTables } from './tables/ledger.ts'
import type { ModelTables } from './tables/models.ts'
import type { TopologyTables } from './tables/topology.ts'

/** Every table of the control-plane database; a room adds its own file in tables/ and one member here. */
export type Tables = AlertingTables &
  AnomalyTables &
  AuthTables &
  CertificateTables &
  ConfigurationTables &
  DiscoveryTables &
  FleetTables &
  IncidentTables &
  InventoryTables &
  LedgerTables &
  ModelTables &
  TopologyTables
