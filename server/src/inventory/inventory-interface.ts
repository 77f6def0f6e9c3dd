import type {
  Device,
  DeviceEvent,
  DeviceHardware,
  DeviceNetwork,
  DeviceSensors,
  DeviceSummary,
  InterfaceResource,
  Reading,
} from '@eyenet/shared/api'
import type { AgentId, DeviceId, EpochMs, SiteName } from '@eyenet/shared/identity'
import type { DeviceIdentities } from './device-identities.ts'
import type { Lifecycles } from './device-lifecycles.ts'

export type InventoryChange =
  | { readonly kind: 'device'; readonly device: DeviceSummary }
  | { readonly kind: 'device-removed'; readonly id: DeviceId }

/** How a device answers, as agents told last. Times are the ticks of polls. */
export type DeviceAnswer = {
  readonly device: DeviceId
  readonly name: string
  readonly site: SiteName
  readonly agent: AgentId
  readonly kind: DeviceSummary['kind']
  /** Where it says it stands (sysLocation); empty where it does not. */
  readonly place: string
  readonly intervalMs: number
  /** undefined: nobody asks it anything. */
  readonly answers: boolean | undefined
  /** When that was told. */
  readonly toldAt: EpochMs
  /** Newest sample since the server started. */
  readonly seenAt: EpochMs | undefined
}

/** Why a device that does not answer is not to blame. */
export type BehindFailure = NonNullable<DeviceSummary['behind']>

/** New samples of these devices and agents are stored up to `at`. */
export type SamplesStored = {
  readonly devices: readonly DeviceId[]
  readonly agents: readonly AgentId[]
  readonly at: EpochMs
}

export type EventsPage = { readonly limit: number; readonly cursor?: string | undefined }
export type DeviceEventPage = { readonly items: readonly DeviceEvent[]; readonly total: number; readonly next?: string }

export interface Inventory {
  readonly identities: DeviceIdentities
  list(): Promise<readonly DeviceSummary[]>
  get(id: DeviceId): Promise<Device | undefined>
  interfaces(id: DeviceId): Promise<readonly InterfaceResource[]>
  readings(id: DeviceId): Promise<readonly Reading[]>
  /** Empty, as hardware and network are, until a survey of the device has told of it. */
  sensors(id: DeviceId): Promise<DeviceSensors>
  hardware(id: DeviceId): Promise<DeviceHardware>
  network(id: DeviceId): Promise<DeviceNetwork>
  /** What happened to a device, newest first. EyeNetError `invalid` for a cursor that no page gave. */
  events(id: DeviceId, page: EventsPage): Promise<DeviceEventPage>
  remove(id: DeviceId): Promise<void>
  readonly lifecycles: Lifecycles
  /** Answers a function that ends the listening. */
  onChange(listener: (change: InventoryChange) => void): () => void
  onSamples(listener: (stored: SamplesStored) => void): () => void
}
