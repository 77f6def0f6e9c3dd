import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { DeviceId, EpochMs } from '@eyenet/shared/identity'
import type { Logger } from 'pino'
import type { AlertingRoom } from './alerting/alerting.ts'
import type { AnomalyRoom } from './anomalies/anomalies.ts'
import type { Audit } from './auth/auth.ts'
import type { ControlDb } from './db/db.ts'
import { type DiscoveryRoom, openDiscovery } from './discovery/discovery.ts'
import { bumpRevision, type DiscoverySupply, type FleetRoom } from './fleet/fleet.ts'
import type { InventoryRoom, LifecycleChange } from './inventory/inventory.ts'
import type { LedgerRoom } from './ledger/ledger.ts'
import type { Vault } from './vault/vault.ts'

type Neighbours = {
  readonly db: ControlDb
  readonly vault: Vault
  readonly now: () => EpochMs
  readonly logger: Logger
  readonly audit: Audit
  readonly fleet: FleetRoom
  readonly inventory: InventoryRoom
  readonly alerting: AlertingRoom
  readonly anomalies: AnomalyRoom
  readonly ledger: LedgerRoom
}

/** The room of discovery with what it needs of the others, and what the end of a device means to them. */
export async function openDiscoveryRoom(neighbours: Neighbours): Promise<DiscoveryRoom> {
  const { fleet, inventory, audit, logger, db, vault, now } = neighbours
  const discovery = await openDiscovery({
    ...{ db, vault, now, logger, audit },
    fleet: {
      list: () => fleet.list(),
      get: (agent) => fleet.get(agent),
      nameOf: (agent) => fleet.nameOf(agent),
      ask: (agent, task) => fleet.ask(agent, task),
      desiredChanged: (agents) => fleet.desiredChanged(agents),
      watchAll: (agent, targets) => fleet.watchAll(agent, targets),
      unwatchAll: (devices) => fleet.unwatchAll(devices),
    },
    resolve: (device) => inventory.identities.resolve(device),
    deviceName: (device) => inventory.nameOf(device),
    isWatchedBeside: (device) => isWatchedBeside({ fleet, inventory }, device),
    forgetDevice: (device) => forgotten(inventory, device),
    onFound: (devices, at) => inventory.lifecycles.found(devices, at),
  })
  const guarded = (what: string, work: Promise<unknown>): void => {
    work.catch((thrown) => logger.error({ error: messageOf(thrown) }, `could not ${what}`))
  }
  inventory.onChange((change) => {
    if (change.kind === 'device') guarded('tell the inbox of a device', discovery.deviceChanged(change.device))
    else guarded('tell the inbox that a device is gone', discovery.deviceRemoved(change.id))
  })
  inventory.lifecycles.onChange((change) => {
    guarded('end or begin the polls of a device', pollsChanged(neighbours, change))
    if (change.to === 'retired') guarded('end what is open of a device', ended(neighbours, change.device))
  })
  return discovery
}

/** What the fleet needs of a room that is opened after it. */
export function lateDiscovery(room: () => DiscoveryRoom | undefined): DiscoverySupply {
  return {
    settingsFor: async (agent) => room()?.settingsFor(agent),
    receiveBirth: async (agent, birth) => room()?.receiveBirth(agent, birth),
  }
}

/** A device that never told of itself is in no inventory. */
async function forgotten(inventory: InventoryRoom, device: DeviceId): Promise<void> {
  try {
    await inventory.remove(device)
  } catch (thrown) {
    if (!(thrown instanceof EyeNetError) || thrown.code !== 'not_found') throw thrown
  }
}

async function pollsChanged({ db, fleet, inventory }: Neighbours, { device, from, to }: LifecycleChange) {
  if (from !== 'retired' && to !== 'retired') return
  const query = db.selectFrom('targets').select('agent').distinct()
  const rows = await query.where('device', 'in', namesOf(inventory, device)).execute()
  const agents = rows.map(({ agent }) => agent)
  for (const agent of agents) await bumpRevision(db, agent)
  fleet.desiredChanged(agents)
}

/** By the server's word, under an id that was merged into this one. */
async function isWatchedBeside({ fleet, inventory }: Pick<Neighbours, 'fleet' | 'inventory'>, device: DeviceId) {
  for (const id of inventory.identities.aliasesOf(device)) if ((await fleet.watched(id)) !== undefined) return true
  return false
}

/** Every id by which agents may know a device. */
function namesOf({ identities }: InventoryRoom, device: DeviceId): readonly DeviceId[] {
  return [device, ...identities.aliasesOf(device)]
}

async function ended({ alerting, anomalies, ledger }: Neighbours, device: DeviceId): Promise<void> {
  await alerting.deviceRemoved(device)
  await anomalies.deviceRemoved(device)
  await ledger.deviceRemoved(device)
}
