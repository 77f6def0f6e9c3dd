/** Stations behind ports: which, since when, and where they were before. What is one is inference's to say. */
export type { EndpointStats, KnownEndpoint, Sighting } from './endpoint-book.ts'
export { EndpointDesk } from './endpoint-desk.ts'
export { type EndpointQuery, MAX_STATIONS_AT_ONCE } from './find-endpoints.ts'
