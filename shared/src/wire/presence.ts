import { z } from 'zod'
import { AgentId, EpochMs, OutboxEpoch } from '../identity/identity.ts'

/** How an agent says that it is there (retained on its status topic). */
export const Birth = z.object({
  kind: z.literal('birth'),
  agent: AgentId,
  epoch: OutboxEpoch,
  version: z.string().max(64),
  hostname: z.string().max(255),
  startedAt: EpochMs,
  /** The agent's clock when it sent this. */
  at: EpochMs,
  /** What it can do here; `ping` says how ICMP is done. */
  abilities: z.object({ ping: z.enum(['raw-socket', 'ping-program', 'none']), platform: z.string().max(64) }),
  /** Revision of the desired state it runs; 0 before the first. */
  revision: z.number().int().nonnegative(),
  /** Random for each start of the process; a second process of the same identity has another one. */
  instance: z.string().max(64).optional(),
  /** Hash of the machine and the data folder, which tells a copied folder from its original. */
  machine: z.string().max(64).optional(),
})

/** The will: what the broker says in its name when the line is cut, or the agent itself when it stops. */
export const Death = z.object({
  kind: z.literal('death'),
  agent: AgentId,
  epoch: OutboxEpoch,
  reason: z.enum(['lost', 'stopped']),
})

export const Presence = z.discriminatedUnion('kind', [Birth, Death])
export type Presence = z.infer<typeof Presence>
export type Birth = z.infer<typeof Birth>
