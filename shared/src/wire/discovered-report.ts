import { z } from 'zod'
import { DeviceId, EpochMs, OutboxEpoch } from '../identity/identity.ts'

const text = (max: number) => z.string().max(max)

/** Bounds one report; more findings go into more reports. */
export const MAX_DISCOVERED = 500

/** One address that something was found at. */
export const Discovered = z.object({
  /** Absent where only frames were seen: then there is a MAC. */
  address: text(64).optional(),
  /** Lower-case hex with colons. */
  mac: text(32).optional(),
  /** How it was found. */
  how: z.enum(['sweep', 'neighbor', 'arp', 'route', 'passive']),
  /** The device that told of it, and at which interface. */
  via: z.object({ device: DeviceId, port: text(255).optional() }).optional(),
  rttSeconds: z.number().nonnegative().optional(),
  /** TCP ports that accepted a connection. */
  ports: z.array(z.number().int().min(1).max(65_535)).max(64).optional(),
  hostname: text(255).optional(),
  vendor: text(255).optional(),
  /** A role of shared/src/roles, and why. */
  role: text(32).optional(),
  roleEvidence: text(200).optional(),
  /** It answered SNMP: with which of the credentials, and who it is. */
  snmp: z
    .object({
      credential: text(64),
      port: z.number().int().min(1).max(65_535),
      /** The identity that it would have as a watched device. */
      device: DeviceId,
      identityRank: text(32),
      sysName: text(255),
      sysDescr: text(1_000),
      sysObjectId: text(255),
      model: text(255).optional(),
      serial: text(255).optional(),
    })
    .optional(),
})
export type Discovered = z.infer<typeof Discovered>

export const DISCOVERY_STATES = ['waiting', 'running', 'done', 'stopped', 'failed'] as const

/** How far a sweep has come. */
export const DiscoveryProgress = z.object({
  run: z.uuid(),
  state: z.enum(DISCOVERY_STATES),
  startedAt: EpochMs,
  /** Addresses that were asked, of so many. */
  done: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
  answered: z.number().int().nonnegative(),
  /** SNMP was not tried there any more: three tries in an hour are enough. */
  heldBack: z.number().int().nonnegative(),
  /** A sentence where it failed or was stopped. */
  problem: text(500).optional(),
})
export type DiscoveryProgress = z.infer<typeof DiscoveryProgress>

/** What an agent has found, and how far it is. Travels with the facts. */
export const DiscoveredReport = z.object({
  kind: z.literal('discovered'),
  epoch: OutboxEpoch,
  seq: z.number().int().nonnegative(),
  at: EpochMs,
  items: z.array(Discovered).max(MAX_DISCOVERED),
  progress: DiscoveryProgress.optional(),
})
export type DiscoveredReport = z.infer<typeof DiscoveredReport>
