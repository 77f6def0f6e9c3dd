import { z } from 'zod'
import { DeviceId, EpochMs } from '../identity/identity.ts'
import { DISCOVER_REPLY } from './discovery-settings.ts'
import { SnmpAccess } from './snmp-access.ts'

/** What a task may cost, at most. */
export const TASK_LIMITS = {
  /** It ends by itself after this long. */
  timeoutMs: 300_000,
  /** Values in one reply. */
  rows: 5_000,
  /** Octets of them, as text: a reply has to fit a packet of the smallest size that a server takes. */
  bytes: 48 * 1024,
  oids: 64,
  hops: 64,
  pings: 20,
  logLines: 200,
} as const

/** An address or a host name; nothing that a program could take for an option. */
export const TaskAddress = z
  .string()
  .max(255)
  .regex(/^[0-9A-Za-z:][0-9A-Za-z._:-]*(?:%[0-9A-Za-z._-]{1,15})?$/, 'a host name or an IP address')
const timeoutMs = z.number().int().min(1_000).max(TASK_LIMITS.timeoutMs)
/** Digits, or a name of a MIB: 1.3.6.1.2.1.1, ifTable, IF-MIB::ifDescr.3. */
const OidText = z
  .string()
  .max(1_500)
  .regex(
    /^(?:\.?[0-2](?:\.\d{1,10}){1,127}|(?:[\w-]{1,64}::)?[A-Za-z][\w-]{0,63}(?:\.\d{1,10}){0,127})$/,
    'an OID or a name of a MIB',
  )

/** Who is asked by SNMP: a device that the agent watches, by its own credentials, or an address with others. */
export const SnmpWhom = z.union([
  z.strictObject({ device: DeviceId }),
  z.strictObject({ address: TaskAddress, snmp: SnmpAccess }),
])
export type SnmpWhom = z.infer<typeof SnmpWhom>

/** What an agent can be asked to do once, beside what Task has of its own. Times in milliseconds. */
export const REMOTE_TASKS = {
  ping: {
    kind: z.literal('ping'),
    address: TaskAddress,
    count: z.number().int().min(1).max(TASK_LIMITS.pings).default(5),
    timeoutMs: timeoutMs.default(15_000),
  },
  traceroute: {
    kind: z.literal('traceroute'),
    address: TaskAddress,
    maxHops: z.number().int().min(1).max(TASK_LIMITS.hops).default(30),
    timeoutMs: timeoutMs.default(60_000),
  },
  'snmp-get': {
    kind: z.literal('snmp-get'),
    whom: SnmpWhom,
    oids: z.array(OidText).min(1).max(TASK_LIMITS.oids),
    timeoutMs: timeoutMs.default(15_000),
  },
  'snmp-walk': {
    kind: z.literal('snmp-walk'),
    whom: SnmpWhom,
    from: OidText.default('1.3.6.1.2.1'),
    maxRows: z.number().int().min(1).max(TASK_LIMITS.rows).default(500),
    timeoutMs: timeoutMs.default(60_000),
  },
  diagnose: { kind: z.literal('diagnose'), timeoutMs: timeoutMs.default(10_000) },
} as const

/** How it ended: all of it, or so much as a bound allowed; what there is so far is in the reply. */
export const TaskEnd = z.enum(['whole', 'limit', 'timeout', 'cancelled', 'failed'])
export type TaskEnd = z.infer<typeof TaskEnd>

const end = { id: z.uuid(), ended: TaskEnd, message: z.string().max(1_000) }
const seconds = z.number().nonnegative()

export const SnmpRow = z.object({
  oid: z.string().max(1_500),
  /** By MIB names, as far as they are known. */
  name: z.string().max(1_700),
  type: z.string().max(32),
  /** As people read it; a secret of the device is left out. */
  text: z.string().max(1_100),
})
export type SnmpRow = z.infer<typeof SnmpRow>

export const Hop = z.object({
  hop: z.number().int().positive(),
  /** Of what answered; a load balancer has several. */
  addresses: z.array(z.string().max(64)).max(8),
  /** Seconds; fewer than were asked where answers were missing. */
  rtts: z.array(seconds).max(10),
})
export type Hop = z.infer<typeof Hop>

/** What an agent says of itself; nothing in it is secret. */
export const Diagnosis = z.object({
  version: z.string().max(64),
  node: z.string().max(64),
  platform: z.string().max(64),
  hostname: z.string().max(255),
  startedAt: EpochMs,
  /** Its clock. */
  at: EpochMs,
  memoryBytes: z.number(),
  heapBytes: z.number(),
  cpuSeconds: z.number(),
  devices: z.number().int(),
  polls: z.object({
    started: z.number(),
    failed: z.number(),
    late: z.number(),
    skipped: z.number(),
    running: z.number(),
  }),
  buffer: z.object({
    samples: z.number(),
    bytes: z.number(),
    oldest: EpochMs.optional(),
    droppedSamples: z.number(),
  }),
  uplink: z.object({
    connectedSince: EpochMs,
    revision: z.number(),
    signingKeys: z.array(z.string().max(64)).max(200),
  }),
  refused: z.record(z.string().max(32), z.number()),
  /** Newest last. */
  log: z.array(z.string().max(2_000)).max(TASK_LIMITS.logLines),
})
export type Diagnosis = z.infer<typeof Diagnosis>

export const REMOTE_REPLIES = [
  z.object({
    kind: z.literal('ping'),
    ...end,
    sent: z.number().int().nonnegative(),
    received: z.number().int().nonnegative(),
    minSeconds: seconds.optional(),
    meanSeconds: seconds.optional(),
    maxSeconds: seconds.optional(),
  }),
  z.object({ kind: z.literal('traceroute'), ...end, hops: z.array(Hop).max(TASK_LIMITS.hops) }),
  z.object({ kind: z.literal('snmp-get'), ...end, rows: z.array(SnmpRow).max(TASK_LIMITS.oids) }),
  z.object({ kind: z.literal('snmp-walk'), ...end, rows: z.array(SnmpRow).max(TASK_LIMITS.rows) }),
  z.object({ kind: z.literal('diagnose'), ...end, diagnosis: Diagnosis.optional() }),
  /** Whether the task was still running. */
  z.object({ kind: z.literal('cancel'), id: z.uuid(), ok: z.boolean() }),
  /** So much is done; the reply itself is still to come. */
  z.object({
    kind: z.literal('progress'),
    id: z.uuid(),
    done: z.number().int().nonnegative(),
    at: z.string().max(1_500),
  }),
  DISCOVER_REPLY,
] as const

/** Kinds of tasks that this version knows, as an agent lists them in its birth. */
export const TASK_KINDS = [
  'test-target',
  'poll-now',
  'add-mibs',
  'ping',
  'traceroute',
  'snmp-get',
  'snmp-walk',
  'diagnose',
  'discover',
  'cancel',
] as const
