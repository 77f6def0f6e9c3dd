import { z } from 'zod'
import {
  DISCOVERY_LIMITS,
  DiscoveryEverySeconds,
  DiscoveryExclusions,
  DiscoveryNetworks,
  DiscoveryPorts,
  PacketsPerSecond,
} from '../wire/wire.ts'

/** How an agent's own file rules where it looks for devices. What is left out is as the server has it. */
export const DiscoveryConfig = z.strictObject({
  networks: DiscoveryNetworks.optional().describe(
    'Where devices may be looked for: the server can only narrow it; [] forbids all. Default: the server says.',
  ),
  exclude: DiscoveryExclusions.default([]).describe('Networks and addresses that are never asked.'),
  credentials: z
    .array(z.string().min(1).max(64))
    .max(DISCOVERY_LIMITS.credentials)
    .default([])
    .describe('Names in `credentials`, tried in this order before those of the server: three a device and hour.'),
  packetsPerSecond: PacketsPerSecond.optional().describe(
    'Most that it sends; the server can only lower it. Default: what the server says, else 50.',
  ),
  everySeconds: DiscoveryEverySeconds.optional().describe(
    'Between two sweeps; 0: only on demand. Default: what the server says, else 86400.',
  ),
  ports: DiscoveryPorts.optional().describe('TCP ports to try. Default: what the server says, else the usual ten.'),
  crawl: z
    .boolean()
    .optional()
    .describe('Whether addresses that watched devices tell of are asked. Default: what the server says, else true.'),
  passive: z
    .boolean()
    .optional()
    .describe('Whether frames that pass by are read. Default: what the server says, else false.'),
  silentHosts: z
    .boolean()
    .optional()
    .describe('Whether hosts that answer no ping are asked too. Default: what the server says, else false.'),
  traps: z
    .strictObject({
      port: z.number().int().min(1).max(65_535).default(162).describe('UDP port; below 1024 it needs a privilege.'),
      address: z
        .union([z.ipv4(), z.ipv6()])
        .optional()
        .describe('Address of this machine to hear them at. Default: all.'),
    })
    .optional()
    .describe('Hear SNMP traps: a watched device that sends one is looked at soon. Default: they are not heard.'),
  names: z.boolean().default(true).describe('Whether names of what was found are asked of the resolver.'),
})
export type DiscoveryConfig = z.infer<typeof DiscoveryConfig>
