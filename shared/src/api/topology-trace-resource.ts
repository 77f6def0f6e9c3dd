import { z } from 'zod'
import { AgentId, DeviceId } from '../identity/identity.ts'
import { REMOTE_TASKS, TaskAddress } from '../wire/wire.ts'
import { AgentTask } from './agent-task-resource.ts'

const { maxHops, timeoutMs } = REMOTE_TASKS.traceroute

/** POST /api/v1/topology/trace: which agent traces the way, and to whom. */
export const NewTopologyTrace = z.strictObject({
  from: AgentId,
  to: z.union([z.strictObject({ device: DeviceId }), z.strictObject({ address: TaskAddress })]),
  maxHops,
  timeoutMs,
})
export type NewTopologyTrace = z.infer<typeof NewTopologyTrace>

/** Each hop is asked that often. */
export const PROBES_PER_HOP = 3

/** One hop of a trace, with who is there by the graph. */
export const LaidHop = z.object({
  hop: z.number().int().positive(),
  /** What answered; a load balancer has several. */
  answers: z.array(
    z.object({
      address: z.string(),
      /** The node of the graph that has the address; absent where nobody knows. */
      node: z.string().optional(),
      /** How that is known, one sentence. */
      why: z.string().optional(),
    }),
  ),
  /** Seconds. */
  rtts: z.array(z.number()),
  /** Probes without an answer, of three. */
  lost: z.number().int().nonnegative(),
  /** expected: on the way of the map; elsewhere: a node beside it; unknown: no node of the graph; silent: no answer. */
  place: z.enum(['expected', 'elsewhere', 'unknown', 'silent']),
})
export type LaidHop = z.infer<typeof LaidHop>

/** A node on a way, the link that leads on from it, and the hop of the trace that it answered as. */
export const LaidStep = z.object({ node: z.string(), link: z.string().optional(), hop: z.number().int().optional() })
export type LaidStep = z.infer<typeof LaidStep>

/** A trace laid over the graph of now. */
export const LaidTrace = z.object({
  /** The agent's machine; absent where it is not on the map: ways begin at the first hop that is. */
  from: z.string().optional(),
  /** Who was traced; absent where it is not on the map. */
  to: z.string().optional(),
  hops: z.array(LaidHop),
  /** The shortest way of the map; empty where it knows none. */
  expected: z.array(LaidStep),
  /** The way of the packets over the graph: hops that are known, and the switches between them. Without a link no way on is known. */
  taken: z.array(LaidStep),
  /** as-expected; elsewhere: by nodes beside the expected way; cut: nobody answers from somewhere on; unknown: it cannot be compared. */
  outcome: z.enum(['as-expected', 'elsewhere', 'cut', 'unknown']),
  /** What that means, sentences for people. */
  text: z.string(),
})
export type LaidTrace = z.infer<typeof LaidTrace>

/** GET /api/v1/topology/trace/{agent}/{task}: a trace that runs or has ended; `laid` once there are hops. */
export const TopologyTrace = z.object({ task: AgentTask, laid: LaidTrace.optional() })
export type TopologyTrace = z.infer<typeof TopologyTrace>
