import type { Device, DeviceSummary, InterfaceResource, Reading } from '@eyenet/shared/api'
import type { AgentId, DeviceId, EpochMs } from '@eyenet/shared/identity'

export type InventoryChange =
  | { readonly kind: 'device'; readonly device: DeviceSummary }
  | { readonly kind: 'device-removed'; readonly id: DeviceId }

/** New samples of these devices and agents are stored up to `at`. */
export type SamplesStored = {
  readonly devices: readonly DeviceId[]
  readonly agents: readonly AgentId[]
  readonly at: EpochMs
}

export interface Inventory {
  list(): Promise<readonly DeviceSummary[]>
  get(id: DeviceId): Promise<Device | undefined>
  interfaces(id: DeviceId): Promise<readonly InterfaceResource[]>
  readings(id: DeviceId): Promise<readonly Reading[]>
  remove(id: DeviceId): Promise<void>
  /** Answers a function that ends the listening. */
  onChange(listener: (change: InventoryChange) => void): () => void
  onSamples(listener: (stored: SamplesStored) => void): () => void
}
