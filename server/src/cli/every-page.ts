import { pageOf } from '@eyenet/shared/api'
import type { z } from 'zod'
import type { ServerApi } from './server-api.ts'

/** What the API gives at once, at most. */
const PAGE = 1_000

type Wanted<T extends z.ZodType> = {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly item: T
  readonly limit: number
}

/** The first items of a list, page by page, with how many there are. */
export async function everyPage<T extends z.ZodType>(
  api: ServerApi,
  { path, query, item, limit }: Wanted<T>,
): Promise<{ items: z.output<T>[]; total: number }> {
  const items: z.output<T>[] = []
  let cursor: string | undefined
  for (;;) {
    const rest = `${Math.min(PAGE, limit - items.length)}`
    const asked = new URLSearchParams({ ...query, limit: rest, ...(cursor !== undefined && { cursor }) })
    const page = await api.get(`${path}?${asked}`, pageOf(item))
    items.push(...page.items)
    cursor = page.next
    if (cursor === undefined || page.items.length === 0 || items.length >= limit) return { items, total: page.total }
  }
}
