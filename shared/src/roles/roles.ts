/**
 * What a device is for. The role of a device is told by the agent that asks it, and worked out by the server for agents
 * that do not.
 */
export { DEVICE_ROLES, DeviceRole } from './device-roles.ts'
export type { RoleCertainty, RoleFacts, RoleGuess } from './role-facts.ts'
export { roleOf } from './role-of.ts'
