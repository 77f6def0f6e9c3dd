import { z } from 'zod'
import { EpochMs, OutboxEpoch } from '../identity/identity.ts'
import { LANES } from './topics.ts'

/** Bounds one acknowledgement; more holes are asked for in the next one. */
export const MAX_HOLES = 64

/** The bounds of a pace: below, a backlog would seem stuck; above, it is no limit. */
const MAX_SAMPLES_PER_SECOND = 1_000_000_000

/** How fast a backlog may come. */
export const BackfillPace = z.object({ samplesPerSecond: z.number().min(1).max(MAX_SAMPLES_PER_SECOND) })
export type BackfillPace = z.infer<typeof BackfillPace>

/** What the server has on disk. Everything up to `upTo`, except the holes, may be forgotten by the agent. */
export const Acknowledgement = z.object({
  epoch: OutboxEpoch,
  lanes: z.partialRecord(
    z.enum(LANES),
    z.object({
      upTo: z.number().int().nonnegative(),
      holes: z.array(z.tuple([z.number().int(), z.number().int()])).max(MAX_HOLES),
    }),
  ),
  /** The server does not know series ids of this epoch (it was restored or is new): send every definition again. */
  resendDefinitions: z.boolean().default(false),
  /** The server has begun to listen at its broker just now: what it did not hear before, nobody did. Send it again. */
  listensAnew: z.boolean().optional(),
  /** Messages that can never be stored, with the reason: drop them, count them, tell people. */
  refused: z
    .array(
      z.object({ lane: z.enum(LANES), first: z.number().int(), last: z.number().int(), reason: z.string().max(300) }),
    )
    .max(MAX_HOLES)
    .default([]),
  /**
   * The limit for this agent's backlog until the next acknowledgement; without it there is none. One that cannot be read is
   * no reason to forget what is acknowledged.
   */
  pace: BackfillPace.optional().catch(undefined),
  /** The server's clock when it sent this. */
  at: EpochMs,
})
export type Acknowledgement = z.infer<typeof Acknowledgement>
