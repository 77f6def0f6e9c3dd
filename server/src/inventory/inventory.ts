/**
 * Devices and their interfaces, merged from what agents say. This room decides what a device is called and how it is;
 * it asks no device and evaluates no rule.
 */

export type { DeviceIdentities, MergeChange } from './device-identities.ts'
export type { LifecycleSettings } from './device-lifecycle.ts'
export type { LifecycleChange, Lifecycles } from './device-lifecycles.ts'
export { type AlertCounts, deviceState } from './device-state.ts'
export type * from './inventory-interface.ts'
export { type InventoryOptions, type InventoryRoom, openInventory } from './inventory-room.ts'
