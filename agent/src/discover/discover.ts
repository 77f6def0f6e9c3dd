/**
 * Finds devices, politely: sweeps permitted networks, asks addresses that watched devices tell of, and tells what answers.
 * It sends at one pace over everything, tries three credentials a device and hour at most, and writes nothing to a device.
 * What is watched, and what becomes of a finding, others decide.
 */
export type { Heard } from './crawl.ts'
export { Discovery, type DiscoveryCounts, type DiscoveryParts } from './discovery.ts'
export { type EffectiveDiscovery, effectiveDiscovery, networksOf } from './effective-discovery.ts'
export { heardOutbox } from './heard-in-links.ts'
export { knockTcp } from './knock-tcp.ts'
export { LocalNeighbours } from './local-neighbours.ts'
export { offeredNetworks, ownNetworks } from './own-networks.ts'
export { reverseNames } from './reverse-name.ts'
export { askable, sweepPlan } from './sweep-plan.ts'
