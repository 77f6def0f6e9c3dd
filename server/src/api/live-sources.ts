import type { LiveChange } from '@eyenet/shared/api'
import type { AgentId, DeviceId, EpochMs } from '@eyenet/shared/identity'
import type { Alerting } from '../alerting/alerting.ts'
import type { Anomalies } from '../anomalies/anomalies.ts'
import type { Discovery } from '../discovery/discovery.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Incidents } from '../incidents/incidents.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Topology } from '../topology/topology.ts'

export type LiveSources = {
  readonly fleet: Fleet
  readonly inventory: Inventory
  readonly alerting: Alerting
  readonly anomalies: Anomalies
  readonly discovery: Discovery
  readonly incidents: Incidents
  readonly topology: Pick<Topology, 'onEvent'>
}

/** News of samples waits this long for more of it. */
const SAMPLES_EVERY_MS = 1_000

/** Tells every change of these rooms; news of samples at most once a second, all together. Answers how to stop. */
export function listenToSources(
  { fleet, inventory, alerting, anomalies, discovery, incidents, topology }: LiveSources,
  tell: (change: LiveChange) => void,
  everyMs = SAMPLES_EVERY_MS,
): () => void {
  const devices = new Set<DeviceId>()
  const agents = new Set<AgentId>()
  let newest: EpochMs | undefined
  let timer: NodeJS.Timeout | undefined

  const flush = (): void => {
    timer = undefined
    if (newest === undefined) return
    tell({ kind: 'samples', devices: [...devices], agents: [...agents], at: newest })
    devices.clear()
    agents.clear()
    newest = undefined
  }
  const ends = [
    fleet.onChange((agent) => tell({ kind: 'agent', agent })),
    inventory.onChange((change) => tell(change)),
    anomalies.onChange((anomaly) => tell({ kind: 'anomaly', anomaly })),
    incidents.onChange((incident) => tell({ kind: 'incident', incident })),
    alerting.onChange((alert) => tell({ kind: 'alert', alert })),
    topology.onEvent((event) => tell({ kind: 'topology', event })),
    discovery.onChange((news) => tell({ kind: 'discovery', ...news })),
    inventory.onSamples((stored) => {
      for (const id of stored.devices) devices.add(id)
      for (const id of stored.agents) agents.add(id)
      newest = newest === undefined || stored.at > newest ? stored.at : newest
      timer ??= setTimeout(flush, everyMs)
    }),
  ]
  return () => {
    clearTimeout(timer)
    for (const end of ends) end()
  }
}
