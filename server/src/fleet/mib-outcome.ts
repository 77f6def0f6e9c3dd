import { z } from 'zod'

/** An agent that did not reply so often is not asked again until it has another version, or the file is given again. */
export const MAX_ATTEMPTS = 3

/** What one agent made of one file. */
export const MibOutcome = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('compiled'),
    ok: z.boolean(),
    /** Of all files that were sent together: the reply does not tell them apart. */
    modules: z.array(z.string()),
    objects: z.number(),
    problems: z.array(z.string()),
  }),
  z.object({ kind: z.literal('refused'), reason: z.string() }),
])
export type MibOutcome = z.infer<typeof MibOutcome>
