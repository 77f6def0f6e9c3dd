/**
 * How the network hangs together, and how that changed. Takes what devices tell of their links, has links inferred,
 * remembers the graph as events, knows behind which port a station is, what depends on what, and which failure explains
 * which. It asks no device, and alerts nobody.
 */
export * from './depend/depend.ts'
export { type EndpointQuery, MAX_STATIONS_AT_ONCE } from './endpoints/endpoints.ts'
export { EXPORT_FORMATS, exportGraph } from './export/export.ts'
export { DEFAULT_DEPTH, filterGraph, type GraphFilter } from './filter-graph.ts'
export type { EventPage, EventQuery } from './history/history.ts'
export type * from './topology-interface.ts'
export { openTopology, type TopologyOptions } from './topology-room.ts'
export { type AddressOwner, layTrace } from './trace/trace.ts'
