/**
 * The agent's own machine: what it uses and moves, its gateway and its name servers, and its service manager. It asks
 * nothing over the network.
 */
export { type HostParts, HostWatch } from './host-watch.ts'
export { parseArp } from './neighbor-tables.ts'
export { type Gateway, localGateway, localResolvers } from './network-facts.ts'
export type { HostReading } from './read-host.ts'
export { createServiceNotify } from './service-notify.ts'
