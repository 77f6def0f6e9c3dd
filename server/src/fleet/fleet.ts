/**
 * Agents: who they are (enrolment), whether they are there, what they should run (desired state) and what they are asked
 * to do (tasks). Everything downward is encrypted to the agent and signed. It does not look into samples.
 */

export { type CanaryAgent, chooseCanaries } from './configuration/choose-canaries.ts'
export { Configurations } from './configuration/configuration.ts'
export type { WatchOutcome } from './desired-targets.ts'
export type { DiscoverySupply } from './discovery-delivery.ts'
export type * from './fleet-interface.ts'
export type { FleetOptions, FleetRoom } from './fleet-parts.ts'
export { openFleet } from './fleet-room.ts'
export { MibLibrary } from './mib-library.ts'
export type { ModelSupply, OutgoingModel } from './model-delivery.ts'
export { bumpRevision } from './revisions.ts'
export { ChoiceRecords } from './sensor-choices.ts'
export { SigningKeys } from './signing-keys.ts'
