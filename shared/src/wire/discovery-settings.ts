import { z } from 'zod'
import { ipNetwork } from '../network/network.ts'
import { SnmpCredential } from './snmp-access.ts'

/** Bounds of what may be asked of an agent's discovery. */
export const DISCOVERY_LIMITS = {
  networks: 64,
  exclude: 256,
  credentials: 20,
  ports: 32,
  /** Addresses of one sweep. */
  addresses: 65_536,
  packetsPerSecond: 10_000,
  /** Networks of its own that an agent offers. */
  offered: 32,
} as const

/** TCP ports that tell most of what a host is for, with the least knocking. */
export const DISCOVERY_PORTS: readonly number[] = [22, 23, 80, 443, 445, 554, 631, 3389, 8080, 9100]

/** What holds where nobody says otherwise. */
export const DISCOVERY_DEFAULTS = { packetsPerSecond: 50, everySeconds: 86_400 } as const

/** A network such as 192.0.2.0/24, or one address. */
export const NetworkText = z
  .string()
  .max(64)
  .refine((text) => ipNetwork(text) !== undefined, 'a network such as 192.0.2.0/24 or 2001:db8::/64, or one address')

const port = z.number().int().min(1).max(65_535)

export const DiscoveryNetworks = z.array(NetworkText).max(DISCOVERY_LIMITS.networks)
export const DiscoveryExclusions = z.array(NetworkText).max(DISCOVERY_LIMITS.exclude)
export const DiscoveryPorts = z.array(port).max(DISCOVERY_LIMITS.ports)
export const PacketsPerSecond = z.number().int().min(1).max(DISCOVERY_LIMITS.packetsPerSecond)
/** 0: only on demand. */
export const DiscoveryEverySeconds = z.union([z.literal(0), z.number().int().min(300).max(31_536_000)])

/**
 * Where an agent may look for devices, and how. Without networks it looks nowhere. Secret, as it holds credentials. Members
 * that an agent does not know are passed over.
 */
export const DiscoverySettings = z.object({
  /** Nothing outside of them is asked. IPv6 networks are not swept; neighbours in them are asked. */
  networks: DiscoveryNetworks,
  exclude: DiscoveryExclusions.default([]),
  /** Tried in this order, three a device and hour at most. `id` says in a report which one worked. */
  credentials: z
    .array(z.object({ id: z.string().min(1).max(64), credential: SnmpCredential, port: port.optional() }))
    .max(DISCOVERY_LIMITS.credentials)
    .default([]),
  /** Over everything that discovery sends. */
  packetsPerSecond: PacketsPerSecond.default(DISCOVERY_DEFAULTS.packetsPerSecond),
  /** Between two sweeps. */
  everySeconds: DiscoveryEverySeconds.default(DISCOVERY_DEFAULTS.everySeconds),
  /** TCP ports to try. */
  ports: DiscoveryPorts.default([...DISCOVERY_PORTS]),
  /** Whether addresses that watched devices tell of (LLDP, CDP, ARP, routing) are asked too. */
  crawl: z.boolean().default(true),
  /** Whether frames that pass by are read, where the machine permits it. */
  passive: z.boolean().default(false),
  /** Whether hosts that answer no ping are asked by SNMP and TCP all the same: takes many times as long. */
  silentHosts: z.boolean().default(false),
})
export type DiscoverySettings = z.infer<typeof DiscoverySettings>

/** Finds devices now. The run has the id of the task: to `cancel` that ends it. */
export const DISCOVER_TASK = {
  kind: z.literal('discover'),
  /** Only there, and only as far as it is permitted; everywhere that is permitted where absent. */
  networks: DiscoveryNetworks.min(1).optional(),
} as const

/** Whether a run began; what it finds comes in reports. */
export const DISCOVER_REPLY = z.object({
  kind: z.literal('discover'),
  id: z.uuid(),
  ok: z.boolean(),
  message: z.string().max(1_000),
  /** Addresses that will be asked. */
  total: z.number().int().nonnegative().optional(),
})
