import { z } from 'zod'
import { EpochMs, OutboxEpoch } from '../identity/identity.ts'
import { LANES } from './topics.ts'

/** Bounds one acknowledgement; more holes are asked for in the next one. */
export const MAX_HOLES = 64

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
  /** The server's clock when it sent this. */
  at: EpochMs,
})
export type Acknowledgement = z.infer<typeof Acknowledgement>
