import { messageOf } from '@eyenet/shared/errors'
import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import type { Logger } from 'pino'
import { type AnomaliesOptions, type AnomalyRoom, openAnomalies } from './anomalies/anomalies.ts'
import type { ControlDb } from './db/db.ts'
import type { FleetRoom } from './fleet/fleet.ts'
import type { InventoryRoom } from './inventory/inventory.ts'
import type { MetricStore } from './store/store.ts'

type Neighbours = {
  readonly db: ControlDb
  readonly store: MetricStore
  readonly now: () => EpochMs
  readonly logger: Logger
  readonly fleet: FleetRoom
  readonly inventory: InventoryRoom
  readonly liveModel: NonNullable<AnomaliesOptions['liveModel']>
}

/** The room of anomalies with what it needs of the fleet and the inventory. */
export function openAnomalyRoom({ fleet, inventory, ...own }: Neighbours): AnomalyRoom {
  const anomalies = openAnomalies({
    ...own,
    deviceName: (device) => inventory.nameOf(device),
    agentName: (agent) => fleet.nameOf(agent),
    askedOf: (agent) => askedOf(fleet, agent),
  })
  inventory.onChange((change) => {
    if (change.kind !== 'device-removed') return
    anomalies
      .deviceRemoved(change.id)
      .catch((thrown) => own.logger.error({ error: messageOf(thrown) }, 'could not end the anomalies of a device'))
  })
  return anomalies
}

/** What the server sets for an agent; what the agent's own file says is not known here. */
async function askedOf(fleet: FleetRoom, agent: AgentId): ReturnType<AnomaliesOptions['askedOf']> {
  const { configuration } = await fleet.configuration.viewOf(agent)
  const { alarmsPerMonth, deviceAlarmsPerWeek } = configuration.settings.anomaly ?? {}
  return {
    ...(alarmsPerMonth !== undefined && { alarmsPerMonth }),
    ...(deviceAlarmsPerWeek !== undefined && { deviceAlarmsPerWeek }),
  }
}
