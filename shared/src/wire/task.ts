import { z } from 'zod'
import { AgentId, DeviceId, EpochMs } from '../identity/identity.ts'
import { Target } from './desired-state.ts'
import { DISCOVER_TASK } from './discovery-settings.ts'
import { REMOTE_REPLIES, REMOTE_TASKS } from './remote-task.ts'

const head = { id: z.uuid(), agent: AgentId, at: EpochMs, expiresAt: EpochMs }
/** What all tasks have, also those that an older agent does not know. */
export const TaskHead = z.object(head)

/** Try a target without watching it: what answers, who it is, or what failed. */
const TestTarget = z.strictObject({ ...head, kind: z.literal('test-target'), target: Target })
/** Poll a watched device now, outside its tick. */
const PollNow = z.strictObject({ ...head, kind: z.literal('poll-now'), device: DeviceId })

/** Bounds one task: MIB files travel gzipped in base64, and a packet has its limit. */
export const MAX_MIB_TASK_BYTES = 400_000

/** Compile these MIB files and keep their facts beside the shipped ones. */
const AddMibs = z.strictObject({
  ...head,
  kind: z.literal('add-mibs'),
  files: z
    .array(z.strictObject({ name: z.string().min(1).max(255), gzip: z.string().max(MAX_MIB_TASK_BYTES) }))
    .min(1)
    .max(100),
})

/** What the server asks an agent to do once. Signed, with an expiry. */
export const Task = z.discriminatedUnion('kind', [
  TestTarget,
  PollNow,
  AddMibs,
  z.strictObject({ ...head, ...REMOTE_TASKS.ping }),
  z.strictObject({ ...head, ...REMOTE_TASKS.traceroute }),
  z.strictObject({ ...head, ...REMOTE_TASKS['snmp-get'] }),
  z.strictObject({ ...head, ...REMOTE_TASKS['snmp-walk'] }),
  z.strictObject({ ...head, ...REMOTE_TASKS.diagnose }),
  z.strictObject({ ...head, ...DISCOVER_TASK }),
  /** End a task that runs, or a search for devices by the id of its run; it replies with what it has so far. */
  z.strictObject({ ...head, kind: z.literal('cancel'), task: z.uuid() }),
])
export type Task = z.infer<typeof Task>

/** One thing that was tried, with a sentence for people. */
export const TestStep = z.object({
  check: z.enum(['resolve', 'ping', 'snmp']),
  outcome: z.enum(['ok', 'failed', 'skipped']),
  message: z.string().max(1000),
})
export type TestStep = z.infer<typeof TestStep>

export const TaskReply = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('test-target'),
    id: z.uuid(),
    ok: z.boolean(),
    steps: z.array(TestStep).max(16),
    /** Who answered; absent when SNMP was not asked or did not answer. */
    device: DeviceId.optional(),
    sysName: z.string().max(255).optional(),
    sysDescr: z.string().max(4096).optional(),
    interfaces: z.number().int().nonnegative().optional(),
  }),
  z.object({ kind: z.literal('poll-now'), id: z.uuid(), ok: z.boolean(), message: z.string().max(1000) }),
  z.object({
    kind: z.literal('add-mibs'),
    id: z.uuid(),
    ok: z.boolean(),
    modules: z.array(z.string().max(128)).max(1_000),
    objects: z.number().int().nonnegative(),
    /** Sentences with file and line; cut after so many. */
    problems: z.array(z.string().max(500)).max(100),
  }),
  ...REMOTE_REPLIES,
  z.object({ kind: z.literal('refused'), id: z.uuid(), reason: z.string().max(300) }),
])
export type TaskReply = z.infer<typeof TaskReply>

/**
 * Downward messages travel as a compact JWS (RFC 7515, EdDSA) whose payload is a compact JWE (RFC 7516, ECDH-ES with
 * A256GCM to the agent's P-256 key) of the JSON text. `typ` in the protected header of the JWS says which.
 */
export const SIGNED_TYPES = { desired: 'eyenet-desired+jws', task: 'eyenet-task+jws' } as const
