import { z } from 'zod'
import { AgentId, DeviceId, EpochMs } from '../identity/identity.ts'
import { REMOTE_REPLIES, REMOTE_TASKS } from '../wire/wire.ts'

/** POST /api/v1/agents/{id}/tasks: what the agent is asked to do once. */
export const NewAgentTask = z.discriminatedUnion('kind', [
  z.strictObject(REMOTE_TASKS.ping),
  z.strictObject(REMOTE_TASKS.traceroute),
  z.strictObject(REMOTE_TASKS['snmp-get']),
  z.strictObject(REMOTE_TASKS['snmp-walk']),
  z.strictObject(REMOTE_TASKS.diagnose),
  z.strictObject({ kind: z.literal('poll-now'), device: DeviceId }),
])
export type NewAgentTask = z.infer<typeof NewAgentTask>

const [Ping, Traceroute, SnmpGet, SnmpWalk, Diagnose] = REMOTE_REPLIES
const PollNow = z.object({ kind: z.literal('poll-now'), ok: z.boolean(), message: z.string() })

/** A task, for some minutes after its end. Secrets that came with it are not kept. */
export const AgentTask = z.object({
  id: z.string(),
  agent: AgentId,
  kind: z.string(),
  /** What it is about, for people. */
  about: z.string(),
  by: z.string(),
  at: EpochMs,
  /** failed: no reply came, or the agent refused; `problem` says why. */
  state: z.enum(['running', 'done', 'failed']),
  endedAt: EpochMs.optional(),
  problem: z.string().optional(),
  /** How far it is: values read, hops found, echoes sent. */
  progress: z.object({ done: z.number().int(), at: z.string() }).optional(),
  result: z
    .discriminatedUnion('kind', [
      Ping.omit({ id: true }),
      Traceroute.omit({ id: true }),
      SnmpGet.omit({ id: true }),
      SnmpWalk.omit({ id: true }),
      Diagnose.omit({ id: true }),
      PollNow,
    ])
    .optional(),
})
export type AgentTask = z.infer<typeof AgentTask>
