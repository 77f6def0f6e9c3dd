import { z } from 'zod'
import { AgentId, DeviceId, EpochMs, SiteName } from '../identity/identity.ts'
import { DeviceRole } from '../roles/roles.ts'
import { CustomMetric, DeviceReach, MAX_CUSTOM_METRICS, PollIntervals, SnmpCredential, TestStep } from '../wire/wire.ts'

/** Worst first. `behind-failure`: it does not answer, and the failure of something else explains it. */
export const DEVICE_STATES = ['critical', 'warning', 'unknown', 'behind-failure', 'ok'] as const
export const DeviceState = z.enum(DEVICE_STATES)
export type DeviceState = z.infer<typeof DeviceState>

/** stale: it has not answered for days; retired: not polled any more and not shown by default, its history kept. */
export const DEVICE_LIFECYCLES = ['active', 'stale', 'retired'] as const
export const DeviceLifecycle = z.enum(DEVICE_LIFECYCLES)
export type DeviceLifecycle = z.infer<typeof DeviceLifecycle>

/** One row of GET /api/v1/devices, and the head of GET /api/v1/devices/{id}. */
export const DeviceSummary = z.object({
  id: DeviceId,
  name: z.string(),
  address: z.string(),
  site: SiteName,
  agent: AgentId,
  kind: z.enum(['snmp', 'ping', 'host']),
  /** How often it is polled. */
  intervalSeconds: z.number().positive(),
  /** critical: down or a critical alert; warning: a warning alert; unknown: no data. */
  state: DeviceState,
  lifecycle: DeviceLifecycle,
  since: EpochMs,
  /** Of a device behind a failure: the incident, and why in one sentence. */
  behind: z.object({ incident: z.string(), text: z.string() }).optional(),
  reach: DeviceReach,
  vendor: z.string(),
  os: z.string(),
  model: z.string(),
  version: z.string(),
  /** What it is for, as its agent tells it, or by what it says it is. */
  role: DeviceRole,
  interfaces: z.number().int().nonnegative(),
  openAlerts: z.number().int().nonnegative(),
  /** Newest sample of a time when it answered; absent where it has not since the server started. */
  lastSeenAt: EpochMs.optional(),
  /** Latest values for a list: absent where they are not measured. */
  rttSeconds: z.number().optional(),
  cpuRatio: z.number().optional(),
  memoryRatio: z.number().optional(),
  /** Sum over its interfaces, bits per second. */
  trafficBps: z.number().optional(),
})
export type DeviceSummary = z.infer<typeof DeviceSummary>

export const Device = DeviceSummary.extend({
  serial: z.string(),
  sysName: z.string(),
  sysDescr: z.string(),
  sysObjectId: z.string(),
  sysLocation: z.string(),
  sysContact: z.string(),
  identityRank: z.string(),
  /** Why it is taken for what its role says. */
  roleEvidence: z.string(),
  firstSeenAt: EpochMs,
  uptimeSeconds: z.number().optional(),
  /** true: added in the page or by the API, so it may be removed there; false: named in an agent's YAML file. */
  managed: z.boolean(),
})
export type Device = z.infer<typeof Device>

/** GET /api/v1/devices/{id}/interfaces */
export const InterfaceResource = z.object({
  interface: z.string(),
  ifIndex: z.number().int(),
  ifName: z.string(),
  ifDescr: z.string(),
  ifAlias: z.string(),
  ifType: z.number().int(),
  mac: z.string(),
  speedBps: z.number().optional(),
  adminStatus: z.number().int().optional(),
  operStatus: z.number().int().optional(),
  /** Over the last five minutes. */
  inBps: z.number().optional(),
  outBps: z.number().optional(),
  inErrorsPerSecond: z.number().optional(),
  outErrorsPerSecond: z.number().optional(),
})
export type InterfaceResource = z.infer<typeof InterfaceResource>

/** GET /api/v1/devices/{id}/readings: the latest value of every series of the device. */
export const Reading = z.object({
  metric: z.string(),
  labels: z.record(z.string(), z.string()),
  /** As Prometheus writes values: a decimal string, "NaN", "+Inf". */
  value: z.string(),
  unit: z.string(),
  at: EpochMs,
})
export type Reading = z.infer<typeof Reading>

/** What an address or a host name is made of; no space, no control character, and no dash first, as options have. */
const DeviceAddress = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^(?!-)[\p{L}\p{N}._:%-]+$/u, 'an IP address or a host name')

/** POST /api/v1/devices/test and POST /api/v1/devices. The agent tries it first; `force` saves what did not answer. */
export const NewDevice = z.strictObject({
  agent: AgentId,
  address: DeviceAddress,
  name: z.string().trim().max(255).optional(),
  snmp: z
    .strictObject({
      port: z.number().int().min(1).max(65_535).default(161),
      credential: SnmpCredential,
      transport: z.enum(['udp', 'tcp']).optional(),
      maxRequestsPerSecond: z.number().int().min(1).max(10_000).optional(),
    })
    .optional(),
  ping: z.boolean().default(true),
  intervalSeconds: z.number().int().min(5).max(86_400).optional(),
  intervals: PollIntervals.optional(),
  /** What its own MIB has beside what is read anyway. */
  metrics: z.array(CustomMetric).max(MAX_CUSTOM_METRICS).optional(),
  force: z.boolean().default(false),
})
export type NewDevice = z.infer<typeof NewDevice>
export const DeviceTest = z.object({
  ok: z.boolean(),
  steps: z.array(TestStep),
  device: DeviceId.optional(),
  sysName: z.string().optional(),
  sysDescr: z.string().optional(),
  interfaces: z.number().int().optional(),
})
export type DeviceTest = z.infer<typeof DeviceTest>

/** Answer to POST /api/v1/devices. Without `id` the device did not say who it is yet; it gets its identity when it answers. */
export const AddedDevice = z.object({ id: DeviceId.optional(), test: DeviceTest })
export type AddedDevice = z.infer<typeof AddedDevice>
