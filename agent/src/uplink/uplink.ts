/**
 * The line to the server: enrolment, the MQTT connection, publishing from the outbox until the server acknowledges,
 * desired state and tasks. It trusts nothing from the broker that the server has not signed. It polls no device.
 */

export { Uplink } from './connection.ts'
export { type EnrolOptions, enrol } from './enrol.ts'
export { type AgentIdentity, readIdentity, secretsOfIdentity, writeIdentity } from './identity-file.ts'
export { type KeptDesired, keptDesired } from './kept-desired.ts'
export type { UplinkOptions, UplinkStatus } from './uplink-options.ts'
