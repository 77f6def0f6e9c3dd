import type { Incident } from '@eyenet/shared/api'
import type { DeviceId, Labels, SiteName } from '@eyenet/shared/identity'

export type IncidentQuery = {
  readonly state: 'open' | 'ended' | 'all'
  readonly site?: SiteName
  /** Those that it caused, or that took it with them. */
  readonly device?: DeviceId
  readonly limit: number
  readonly cursor?: string
}

export type IncidentPage = { readonly items: readonly Incident[]; readonly total: number; readonly next?: string }

/** What an alert tells of. */
export type AlertCause = {
  readonly incident: string
  /** For people: "access-3, or its link from dist-2 ge-0/0/0". */
  readonly cause: string
  /** Devices that failed or cannot be reached, the cause itself left out. */
  readonly affected: number
}

/** What the API may ask. */
export interface Incidents {
  /** Newest first. EyeNetError `invalid` for a cursor that no page gave. */
  list(query: IncidentQuery): Promise<IncidentPage>
  get(id: string): Promise<Incident | undefined>
  /** Answers a function that ends the listening. */
  onChange(listener: (incident: Incident) => void): () => void
}

/** What alerting asks beside. */
export interface IncidentCauses {
  /** The open incident that an alert with these labels tells of. */
  ofAlert(series: Labels): AlertCause | undefined
}
