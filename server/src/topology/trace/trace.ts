/**
 * A traceroute laid over the graph: whose address each hop is, which way the packets go, and where that is other than the
 * shortest way of the map. Pure: the trace itself is an agent's task.
 */
export { type Addressed, type AddressOwner, addressOwners } from './address-owners.ts'
export { layTrace } from './lay-trace.ts'
export type { Traced } from './traced.ts'
