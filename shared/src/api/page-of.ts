import { z } from 'zod'

/** Bounds one answer; a client asks for the next page with `cursor`. */
export const MAX_PAGE_SIZE = 1_000

/** A page of a list; `next` is absent on the last one. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), total: z.number().int().nonnegative(), next: z.string().optional() })

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(200),
  cursor: z.string().max(200).optional(),
})
