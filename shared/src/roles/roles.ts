/**
 * What a device is for. The role of a device is told by the agent that asks it, and worked out by the server for agents
 * that do not.
 */
import { z } from 'zod'

export const DEVICE_ROLES = [
  'router',
  'switch',
  'firewall',
  'access-point',
  'wireless-controller',
  'load-balancer',
  'server',
  'hypervisor',
  'storage',
  'workstation',
  'printer',
  'ups',
  'pdu',
  'camera',
  'phone',
  'sensor',
  'unknown',
] as const
export const DeviceRole = z.enum(DEVICE_ROLES)
export type DeviceRole = z.infer<typeof DeviceRole>

export type { RoleCertainty, RoleFacts, RoleGuess } from './role-facts.ts'
export { roleOf } from './role-of.ts'
