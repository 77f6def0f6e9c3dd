import type { AuditEntry } from '@eyenet/shared/api'
import { epochMs } from '@eyenet/shared/identity'
import type { ControlDb } from '../db/db.ts'
import type { Clock } from './clock.ts'
import type { Actor } from './roles.ts'

/** Oldest entries leave beyond it: years of ordinary use, about 15 MB. */
const MAX_ENTRIES = 100_000
const MAX_TEXT = 300

export type AuditPage = { readonly items: readonly AuditEntry[]; readonly total: number; readonly next?: string }

export type Audit = {
  /** `action` is of ours, such as `user.add`; `subject` is what it was done to. */
  record(actor: Actor, action: string, subject: string): Promise<void>
  /** Newest first. */
  list(page: { limit: number; cursor?: string }): Promise<AuditPage>
}

/** Who did what to what, from where and when. */
export function createAudit(db: ControlDb, clock: Clock, maxEntries = MAX_ENTRIES): Audit {
  return {
    async record(actor, action, subject) {
      const { id } = await db
        .insertInto('audit')
        .values({
          at: clock.now(),
          who: actor.name.slice(0, MAX_TEXT),
          action,
          subject: subject.slice(0, MAX_TEXT),
          address: actor.address.slice(0, MAX_TEXT),
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      if (id > maxEntries)
        await db
          .deleteFrom('audit')
          .where('id', '<=', id - maxEntries)
          .execute()
    },
    async list({ limit, cursor }) {
      const { total } = await db
        .selectFrom('audit')
        .select((e) => e.fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow()
      const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Math.trunc(Number(cursor)) || 0
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .where('id', '<', before)
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute()
      const items = rows.slice(0, limit).map((row) => ({ ...row, at: epochMs(row.at) }))
      const last = items.at(-1)
      return rows.length > limit && last !== undefined ? { items, total, next: String(last.id) } : { items, total }
    },
  }
}
