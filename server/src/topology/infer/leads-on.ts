import type { KnownDevice } from './known-device.ts'

/** Whether the device passes frames on from one cable to others: an access point has only one. */
export function leadsOn(device: KnownDevice | undefined): boolean {
  const cables = device?.table?.ports.filter((port) => !device.ports.isWireless(port)) ?? []
  return cables.length > 1
}
