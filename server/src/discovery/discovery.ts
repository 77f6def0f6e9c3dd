/**
 * Finding devices: where agents look and with which credentials, what they found, and what people and rules decide about
 * it. Agents search; this room asks no network. What is accepted is the fleet's to watch, and the inventory's from then on.
 */

export type * from './discovery-interface.ts'
export { type DiscoveryOptions, type DiscoveryRoom, openDiscovery } from './discovery-room.ts'
