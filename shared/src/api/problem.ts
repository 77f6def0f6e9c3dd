import { z } from 'zod'
import { ERROR_CODES } from '../errors/errors.ts'

/** An error as RFC 9457 has it, media type application/problem+json. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(ERROR_CODES).or(z.literal('internal')),
  /** What was tried, on what, and what to do. */
  detail: z.string(),
  /** Where the input was wrong. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof Problem>
