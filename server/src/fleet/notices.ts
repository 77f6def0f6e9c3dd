import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import type { ControlDb } from '../db/db.ts'

/** Kept per agent; older ones go. */
const MAX_NOTICES = 200
/** Shown of them. */
const SHOWN_NOTICES = 20

export type NewNotice = {
  readonly agent: AgentId
  /** Equal for a notice that comes again: it stays one. */
  readonly key: string
  readonly at: EpochMs
  readonly code: string
  readonly message: string
}

export async function addNotice(db: ControlDb, notice: NewNotice): Promise<void> {
  await db
    .insertInto('agent_notices')
    .values(notice)
    .onConflict((one) => one.column('key').doUpdateSet({ at: notice.at, message: notice.message }))
    .execute()
  const oldest = await db
    .selectFrom('agent_notices')
    .select('at')
    .where('agent', '=', notice.agent)
    .orderBy('at', 'desc')
    .offset(MAX_NOTICES)
    .limit(1)
    .executeTakeFirst()
  if (oldest === undefined) return
  await db.deleteFrom('agent_notices').where('agent', '=', notice.agent).where('at', '<=', oldest.at).execute()
}

export type Notice = { readonly at: EpochMs; readonly code: string; readonly message: string }

/** The newest notices of an agent, newest first. */
export function newestNotices(db: ControlDb, agent: AgentId): Promise<Notice[]> {
  return db
    .selectFrom('agent_notices')
    .select(['at', 'code', 'message'])
    .where('agent', '=', agent)
    .orderBy('at', 'desc')
    .limit(SHOWN_NOTICES)
    .execute()
}
