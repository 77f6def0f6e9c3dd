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
