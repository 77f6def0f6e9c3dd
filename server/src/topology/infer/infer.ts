/**
 * Links out of what devices tell, and how sure each is: announced by neighbours, learnt in forwarding tables, shared
 * subnets, routing. Pure and synchronous: what was in the past, and what changes mean, is the room around it. How it
 * decides is in docs/topology.md.
 */
export type { DeviceView, LinkParts, PortView } from './device-view.ts'
export type { FoundEndpoint } from './find-endpoints.ts'
export { neighborKey } from './hearing.ts'
export { Inference, type InferredGraph } from './inference.ts'
