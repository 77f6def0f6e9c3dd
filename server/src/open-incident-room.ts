import type { EpochMs } from '@eyenet/shared/identity'
import type { Logger } from 'pino'
import type { ControlDb } from './db/db.ts'
import type { FleetRoom } from './fleet/fleet.ts'
import { type IncidentOptions, type IncidentRoom, openIncidents } from './incidents/incidents.ts'
import type { InventoryRoom } from './inventory/inventory.ts'
import type { MetricStore } from './store/store.ts'

type Neighbours = {
  readonly db: ControlDb
  readonly store: MetricStore
  readonly now: () => EpochMs
  readonly logger: Logger
  readonly fleet: FleetRoom
  readonly inventory: InventoryRoom
  /** The network as it is known; the same object while nothing in it changes. */
  readonly graph: IncidentOptions['graph']
}

/** The room of incidents with what it needs of the fleet, the inventory and the map. */
export function openIncidentRoom({ fleet, inventory, ...own }: Neighbours): Promise<IncidentRoom> {
  return openIncidents({
    ...own,
    devices: () => inventory.answers(),
    agents: () => fleet.connections(),
    onBehind: (behind) => inventory.behindChanged(behind),
  })
}
