import { messageOf } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import type { Logger } from 'pino'
import type { ControlDb } from './db/db.ts'
import type { InventoryRoom } from './inventory/inventory.ts'
import type { Ops } from './ops/ops.ts'
import type { MetricStore } from './store/store.ts'
import { openTopology, type TopologyRoom } from './topology/topology.ts'

type Neighbours = {
  readonly db: ControlDb
  readonly store: MetricStore
  readonly now: () => EpochMs
  readonly logger: Logger
  readonly inventory: InventoryRoom
  readonly ops: Ops
}

/** The room of the topology with what it needs of the inventory; what it does is told under /metrics. */
export async function openTopologyRoom({ ops, ...own }: Neighbours): Promise<TopologyRoom> {
  const topology = await openTopology(own)
  const { inventory, logger } = own
  inventory.identities.onMerge(({ from, into, undone }) => {
    const done = undone ? topology.devicesParted([from, into]) : topology.deviceMerged(from, into)
    done.catch((thrown) => logger.error({ error: messageOf(thrown) }, 'could not merge a device in the topology'))
  })
  const counter = (name: string, help: string, read: () => number): void =>
    ops.addCounter({ name: `eyenet_server_topology_${name}_total`, help, read })
  counter('reports', 'Reports of links that were taken.', () => topology.stats().reports)
  counter('strangers', 'Reports of links of unknown devices.', () => topology.stats().strangers)
  counter('events', 'Changes of the network.', () => topology.stats().events)
  counter('events_forgotten', 'Changes removed because there were too many.', () => topology.stats().eventsForgotten)
  counter('endpoints_refused', 'Stations that were not taken: too many.', () => topology.stats().endpointsRefused)
  counter('endpoints_hushed', 'Moves of stations that were no event: too many.', () => topology.stats().endpointsHushed)
  counter('recomputes', 'Times that the graph was worked out.', () => topology.stats().recomputes)
  counter('recompute_seconds', 'Seconds spent on that.', () => topology.stats().recomputeSeconds)
  counter('series_refused', 'Series for which the store had no room.', () => topology.stats().seriesRefused)
  const gauge = (name: string, help: string, read: () => number): void =>
    ops.addGauge({ name: `eyenet_server_topology_${name}`, help, read })
  gauge('endpoints', 'Stations that are known.', () => topology.stats().endpoints)
  const leftOut = 'Announced neighbors that are not on the map: too many at one port.'
  gauge('neighbors_left_out', leftOut, () => topology.stats().neighborsLeftOut)
  return topology
}
