/**
 * What agent and server say to each other over MQTT: topics, one file per kind of message, the codec of samples.
 * This room knows bytes and shapes; it opens no socket, compresses nothing and keeps nothing.
 */
export * from './acknowledgement.ts'
export * from './agent-configuration.ts'
export * from './agent-settings.ts'
export { parseBoundedJson } from './bounded-json.ts'
export * from './custom-metric.ts'
export * from './desired-state.ts'
export * from './device-details.ts'
export { isEncodableOid, OID_RULE } from './encodable-oid.ts'
export * from './event-report.ts'
export * from './facts-report.ts'
export * from './frame.ts'
export * from './presence.ts'
export * from './remote-task.ts'
export * from './renewal.ts'
export * from './samples-batch.ts'
export { decodeSamples, encodeSamples, MAX_BATCH_SAMPLES } from './samples-codec.ts'
export * from './sensor-choice.ts'
export * from './signing-keys.ts'
export * from './task.ts'
export * from './topics.ts'
