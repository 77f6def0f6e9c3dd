import type { Incident } from '@eyenet/shared/api'
import type { DeviceId, EpochMs, SiteName } from '@eyenet/shared/identity'

export type IncidentTables = { incidents: IncidentRow; incident_devices: IncidentDeviceRow }

export type IncidentRow = {
  id: string
  /** What it is of; of the same there is one open. */
  key: string
  site: SiteName
  kind: Incident['kind']
  /** JSON, as Incident has them. */
  cause: string
  alternatives: string
  evidence: string
  since: EpochMs
  /** Since when the cause is gone, while devices are on their way back. */
  over_at: EpochMs | null
  ended_at: EpochMs | null
  /** JSON, as Incident has it; null while nothing is known. */
  afterwards: string | null
}

/** Every device that an incident took with it. */
export type IncidentDeviceRow = { incident: string; device: DeviceId; part: 'failed' | 'behind' }
