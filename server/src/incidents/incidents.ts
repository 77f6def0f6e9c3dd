/**
 * Outages: one failure each, with what it takes with it. This room keeps them from beginning to end, says in the inventory
 * who is only behind one, and writes the metrics by which rules alert once. It draws no map and tells no person.
 */
export { type IncidentOptions, type IncidentRoom, openIncidents } from './incident-room.ts'
export type { AlertCause, IncidentCauses, IncidentPage, IncidentQuery, Incidents } from './incidents-interface.ts'
