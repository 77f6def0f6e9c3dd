/**
 * Shapes of the REST and WebSocket API: used by the server (which also documents them), the web page and the command
 * line. Prometheus' own endpoints keep Prometheus' shapes and are not in here, except the envelope.
 */
export * from './agent-resource.ts'
export * from './agent-task-resource.ts'
export * from './alert-resource.ts'
export * from './anomaly-resource.ts'
export * from './configuration-resource.ts'
export { toCsv } from './csv.ts'
export * from './device-merge-resource.ts'
export * from './device-parts-resource.ts'
export * from './device-resource.ts'
export * from './discovery-resource.ts'
export * from './ledger-resource.ts'
export * from './live-feed.ts'
export * from './model-resource.ts'
export * from './moment-cursor.ts'
export * from './page-of.ts'
export * from './problem.ts'
export * from './session-resource.ts'
export * from './signing-key-resource.ts'
export * from './topology-resource.ts'
export * from './user-resource.ts'
