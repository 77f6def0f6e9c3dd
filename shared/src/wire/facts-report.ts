import { z } from 'zod'
import { DeviceId, EpochMs, OutboxEpoch } from '../identity/identity.ts'
import { DeviceDetails } from './device-details.ts'

const text = (max: number) => z.string().max(max)

/** Bounds one device's report; a chassis with more is cut and says so in `truncated`. */
export const MAX_REPORTED_INTERFACES = 20_000

export const ReportedInterface = z.object({
  interface: text(255),
  ifIndex: z.number().int(),
  ifName: text(255),
  ifDescr: text(1024),
  ifAlias: text(1024),
  ifType: z.number().int(),
  mac: text(32),
  /** Bits per second; absent where the device does not say. */
  speedBps: z.number().nonnegative().optional(),
  mtu: z.number().int().optional(),
})
export type ReportedInterface = z.infer<typeof ReportedInterface>

/** How the device answers now. */
export const DeviceReach = z.object({
  snmp: z.enum(['up', 'down', 'off']),
  icmp: z.enum(['up', 'down', 'off']),
  /** A sentence for people on what the last failure was and what to do; empty while all is well. */
  problem: text(1000),
})
export type DeviceReach = z.infer<typeof DeviceReach>

/** What one device is and has. Sent at first contact, on change, and daily. */
export const FactsReport = z.object({
  kind: z.literal('facts'),
  epoch: OutboxEpoch,
  seq: z.number().int().nonnegative(),
  at: EpochMs,
  device: DeviceId,
  /** How the identity was chosen (IDENTITY_RANKS). */
  identityRank: text(32),
  /** The name in the configuration, else sysName, else the address. */
  name: text(255),
  address: text(255),
  kindOfTarget: z.enum(['snmp', 'ping', 'host']),
  /** How often it is polled. */
  intervalSeconds: z.number().positive().max(86_400),
  identity: z.object({
    sysName: text(255),
    sysDescr: text(4096),
    sysObjectId: text(255),
    sysLocation: text(1024),
    sysContact: text(1024),
    vendor: text(255),
    os: text(255),
    model: text(255),
    version: text(255),
    serial: text(255),
    engineId: text(128),
  }),
  /** What it is for, a role of shared/src/roles, and why; absent from agents that do not tell, and before the first survey. */
  role: text(32).optional(),
  roleEvidence: text(200).optional(),
  reach: DeviceReach,
  interfaces: z.array(ReportedInterface).max(MAX_REPORTED_INTERFACES),
  truncated: z.boolean(),
  /** Absent until the first survey is through, and from agents that make none. */
  details: DeviceDetails.optional(),
})
export type FactsReport = z.infer<typeof FactsReport>
