import type { DeviceId, EpochMs } from '@eyenet/shared/identity'
import { ackTopic, type Peer } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { AnomalyRoom } from './anomalies/anomalies.ts'
import type { ControlDb } from './db/db.ts'
import type { DiscoveryRoom } from './discovery/discovery.ts'
import type { FleetRoom } from './fleet/fleet.ts'
import { createIngest, type Ingest } from './ingest/ingest.ts'
import type { InventoryRoom } from './inventory/inventory.ts'
import type { LedgerRoom } from './ledger/ledger.ts'
import type { MetricStore } from './store/store.ts'
import type { TopologyRoom } from './topology/topology.ts'

type Neighbours = {
  readonly db: ControlDb
  readonly store: MetricStore
  readonly now: () => EpochMs
  readonly logger: Logger
  readonly fleet: FleetRoom
  readonly inventory: InventoryRoom
  readonly topology: TopologyRoom
  readonly anomalies: AnomalyRoom
  readonly ledger: LedgerRoom
  readonly discovery: DiscoveryRoom
  readonly publish: (topic: string, payload: string) => Promise<void>
}

/** What agents say goes to the rooms that it concerns; of a device that has several ids under the one that stays. */
export function openIngestRoom(rooms: Neighbours): Ingest {
  const { db, store, now, logger, fleet, inventory, topology, anomalies, ledger, discovery, publish } = rooms
  const noticeOf = ({ agent }: Peer, code: string, message: string) => {
    return { agent, key: `${agent}/${code}/${message.slice(0, 80)}`, at: now(), code, message }
  }
  const { identities } = inventory
  const known = <T extends { readonly device: DeviceId }>(report: T): T => ({
    ...report,
    device: identities.resolve(report.device),
  })
  const ingest = createIngest({
    ...{ db, store, now, logger },
    deviceOf: (id) => identities.resolve(id),
    onFacts: async (peer, report) => {
      await inventory.receiveFacts(peer, report)
      await ledger.receiveFacts(peer, known(report))
    },
    onLinks: (peer, report) => topology.receiveLinks(peer, known(report)),
    onDiscovered: async (peer, report) => {
      await discovery.receive(peer, report)
      await topology.receiveFound(peer, report)
    },
    onEvent: async (peer, report) => {
      if (report.kind === 'notice') await fleet.note(noticeOf(peer, report.code, report.message))
      if (report.kind === 'anomaly') await anomalies.receive(peer, known(report))
      if (report.kind === 'dropped') {
        await ledger.dropped(peer, report)
        const span = `${new Date(report.from).toISOString()} to ${new Date(report.to).toISOString()}`
        const message = `${report.samples} samples of ${span} were dropped (${report.reason})`
        await fleet.note(noticeOf(peer, 'dropped', message))
      }
      await inventory.receiveEvent(peer, report)
    },
    onStored: (stored) => {
      fleet.heard(stored.agent, stored.newest)
      inventory.stored(stored)
      ledger.stored(stored)
    },
    onRejected: (peer, rejected) => ledger.rejected(peer, rejected),
    onRefused: (peer, reason) => {
      logger.warn({ agent: peer.agent, reason }, 'a message of an agent was refused')
      fleet.remark(noticeOf(peer, 'refused', reason))
    },
    acknowledge: async (peer, acknowledgement) => publish(ackTopic(peer), JSON.stringify(acknowledgement)),
  })
  identities.onMerge(() => ingest.devicesChanged())
  return ingest
}
